import { CacheDown } from '../../../lambda/platform/cache';
import { RateLimiter } from '../../../lambda/platform/rate-limit';

const LIMIT = { name: 'things', most: 2, windowMs: 60_000 };

function limiter(state: 'off' | 'ok' | 'down') {
  const counts = new Map<string, number>();
  const clock = { now: 1_000 };
  const cache = {
    state,
    increment: (key: string) => {
      if (state === 'down') return Promise.reject(new CacheDown());
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return Promise.resolve(counts.get(key)!);
    },
  };
  return { clock, limiters: [1, 2].map(() => new RateLimiter(cache, () => clock.now)) };
}

test('servers count together, each user for themselves, until the next window', async () => {
  const { clock, limiters } = limiter('ok');
  const [one, two] = limiters;
  await one!.demand(LIMIT, 'ann');
  await two!.demand(LIMIT, 'ann');
  await expect(one!.demand(LIMIT, 'ann')).rejects.toMatchObject({
    status: 429,
    errors: { rate: ['is limited to 2 in 60 s'] },
    retryAfterSeconds: 59,
  });
  await one!.demand(LIMIT, 'bob');
  clock.now = 60_000;
  await one!.demand(LIMIT, 'ann');
});

test.each(['off', 'down'] as const)(
  'each process counts for itself with the cache %s',
  async (state) => {
    const [one, two] = limiter(state).limiters;
    await one!.demand(LIMIT, 'ann');
    await one!.demand(LIMIT, 'ann');
    await two!.demand(LIMIT, 'ann');
    await expect(one!.demand(LIMIT, 'ann')).rejects.toMatchObject({ status: 429 });
  },
);
