import { atShard } from '../../../lambda/api/at-shard';
import { Admission, OF_A_SERVER } from '../../../lambda/platform/admission';
import { Bulkheads } from '../../../lambda/platform/bulkhead';

const SECONDS = 20;
const HOT_PER_SECOND = 80;
const COOL_PER_SECOND = 50;
/** What the databases take for a write. */
const HOT_MS = 600;
const COOL_MS = 15;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) =>
  new Promise<void>((done) => {
    setTimeout(done, ms);
  });

interface Seen {
  readonly done: number;
  readonly longestMs: number;
}

/** A server that writes two shards; what is done of the cool one's in the second half, and how long it took. */
async function serve(
  hotPerSecond: number,
  way: 'apart' | 'in place',
): Promise<Seen & { limit: number }> {
  const admission = new Admission(OF_A_SERVER);
  const bulkheads = new Bulkheads({ size: 10, queue: 40, waitMs: 1_000 });
  const times: number[] = [];
  const one = async (shard: string, tookMs: number) => {
    const began = performance.now();
    const place = admission.enter('write');
    if (place === undefined) return;
    try {
      await pass(2);
      const asked = { shard, domain: 'content', role: 'writer' } as const;
      await atShard({ bulkheads }, { ...asked, place: way === 'apart' ? place : undefined }, () =>
        pass(tookMs),
      );
      await pass(1);
      if (shard === 'cool') times.push(performance.now() - began);
    } catch {
      // Told to come later.
    } finally {
      place.leave();
    }
  };
  let [hot, cool] = [0, 0];
  for (let ms = 0; ms < 1_000 * SECONDS; ms += 10) {
    if (ms === 500 * SECONDS) times.length = 0;
    for (hot += hotPerSecond / 100; hot >= 1; hot -= 1) void one('hot', HOT_MS);
    for (cool += COOL_PER_SECOND / 100; cool >= 1; cool -= 1) void one('cool', COOL_MS);
    await jest.advanceTimersByTimeAsync(10);
  }
  return { done: times.length, longestMs: Math.max(...times), limit: admission.limit };
}

test('a shard that is slow and hot takes nothing of what the server does for another', async () => {
  const calm = await serve(0, 'apart');
  expect(calm.done).toBeGreaterThan(0.98 * COOL_PER_SECOND * (SECONDS / 2));
  const seen = await serve(HOT_PER_SECOND, 'apart');
  expect(seen.done).toBeGreaterThanOrEqual(0.98 * calm.done);
  expect(seen.longestMs).toBeLessThan(2 * calm.longestMs);
  expect(seen.limit).toBeGreaterThanOrEqual(OF_A_SERVER.start);
});

test('where it is waited for in the places of the server, it takes most of it', async () => {
  const seen = await serve(HOT_PER_SECOND, 'in place');
  expect(seen.done).toBeLessThan(0.5 * COOL_PER_SECOND * (SECONDS / 2));
  expect(seen.limit).toBe(OF_A_SERVER.least);
});

test('a request of several questions is refused at the first or not at all', async () => {
  const bulkheads = new Bulkheads({ size: 1, queue: 0, waitMs: 10_000 });
  const admission = new Admission(OF_A_SERVER);
  const ask = (place = admission.enter('read')) =>
    atShard({ bulkheads }, { shard: 's0', domain: 'content', role: 'reader', place }, () =>
      pass(50),
    );
  const begun = admission.enter('read');
  const first = ask(begun);
  await jest.advanceTimersByTimeAsync(50);
  await first;
  const other = ask();
  const second = ask(begun);
  await expect(ask()).rejects.toMatchObject({ status: 503, retryAfterSeconds: 1 });
  await jest.advanceTimersByTimeAsync(100);
  await Promise.all([other, second]);
});
