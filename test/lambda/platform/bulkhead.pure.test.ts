import { Bulkheads } from '../../../lambda/platform/bulkhead';
import { RequestError } from '../../../lambda/platform/errors';

function held() {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  return { released, release };
}

test('a shard that answers nobody has its places and its queue, and takes none of the others’', async () => {
  const bulkheads = new Bulkheads({ size: 2, queue: 1, waitMs: 10_000 });
  const { released, release } = held();
  const slow = [1, 2, 3].map((n) => bulkheads.run('s0', () => released.then(() => n)));
  await expect(bulkheads.run('s0', () => Promise.resolve(4))).rejects.toMatchObject({
    status: 503,
    retryAfterSeconds: 1,
  });
  expect(await bulkheads.run('s1', () => Promise.resolve(5))).toBe(5);
  release();
  expect(await Promise.all(slow)).toEqual([1, 2, 3]);
});

test('places become free, also where the work fails', async () => {
  const bulkheads = new Bulkheads({ size: 1, queue: 10, waitMs: 10_000 });
  const order: number[] = [];
  const works = [1, 2, 3].map((n) =>
    bulkheads.run('s0', () => {
      order.push(n);
      return n === 2 ? Promise.reject(new Error('2')) : Promise.resolve(n);
    }),
  );
  const settled = await Promise.allSettled(works);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(order).toEqual([1, 2, 3]);
});

test('nobody waits longer for a place than for the answer', async () => {
  const bulkheads = new Bulkheads({ size: 1, queue: 10, waitMs: 3_600_000 });
  const { released, release } = held();
  const first = bulkheads.run('s0', () => released);
  await expect(bulkheads.run('s0', () => Promise.resolve(), { patienceMs: 5 })).rejects.toThrow(
    RequestError,
  );
  release();
  await first;
});

test('who waits too long is told to come again, and its work is not done later', async () => {
  const bulkheads = new Bulkheads({ size: 1, queue: 10, waitMs: 20 });
  const { released, release } = held();
  const first = bulkheads.run('s0', () => released);
  let done = false;
  const late = bulkheads.run('s0', () => {
    done = true;
    return Promise.resolve();
  });
  await expect(late).rejects.toThrow(RequestError);
  release();
  await first;
  expect(await bulkheads.run('s0', () => Promise.resolve(1))).toBe(1);
  expect(done).toBe(false);
});
