import type { Queryable, Sql } from '../platform/databases';

export interface TrendingTag {
  readonly tag: string;
  /** Articles of the last seven days that bear it. */
  readonly articles: number;
}

/** A shard's part of what is trending, most articles first. */
export interface Trending {
  readonly tags: readonly TrendingTag[];
  /** When the view was last made anew, ISO 8601. */
  readonly refreshedAt: string;
}

/** A refresh reads a week of articles; the limit of requests would end it. */
const REFRESH_TIMEOUT_MS = 60_000;

/** From the materialized view; a tag whose articles have gone since is none. */
export async function listTrending(sql: Queryable, count: number): Promise<Trending> {
  const [rows, [row]] = await Promise.all([
    sql<TrendingTag[]>`
      select tag, articles from trending
      where exists (select from article_tags where article_tags.tag = trending.tag)
      order by articles desc, tag limit ${count}`,
    sql<{ at: Date }[]>`select refreshed_at as at from refreshes where view = 'trending'`,
  ]);
  return { tags: [...rows], refreshedAt: (row?.at ?? new Date(0)).toISOString() };
}

/**
 * What the shards have, as one list. A tag's number is the sum over the shards among whose first
 * `count` it is: what is below them everywhere is not seen.
 */
export function mergeTrending(parts: readonly Trending[], count: number): Trending {
  const sums = new Map<string, number>();
  for (const { tag, articles } of parts.flatMap(({ tags }) => tags))
    sums.set(tag, (sums.get(tag) ?? 0) + articles);
  const tags = [...sums]
    .map(([tag, articles]) => ({ tag, articles }))
    .sort((a, b) => b.articles - a.articles || (a.tag < b.tag ? -1 : 1))
    .slice(0, count);
  const [refreshedAt = new Date(0).toISOString()] = parts.map((part) => part.refreshedAt).sort();
  return { tags, refreshedAt };
}

/** Makes the view anew while it is read. On the writer; of many at once, one after the other. */
export async function refreshTrending(sql: Sql): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`select limit_statements(${`${REFRESH_TIMEOUT_MS}ms`})`;
    await transaction`select refresh_trending()`;
  });
}
