import { mergeTrending } from '../../../lambda/data/trending';

const part = (tags: Readonly<Record<string, number>>, refreshedAt: string) => ({
  tags: Object.entries(tags).map(([tag, articles]) => ({ tag, articles })),
  refreshedAt,
});
const EARLY = '2026-11-29T09:00:00.000Z';
const LATE = '2026-11-29T09:05:00.000Z';

test('a tag has as many articles as all shards say; the most first, ties by name, the oldest refresh', () => {
  const merged = mergeTrending(
    [part({ sea: 3, air: 2, fog: 2 }, LATE), part({ air: 2, ice: 2, sea: 1 }, EARLY)],
    3,
  );
  expect(merged).toEqual(part({ air: 4, sea: 4, fog: 2 }, EARLY));
});

test('of no shard nothing is trending', () => {
  expect(mergeTrending([], 5)).toEqual(part({}, '1970-01-01T00:00:00.000Z'));
});
