import { Arrivals } from '../../../lambda/platform/arrivals';
import type { WriteMark } from '../../../lambda/platform/arrivals';
import type { ShardLocation } from '../../../lambda/topology';

const SHARD = { home: 'eu-central-1', state: 'serving', domains: {} } as unknown as ShardLocation;
const mark = (key: string): WriteMark => ({ shard: SHARD, domain: 'content', key });

/** A reader that shows every write so long after it has first been asked for. */
function laggingBy(ms: number) {
  const firstAsked = new Map<string, number>();
  const state = { looks: 0, keys: 0 };
  const sql = (_: readonly string[], json: string) => {
    const keys = JSON.parse(json) as string[];
    state.looks += 1;
    state.keys += keys.length;
    for (const key of keys) if (!firstAsked.has(key)) firstAsked.set(key, performance.now());
    const shown = keys.filter((key) => performance.now() - (firstAsked.get(key) ?? 0) >= ms);
    return Promise.resolve(shown.map((key) => ({ key })));
  };
  const read = (_shard: unknown, _domain: unknown, run: (it: typeof sql) => unknown) => run(sql);
  const arrivals = new Arrivals({ read } as unknown as ConstructorParameters<typeof Arrivals>[0]);
  return { arrivals, state };
}

async function after<T>(ms: number, of: Promise<T>): Promise<T> {
  await jest.advanceTimersByTimeAsync(ms);
  return await of;
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a write is seen as soon as it shows, and not before', async () => {
  const { arrivals } = laggingBy(200);
  const seen = arrivals.seen(mark('one'), 1_000);
  const early = await after(150, Promise.race([seen, Promise.resolve('not yet')]));
  expect(early).toBe('not yet');
  expect(await after(150, seen)).toBe(true);
});

test('nobody waits longer than asked', async () => {
  const { arrivals } = laggingBy(60_000);
  expect(await after(300, arrivals.seen(mark('one'), 300))).toBe(false);
});

test('once the usual lag is known it is looked for a few times, not all the time', async () => {
  const { arrivals, state } = laggingBy(250);
  for (let turn = 0; turn < 20; turn += 1) {
    await after(1_000, arrivals.seen(mark(`learns ${turn}`), 1_000));
  }
  state.looks = 0;
  expect(await after(1_000, arrivals.seen(mark('known'), 1_000))).toBe(true);
  expect(state.looks).toBeLessThanOrEqual(8);
});

test('writes that are on their way together are asked for together', async () => {
  const { arrivals, state } = laggingBy(100);
  const all = Promise.all(Array.from({ length: 50 }, (_, at) => arrivals.seen(mark(`${at}`), 900)));
  expect(await after(900, all)).toEqual(Array.from({ length: 50 }, () => true));
  expect(state.keys).toBeGreaterThan(5 * state.looks);
});
