import type postgres from 'postgres';
import { WALKS } from '../../../lambda/migrate/migrations/shared';
import { type Walk, walkAll, type WalkedPage } from '../../../lambda/work/walk';
import { startSeeded, type Seeded } from '../support/seeded';

interface Found {
  readonly pages: number;
}

const NOTHING: Found = { pages: 0 };
const LONG_MS = 60_000;

const clock = { ms: 0 };
const walkFor = (walks: readonly Walk<Found>[], longestMs: number) =>
  walkAll(walks, NOTHING, longestMs, () => clock.ms);

let seeded: Seeded;
let sql: postgres.Sql;

beforeAll(async () => {
  seeded = await startSeeded({ users: 2, articles: 2, follows: 1, favorites: 1 });
  sql = seeded.connect('social');
}, 60_000);

afterAll(async () => {
  await seeded.close();
}, 30_000);

beforeEach(async () => {
  await sql`drop table walks`;
  await sql.unsafe(WALKS);
});

/** Of so many pages, and where each of them has begun. */
function walkOf(name: string, pages: number, takesMs = 0) {
  const begun: (string | undefined)[] = [];
  const walk: Walk<Found> = {
    ...{ name, sql },
    page: async (after) => {
      begun.push(after);
      clock.ms += takesMs;
      await Promise.resolve();
      const at = Number(after ?? '0') + 1;
      return { next: at < pages ? String(at) : undefined, found: { pages: 1 } };
    },
  };
  return { walk, begun };
}

test('a round has all pages, and the next run begins another one', async () => {
  const { walk, begun } = walkOf('all', 3);
  expect(await walkFor([walk], LONG_MS)).toMatchObject({
    found: { pages: 3 },
    unfinished: 0,
  });
  await walkFor([walk], LONG_MS);
  expect(begun).toEqual([undefined, '1', '2', undefined, '1', '2']);
});

test('a run whose time is over goes on in the next one, also in another process', async () => {
  const first = walkOf('long', 3, 30);
  const run = await walkFor([first.walk], 10);
  expect(run).toMatchObject({ found: { pages: 1 }, unfinished: 1 });
  const second = walkOf('long', 3);
  expect((await walkFor([second.walk], LONG_MS)).unfinished).toBe(0);
  expect([first.begun, second.begun]).toEqual([[undefined], ['1', '2']]);
});

test('what is too large for a run takes nobody else’s turn', async () => {
  const [large, small] = [walkOf('large', 1_000, 30), walkOf('small', 1)];
  await walkFor([large.walk, small.walk], 10);
  expect([large.begun.length, small.begun.length]).toEqual([1, 0]);
  await walkFor([large.walk, small.walk], 10);
  expect([large.begun.length, small.begun.length]).toEqual([2, 1]);
});

test('one that fails is told, after the others, and is where it was', async () => {
  const bad: Walk<Found> = {
    ...{ name: 'bad', sql },
    page: (): Promise<WalkedPage<Found>> => Promise.reject(new Error('its shard is away')),
  };
  const good = walkOf('good', 2);
  await expect(walkFor([bad, good.walk], LONG_MS)).rejects.toThrow('its shard is away');
  expect(good.begun).toEqual([undefined, '1']);
});

test('says for how long the one that is furthest behind has not come round', async () => {
  const [quick, slow] = [walkOf('quick', 1), walkOf('slow', 2, 30)];
  await walkFor([slow.walk], 10);
  await sql`update walks set begun_at = now() - interval '9 hours'`;
  const late = await walkFor([quick.walk, slow.walk], 0);
  expect(late.roundHours).toBeCloseTo(9, 1);
  expect((await walkFor([quick.walk, slow.walk], LONG_MS)).roundHours).toBeLessThan(0.1);
});
