import type { Intent } from '../../../../lib/tools/review';
import { review } from '../../../../lib/tools/review';
import { Fixtures } from '../assembly/fixture';
import { Change } from './change';
import type { Stacks } from './change';

export { resource } from './change';
export type { ResourceFixture, Stacks } from './change';

/** A defect planted into an application that passes: the rule, what it is, whom it names, how. */
export type Case = readonly [
  rule: string,
  defect: string,
  at: string,
  plant: (change: Change) => void,
];

/** For each case: the application as it is does not break the rule, with the defect it does. */
export function describeCases(
  good: () => Stacks,
  cases: readonly Case[],
  intent: Intent = {},
): void {
  const fixtures = new Fixtures();
  afterAll(() => {
    fixtures.remove();
  });
  const found = (stacks: Stacks, rule: string): readonly string[] =>
    review(fixtures.load(stacks), { intent, today: new Date('2026-11-27') })
      .findings.filter((finding) => finding.rule === rule)
      .map(({ resource }) => resource);

  describe.each([...new Set(cases.map(([rule]) => rule))])('%s', (rule) => {
    it('passes an application without the defect', () => {
      expect(found(good(), rule)).toEqual([]);
    });

    const own = cases.filter(([of]) => of === rule);
    it.each(own.map(([, defect, at, plant]) => ({ defect, at, plant })))(
      'finds $defect',
      ({ at, plant }) => {
        const stacks = structuredClone(good());
        plant(new Change(stacks));
        expect(found(stacks, rule)).toContain(at);
      },
    );
  });
}
