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

describe('in a process that does one thing at a time', () => {
  const options = { size: 2, queue: 1, waitMs: 10_000, slowMs: 20 };

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('a slow shard is waited for once, then refused at once, while others are served', async () => {
    const bulkheads = new Bulkheads(options);
    const { released, release } = held();
    const read = (name: string, work: () => Promise<unknown>) =>
      bulkheads.run(name, work, { isRead: true });
    const first = expect(read('s0', () => released)).rejects.toMatchObject({ status: 503 });
    await jest.advanceTimersByTimeAsync(20);
    await first;
    let asked = false;
    const next = read('s0', () => Promise.resolve((asked = true)));
    await expect(next).rejects.toMatchObject({ status: 503, retryAfterSeconds: 1 });
    expect(asked).toBe(false);
    expect(await read('s1', () => Promise.resolve(1))).toBe(1);
    release();
  });

  test('one is let through after a pause, and where it is quick, all are', async () => {
    const bulkheads = new Bulkheads(options);
    const { released, release } = held();
    const read = (work: () => Promise<unknown>) => bulkheads.run('s0', work, { isRead: true });
    const first = expect(read(() => released)).rejects.toMatchObject({ status: 503 });
    await jest.advanceTimersByTimeAsync(20);
    await first;
    release();
    await jest.advanceTimersByTimeAsync(500);
    await expect(read(() => Promise.resolve('quick'))).rejects.toMatchObject({ status: 503 });
    await jest.advanceTimersByTimeAsync(1_000);
    for (let n = 0; n < 3; n += 1) expect(await read(() => Promise.resolve('quick'))).toBe('quick');
  });

  test('a write is brought to its end, however long it takes: what became of it is known', async () => {
    const bulkheads = new Bulkheads(options);
    const { released, release } = held();
    const write = bulkheads.run('s0', () => released.then(() => 'written'));
    await jest.advanceTimersByTimeAsync(60);
    const next = bulkheads.run('s0', () => Promise.resolve());
    await expect(next).rejects.toMatchObject({ status: 503 });
    release();
    expect(await write).toBe('written');
  });

  test('a failure that comes at once is an answer', async () => {
    const bulkheads = new Bulkheads(options);
    const read = (work: () => Promise<unknown>) => bulkheads.run('s0', work, { isRead: true });
    await expect(read(() => Promise.reject(new Error('no such row')))).rejects.toThrow('no such');
    expect(await read(() => Promise.resolve(1))).toBe(1);
  });
});
