import { synthesized } from '../../../support/assembly';
import { MUTATIONS } from './mutations';
import type { Mutation, Subject } from './mutations';
import { Reference } from './reference';

let reference: Reference;
beforeAll(async () => {
  const { directory, deployment } = await synthesized();
  reference = new Reference(directory, deployment);
}, 120_000);

/** The share of defects that must be found with the right rule and the right resource. */
const LEAST_FOUND = 0.95;
const LEAST_DEFECTS = 300;
/** Resources that a defect is planted into; with MERIDIAN_ALL_MUTATIONS=1 every one of the type. */
const MOST_SUBJECTS = process.env['MERIDIAN_ALL_MUTATIONS'] === undefined ? 3 : Infinity;

/** Resources of different Regions and stacks first. */
function chosen(mutation: Mutation): readonly Subject[] {
  const all = reference.subjects(mutation.type).filter((it) => mutation.where?.(it) ?? true);
  const first = all.filter(
    (it, index) => all.findIndex(({ stack }) => stack === it.stack) === index,
  );
  return [...new Set([...first, ...all])].slice(0, MOST_SUBJECTS);
}

it('finds planted defects with the right rule and the right resource', () => {
  const missed: string[] = [];
  let planted = 0;
  for (const mutation of MUTATIONS) {
    const { name, rule, plant, at } = mutation;
    for (const subject of chosen(mutation)) {
      planted += 1;
      const found = reference
        .withChange((change) => {
          plant(change, subject);
        }, rule)
        .map(({ resource }) => resource);
      const wanted = at === undefined ? subject.key : `${subject.stack}/${at(subject)}`;
      // Logical ids end in a hash of their path.
      const hit = found.some((key) => (at === undefined ? key === wanted : key.startsWith(wanted)));
      if (!hit)
        missed.push(`${name}: ${subject.key}: ${rule} names ${found.join(', ') || 'nothing'}`);
    }
  }
  expect(planted).toBeGreaterThanOrEqual(LEAST_DEFECTS);
  // The list is shown where the share is too small.
  expect(missed.length / planted > 1 - LEAST_FOUND ? missed : []).toEqual([]);
}, 600_000);

it('finds no error in the reference itself', () => {
  expect(reference.findings().filter(({ severity }) => severity === 'error')).toEqual([]);
});

it('finds stacks and dependencies at fault in the manifest', () => {
  const unprotected = reference.withManifest(({ artifacts }) => {
    artifacts['GlobalData']!.properties['terminationProtection'] = false;
  }, 'stack-unprotected');
  expect(unprotected.map(({ resource }) => resource)).toEqual(['GlobalData']);
  const waiting = reference.withManifest(({ artifacts }) => {
    artifacts['Service-us-east-2']!.dependencies?.push('Service-eu-central-1');
  }, 'region-waits-for-region');
  expect(waiting.map(({ resource }) => resource)).toEqual(['Service-us-east-2']);
});
