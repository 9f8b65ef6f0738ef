import { merged, notReplayed, settle } from '../../../../../lib/tools/twin/drill/private/ledger';
import type { Write } from '../../../../../lib/tools/twin/drill/private/load';

const write = (id: string, acknowledgedAt?: number): Write => ({
  id,
  entered: 'eu-central-1',
  ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }),
});
const rows = (...ids: string[]) => merged(ids.map((id) => [[id, 1] as const]));

describe('the settlement of acknowledged writes against rows', () => {
  const writes = [write('kept', 900), write('lost', 950), write('late', 1_040), write('open')];

  test('counts as lost what was acknowledged and is not there, and names each with its age', () => {
    const account = { writes, fault: 1_000, predicted: 2, heldByOld: undefined };
    const rpo = settle({ ...account, held: rows('kept', 'open') });
    expect(rpo).toMatchObject({ acknowledged: 3, lost: 2, doubled: 0, unconfirmed: 1 });
    expect(rpo.oldestLostMs).toBe(50);
    expect(rpo.lostWrites).toEqual([
      { id: 'lost', entered: 'eu-central-1', acknowledgedAt: -50, heldByOldWriter: null },
      { id: 'late', entered: 'eu-central-1', acknowledgedAt: 40, heldByOldWriter: null },
    ]);
  });

  test('says which of them the old writer still holds', () => {
    const account = { writes, fault: 1_000, predicted: 2, held: rows('kept') };
    const { lostWrites } = settle({ ...account, heldByOld: rows('kept', 'lost') });
    expect(lostWrites.map(({ id, heldByOldWriter }) => [id, heldByOldWriter])).toEqual([
      ['lost', true],
      ['late', false],
    ]);
  });

  test('counts an id as doubled that is there more than once, in one shard or in two', () => {
    const held = merged([
      [['kept', 2]],
      [['lost', 1]],
      [
        ['lost', 1],
        ['late', 1],
      ],
    ]);
    const account = { writes, fault: 1_000, predicted: 0, heldByOld: undefined };
    expect(settle({ ...account, held })).toMatchObject({ lost: 0, doubled: 2 });
  });

  test('has no oldest loss where nothing is lost', () => {
    const account = { writes: [write('kept', 1)], fault: 2, predicted: 0, heldByOld: undefined };
    expect(settle({ ...account, held: rows('kept') }).oldestLostMs).toBeNull();
  });
});

describe('what had not been replayed', () => {
  const snapshot = {
    at: 1_000,
    rows: new Map([
      ['near s0', rows('a')],
      ['near s1', rows('b')],
      ['far s0', rows('a', 'c')],
    ]),
  };
  const writes = [write('a', 10), write('b', 20), write('c', 30), write('d', 2_000), write('e')];

  test('is what the promoted copies of all shards lack of what was acknowledged by then', () => {
    expect(notReplayed(snapshot, writes, { s0: 'near', s1: 'near' }, 'hit')).toBe(1);
    expect(notReplayed(snapshot, writes, { s0: 'far', s1: 'near' }, 'hit')).toBe(0);
    expect(notReplayed(snapshot, writes, { s0: 'far', s1: 'far' }, 'hit')).toBe(1);
  });

  test('a write of the lost Region that was answered after the look counts, one of the new writer not', () => {
    const late = (id: string, writtenBy: string): Write => ({ ...write(id, 2_000), writtenBy });
    const snapshot = { at: 1_000, rows: new Map([['near s0', rows()]]) };
    const writes = [late('stranded', 'hit'), late('new', 'near')];
    expect(notReplayed(snapshot, writes, { s0: 'near' }, 'hit')).toBe(1);
  });
});
