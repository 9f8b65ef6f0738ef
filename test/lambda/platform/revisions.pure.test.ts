import fc from 'fast-check';
import { isRevisionId, mergeRevisions, newRevisionId } from '../../../lambda/platform/revisions';
import type { Revision } from '../../../lambda/platform/revisions';

const revision = (
  id: string,
  parents: readonly string[],
  more: Partial<Revision> = {},
): Revision => ({
  ...{ id, parents, generation: 1, at: 0, region: 'eu-central-1', title: id, deleted: false },
  ...more,
});
const idsOf = (found: readonly Revision[]) => found.map(({ id }) => id);

/** Histories as Regions make them that do not hear of each other: each revision is made from some before. */
const histories = fc
  .array(fc.record({ from: fc.array(fc.nat(), { maxLength: 3 }), deleted: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((steps) =>
    steps.reduce<readonly Revision[]>((made, { from, deleted }, at) => {
      const parents = [...new Set(from.map((n) => made[n % (at || 1)]))].filter(
        (one) => one !== undefined,
      );
      const generation = 1 + Math.max(0, ...parents.map((one) => one.generation));
      return [...made, revision(`r${at}`, idsOf(parents), { generation, deleted })];
    }, []),
  );

describe('the merge rule', () => {
  test('gives the same outcome in whatever order revisions came', () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat()), (all, keys) => {
        const shuffled = all
          .map((one) => ({ one, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(mergeRevisions(shuffled)).toEqual(mergeRevisions(all));
      }),
    );
  });

  test('loses nothing: what is neither shown nor a conflict has been replaced, or is a deletion', () => {
    fc.assert(
      fc.property(histories, (all) => {
        const { winner, conflicts } = mergeRevisions(all);
        const told = new Set([...idsOf(conflicts), winner?.id]);
        const replaced = new Set(all.flatMap(({ parents }) => parents));
        for (const { id, deleted } of all)
          expect({ id, known: told.has(id) || replaced.has(id) || deleted }).toEqual({
            id,
            known: true,
          });
        expect(winner).toBeDefined();
      }),
    );
  });

  const first = revision('a', []);
  test.each<[string, readonly Revision[], string, readonly string[]]>([
    ['the only one', [first], 'a', []],
    ['what was made from another', [first, revision('b', ['a'], { generation: 2 })], 'b', []],
    [
      'the longer history',
      [
        first,
        revision('z', ['a'], { generation: 2 }),
        revision('b', ['a'], { generation: 2 }),
        revision('c', ['b'], { generation: 3 }),
      ],
      'c',
      ['z'],
    ],
    [
      'the later of two that are as long',
      [first, revision('c', ['a'], { generation: 2 }), revision('b', ['a'], { generation: 2 })],
      'c',
      ['b'],
    ],
    [
      'an edit before a deletion that did not know of it',
      [
        first,
        revision('z', ['a'], { generation: 9, deleted: true }),
        revision('b', ['a'], { generation: 2 }),
      ],
      'b',
      [],
    ],
    [
      'what joins branches, with no conflict left',
      [
        first,
        revision('b', ['a']),
        revision('c', ['a']),
        revision('d', ['b', 'c'], { generation: 3 }),
      ],
      'd',
      [],
    ],
  ])('shows %s', (_, all, winner, conflicts) => {
    const outcome = mergeRevisions(all);
    expect([outcome.winner?.id, idsOf(outcome.conflicts)]).toEqual([winner, conflicts]);
  });
});

test('ids of revisions rise with the time and are no others', () => {
  const [early, late] = [newRevisionId(1_000), newRevisionId(1_796_000_000_000)];
  expect([early, late].sort()).toEqual([early, late]);
  expect([early, late].every(isRevisionId)).toBe(true);
  expect(newRevisionId(5)).not.toBe(newRevisionId(5));
  for (const text of ['', 'x', `${early}0`, early.toUpperCase(), '../etc'])
    expect(isRevisionId(text)).toBe(false);
});
