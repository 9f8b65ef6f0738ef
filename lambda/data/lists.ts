import type { Queryable } from '../platform/databases';
import { type Id, LARGEST_ID } from '../platform/ids';
import { type ArticleRow, articlesWithAuthors, type Fragment, plain } from './articles';

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

/** Newest first, whole. */
export interface RowPage {
  readonly rows: readonly ArticleRow[];
  /** As of {@link IdPage}. */
  readonly total: number;
}

/** No count of a tag or of all reads more rows; beyond, all are what the planner estimates. */
export const EXACT_UP_TO = 10_000;
/** An estimate that the planner makes anew every few minutes is not asked for with each page. */
const ESTIMATE_MS = 10_000;

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

/** As {@link listIds}, with the articles themselves: for a list that stands in one shard, without a cache. */
export async function listRows(
  sql: Queryable,
  filter: ArticleFilter,
  { before = LARGEST_ID, count }: Range,
): Promise<RowPage> {
  const [rows, [counted]] = await Promise.all([
    newestRows(sql, filter, before, count),
    total(sql, filter),
  ]);
  return { rows: rows.map(plain), total: counted?.n ?? 0 };
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

/** Begins with the narrowest index: an author's, then a user's favourites, then a tag's. */
function newest(sql: Queryable, filter: ArticleFilter, before: Id, count: number) {
  const { authorId, favoredBy, tag } = filter;
  if (authorId === undefined && favoredBy !== undefined)
    return sql<{ id: Id }[]>`
      select article_id as id from favorites where user_id = ${favoredBy} and article_id < ${before}
        ${tagged(sql, tag, sql`favorites.article_id`)}
      order by article_id desc limit ${count}`;
  if (authorId === undefined && tag !== undefined)
    return sql<{ id: Id }[]>`
      select article_id as id from article_tags where tag = ${tag} and article_id < ${before}
      order by article_id desc limit ${count}`;
  return ofArticles<{ id: Id }>(sql, sql`id from articles`, filter, before, count);
}

/** The same, with what articles hold. */
function newestRows(sql: Queryable, filter: ArticleFilter, before: Id, count: number) {
  const selected = articlesWithAuthors(sql);
  const { authorId, favoredBy, tag } = filter;
  if (authorId !== undefined || (favoredBy === undefined && tag === undefined))
    return ofArticles<ArticleRow>(sql, selected, filter, before, count);
  return sql<ArticleRow[]>`
    select ${selected} where id in (${newest(sql, filter, before, count)})
    order by id desc`;
}

/** An author's, or all, by the indexes of the articles themselves. */
function ofArticles<T extends object>(
  sql: Queryable,
  selected: Fragment,
  { authorId, favoredBy, tag }: ArticleFilter,
  before: Id,
  count: number,
) {
  const author = authorId === undefined ? sql`` : sql`author_id = ${authorId} and`;
  return sql<T[]>`
    select ${selected} where ${author} id < ${before}
      ${favored(sql, favoredBy, sql`id`)} ${tagged(sql, tag, sql`id`)}
    order by id desc limit ${count}`;
}

type Totals = Promise<readonly { readonly n: number }[]>;

/** By pool of connections. */
const estimates = new WeakMap<Queryable, { readonly n: number; readonly at: number }>();

/** Exact where it is small; kept for a while where it is an estimate. */
async function totalOfAll(sql: Queryable): Totals {
  const known = estimates.get(sql);
  if (known !== undefined && performance.now() - known.at < ESTIMATE_MS) return [known];
  // The second is not run where the first is known.
  const [row] = await sql<{ n: number }[]>`
    select case when reltuples >= ${EXACT_UP_TO}::int then reltuples::int else (
      select count(*)::int from (
        select from articles order by id limit ${EXACT_UP_TO}) as first_ones) end as n
    from pg_class where oid = 'articles'::regclass`;
  const n = row?.n ?? 0;
  if (n >= EXACT_UP_TO) estimates.set(sql, { n, at: performance.now() });
  return [{ n }];
}

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
  return totalOfAll(sql);
}

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
