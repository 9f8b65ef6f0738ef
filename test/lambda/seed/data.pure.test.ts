import { logicalShardOf } from '../../../lambda/platform/ids';
import { SEED_SIZE, seedOf } from '../../../lambda/seed';

const SMALL = { users: 200, articles: 800, follows: 2_000, favorites: 3_000 };

test('the same seed is made each time, of the size that is asked for', () => {
  const [one, other] = [seedOf(SMALL), seedOf(SMALL)];
  expect(other).toEqual(one);
  const { users, articles, follows, favorites } = one;
  expect([users, articles, follows, favorites].map(({ length }) => length)).toEqual(
    Object.values(SMALL),
  );
  expect(Object.values(SEED_SIZE)).toEqual([5_000, 20_000, 100_000, 100_000]);
});

test('ids are unique, rise with time and carry their owner’s logical shard', () => {
  const { users, articles } = seedOf(SMALL);
  for (const { id, author } of articles) expect(logicalShardOf(id)).toBe(logicalShardOf(author.id));
  for (const all of [users, articles]) {
    const ids = all.map(({ id }) => BigInt(id));
    expect(ids.every((id, index) => index === 0 || id > ids[index - 1]!)).toBe(true);
  }
});

test('ties are unique, counted, and nobody follows themselves', () => {
  const { articles, follows, favorites } = seedOf(SMALL);
  for (const ties of [follows, favorites])
    expect(new Set(ties.map(({ by, to }) => `${by.id} ${to}`)).size).toBe(ties.length);
  expect(follows.filter(({ by, to }) => by.id === to)).toEqual([]);
  const counted = articles.reduce((sum, { favoritesCount }) => sum + favoritesCount, 0);
  expect(counted).toBe(favorites.length);
});

test('few have most', () => {
  const { articles, users } = seedOf(SMALL);
  const first = new Set(users.slice(0, users.length / 10));
  const theirs = articles.filter(({ author }) => first.has(author)).length;
  expect(theirs / articles.length).toBeGreaterThan(0.25);
});
