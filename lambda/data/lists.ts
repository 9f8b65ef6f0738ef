import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';

/** Which articles a list holds; all that are given count. */
export interface ArticleFilter {
  readonly authorId?: Id | undefined;
  readonly tag?: string | undefined;
  /** Whose favourites. */
  readonly favoredBy?: Id | undefined;
}

/** A range of a list: ids rise with time, so that every list is a range of an index. */
export interface Range {
  /** Only older ones than this. */
  readonly before: Id | undefined;
  readonly count: number;
}

/** A shard's part of a list, newest first. */
export interface IdPage {
  readonly ids: readonly Id[];
  /** Exact but for a tag and for all, which are exact up to {@link EXACT_UP_TO}. */
  readonly total: number;
}

/** No count of a tag or of all reads more rows; beyond, all are what the planner estimates. */
export const EXACT_UP_TO = 10_000;
/** `GET /api/tags` is unbounded by contract; newest tags first, up to this many. */
const MOST_TAGS = 1_000;
const LARGEST_ID = '9223372036854775807';

export async function listIds(
  sql: Queryable,
  filter: ArticleFilter,
  { before = LARGEST_ID, count }: Range,
): Promise<IdPage> {
  const [rows, [counted]] = await Promise.all([
    newest(sql, filter, before, count),
    total(sql, filter),
  ]);
  return { ids: rows.map(({ id }) => id), total: counted?.n ?? 0 };
}

/** The newest of many authors: a range of the index for each, then the newest of those. */
export async function listFeedIds(
  sql: Queryable,
  authors: readonly Id[],
  { before = LARGEST_ID, count }: Range,
): Promise<IdPage> {
  const among = `{${authors.join()}}`;
  const [rows, [counted]] = await Promise.all([
    sql<{ id: Id }[]>`
      select newest.id from unnest(${among}::text::bigint[]) as author (id)
      cross join lateral (
        select articles.id from articles
        where articles.author_id = author.id and articles.id < ${before}
        order by articles.id desc limit ${count}) as newest
      order by newest.id desc limit ${count}`,
    sql<{ n: number }[]>`
      select count(*)::int as n from articles where author_id = any(${among}::text::bigint[])`,
  ]);
  return { ids: rows.map(({ id }) => id), total: counted?.n ?? 0 };
}

/** Newest first; a tag whose articles are gone is none. */
export async function listTags(sql: Queryable): Promise<readonly string[]> {
  const rows = await sql<{ tag: string }[]>`
    select tag from tags
    where exists (select from article_tags where article_tags.tag = tags.tag)
    order by created_at desc, tag limit ${MOST_TAGS}`;
  return rows.map(({ tag }) => tag);
}

type Ids = Promise<readonly { readonly id: Id }[]>;

/** Begins with the narrowest index: an author's, then a user's favourites, then a tag's. */
function newest(sql: Queryable, filter: ArticleFilter, before: Id, count: number): Ids {
  const { authorId, favoredBy, tag } = filter;
  if (authorId !== undefined)
    return sql<{ id: Id }[]>`
      select id from articles where author_id = ${authorId} and id < ${before}
        ${favored(sql, favoredBy, sql`id`)} ${tagged(sql, tag, sql`id`)}
      order by id desc limit ${count}`;
  if (favoredBy !== undefined)
    return sql<{ id: Id }[]>`
      select article_id as id from favorites where user_id = ${favoredBy} and article_id < ${before}
        ${tagged(sql, tag, sql`favorites.article_id`)}
      order by article_id desc limit ${count}`;
  if (tag !== undefined)
    return sql<{ id: Id }[]>`
      select article_id as id from article_tags where tag = ${tag} and article_id < ${before}
      order by article_id desc limit ${count}`;
  return sql<{ id: Id }[]>`
    select id from articles where id < ${before} order by id desc limit ${count}`;
}

type Totals = Promise<readonly { readonly n: number }[]>;

function total(sql: Queryable, { authorId, favoredBy, tag }: ArticleFilter): Totals {
  if (authorId !== undefined)
    return sql<{ n: number }[]>`
      select count(*)::int as n from articles where author_id = ${authorId}
        ${favored(sql, favoredBy, sql`id`)} ${tagged(sql, tag, sql`id`)}`;
  if (favoredBy !== undefined)
    return sql<{ n: number }[]>`
      select count(*)::int as n from favorites where user_id = ${favoredBy}
        ${tagged(sql, tag, sql`favorites.article_id`)}`;
  if (tag !== undefined)
    return sql<{ n: number }[]>`
      select count(*)::int as n from (
        select from article_tags where tag = ${tag} limit ${EXACT_UP_TO}) as first_ones`;
  // The second is not run where the first is known.
  return sql<{ n: number }[]>`
    select case when reltuples >= ${EXACT_UP_TO}::int then reltuples::int else (
      select count(*)::int from (
        select from articles order by id limit ${EXACT_UP_TO}) as first_ones) end as n
    from pg_class where oid = 'articles'::regclass`;
}

type Fragment = ReturnType<Queryable>;

function favored(sql: Queryable, userId: Id | undefined, id: Fragment): Fragment {
  if (userId === undefined) return sql``;
  return sql`and exists (
    select from favorites where user_id = ${userId} and favorites.article_id = ${id})`;
}

function tagged(sql: Queryable, tag: string | undefined, id: Fragment): Fragment {
  if (tag === undefined) return sql``;
  return sql`and exists (
    select from article_tags where tag = ${tag} and article_tags.article_id = ${id})`;
}
