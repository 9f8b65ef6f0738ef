import type { PendingQuery } from 'postgres';
import type { Queryable, Transaction } from '../platform/databases';
import { type Id, LARGEST_ID } from '../platform/ids';
import type { IdPage, Range } from './lists';

/** What one article costs a core for each follower, consumer and database, measured (docs/benchmarks.md), rounded up. */
const MICROSECONDS_A_FOLLOWER = 12.5;
/** Longest that one article may take of a core: what others posted meanwhile waits for so long. */
export const LONGEST_PUSH_MS = 50;
/**
 * Articles of authors with more followers, 4,000, are not pushed to them but pulled when a feed is read. Who
 * has once been pulled stays so: what was not pushed meanwhile would be missing.
 */
export const PUSH_LIMIT = (1_000 * LONGEST_PUSH_MS) / MICROSECONDS_A_FOLLOWER;
/** A timeline holds so many; a feed ends there. */
export const TIMELINE_LENGTH = 800;

/** As a parameter: one text, whatever their number. */
export const list = (ids: readonly Id[]) => `{${ids.join()}}`;

export type Follower = { readonly id: Id };

/** One article that came or went, as the log of its database tells it. */
export interface ArticleEvent {
  /** Of the log. */
  readonly source: string;
  readonly id: Id;
  readonly authorId: Id;
  readonly on: boolean;
}

/**
 * Counts an article once for each event, and gives the author's first followers, in the order of their
 * ids: none for one that comes where they pull. One statement, because it is made for every article.
 */
export function recordArticle(
  sql: Transaction,
  { source, id, authorId, on }: ArticleEvent,
  count: number,
): PendingQuery<Follower[]> {
  const change = on ? 1 : -1;
  return sql<Follower[]>`
    with first as (
      insert into processed (source, event_id) values (${source}, ${id})
      on conflict do nothing returning 1),
    counted as (
      insert into counters (user_id, articles)
      select ${authorId}::bigint, ${Math.max(change, 0)}::int from first
      on conflict (user_id) do update
      set articles = greatest(counters.articles + ${change}::int, 0))
    select follower_id as id from followers
    where followed_id = ${authorId} and not (${on}::bool and exists (
      select from counters where user_id = ${authorId} and pulled))
    order by follower_id limit ${count}`;
}

/** May be repeated: the count follows the row. */
export async function addFollower(sql: Queryable, followedId: Id, followerId: Id): Promise<void> {
  await sql`
    with added as (
      insert into followers (followed_id, follower_id) values (${followedId}, ${followerId})
      on conflict do nothing returning followed_id)
    insert into counters as c (user_id, followers) select followed_id, 1 from added
    on conflict (user_id) do update set followers = c.followers + 1,
      pulled = c.pulled or c.followers + 1 > ${PUSH_LIMIT}`;
}

export async function removeFollower(
  sql: Queryable,
  followedId: Id,
  followerId: Id,
): Promise<void> {
  await sql`
    with removed as (
      delete from followers where followed_id = ${followedId} and follower_id = ${followerId}
      returning followed_id)
    update counters set followers = greatest(followers - 1, 0)
    from removed where user_id = removed.followed_id`;
}

export async function isPulled(sql: Queryable, userId: Id): Promise<boolean> {
  return (await sql`select from counters where user_id = ${userId} and pulled`).length > 0;
}

/** Followers in the order of their ids, after one of them. */
export async function listFollowers(
  sql: Queryable,
  followedId: Id,
  after: Id,
  count: number,
): Promise<readonly Id[]> {
  const rows = await sql<{ id: Id }[]>`
    select follower_id as id from followers
    where followed_id = ${followedId} and follower_id > ${after}
    order by follower_id limit ${count}`;
  return rows.map(({ id }) => id);
}

/** Into the timelines of those who follow the author now. May be repeated. */
export async function pushArticle(
  sql: Queryable,
  authorId: Id,
  articleId: Id,
  userIds: readonly Id[],
): Promise<void> {
  await sql`
    insert into timeline (user_id, article_id, author_id)
    select follower_id, ${articleId}, ${authorId} from follows
    where follower_id = any(${list(userIds)}::text::bigint[]) and followed_id = ${authorId}
    on conflict do nothing`;
}

export async function dropArticle(
  sql: Queryable,
  articleId: Id,
  userIds: readonly Id[],
): Promise<void> {
  await sql`
    delete from timeline
    where user_id = any(${list(userIds)}::text::bigint[]) and article_id = ${articleId}`;
}

/** What an author has written, into one timeline, where it is followed still; then it is not pulled. */
export async function fillTimeline(
  sql: Queryable,
  userId: Id,
  authorId: Id,
  articleIds: readonly Id[],
): Promise<void> {
  const filled = await sql`
    update follows set filled = true
    where follower_id = ${userId} and followed_id = ${authorId} returning 1`;
  if (filled.length === 0) return;
  await sql`
    insert into timeline (user_id, article_id, author_id)
    select ${userId}, id, ${authorId} from unnest(${list(articleIds)}::text::bigint[]) as id
    on conflict do nothing`;
  await trimTimeline(sql, userId);
}

async function trimTimeline(sql: Queryable, userId: Id): Promise<void> {
  await sql`
    delete from timeline where user_id = ${userId} and article_id < (
      select article_id from timeline where user_id = ${userId}
      order by article_id desc offset ${TIMELINE_LENGTH - 1} limit 1)`;
}

/** Articles of somebody who is followed no more; how many. */
export async function dropAuthor(sql: Queryable, userId: Id, authorId: Id): Promise<number> {
  const { count } = await sql`
    delete from timeline where user_id = ${userId} and author_id = ${authorId} and not exists (
      select from follows where follower_id = ${userId} and followed_id = ${authorId})`;
  return count;
}

/** Authors of this database whose articles are pulled. */
export async function listPulled(sql: Queryable): Promise<readonly Id[]> {
  const rows = await sql<{ id: Id }[]>`select user_id as id from counters where pulled`;
  return rows.map(({ id }) => id);
}

/** Of those whom somebody follows: who is not in the timeline, and who of some authors is. */
export interface Edges {
  /** Not filled yet, or too much followed to be pushed. */
  readonly pull: readonly Id[];
  readonly push: readonly Id[];
}

export async function readEdges(
  sql: Queryable,
  userId: Id,
  pulled: readonly Id[],
  among: readonly Id[],
): Promise<Edges> {
  const rows = await sql<{ id: Id; pull: boolean }[]>`
    select followed_id as id, not filled or followed_id = any(${list(pulled)}::text::bigint[]) as pull
    from follows where follower_id = ${userId} and (not filled
      or followed_id = any(${list([...pulled, ...among])}::text::bigint[]))`;
  const ids = (pull: boolean) => rows.filter((row) => row.pull === pull).map(({ id }) => id);
  return { pull: ids(true), push: ids(false) };
}

export interface TimelinePage extends IdPage {
  /** Those that were sought and are counted in the total; servers of the release before do not say. */
  readonly held?: readonly Id[];
}

/**
 * A timeline's part of a feed: of those who are followed now, and are not among those that are pulled.
 * @param sought articles, of which is told whether the total counts them, by the look that counts
 */
export async function listTimeline(
  sql: Queryable,
  userId: Id,
  pulled: readonly Id[],
  { before = LARGEST_ID, count, sought = [] }: Range & { readonly sought?: readonly Id[] },
): Promise<TimelinePage> {
  const shown = sql`user_id = ${userId}
    and author_id <> all(${list(pulled)}::text::bigint[]) and exists (
      select from follows where follower_id = timeline.user_id
        and followed_id = timeline.author_id)`;
  const [rows, [counted]] = await Promise.all([
    sql<{ id: Id }[]>`
      select article_id as id from timeline where ${shown} and article_id < ${before}
      order by article_id desc limit ${count}`,
    sql<{ n: number; held: readonly Id[] | null }[]>`
      select count(*)::int as n, json_agg(article_id::text)
        filter (where article_id = any(${list(sought)}::text::bigint[])) as held
      from timeline where ${shown}`,
  ]);
  return { ids: rows.map(({ id }) => id), total: counted?.n ?? 0, held: counted?.held ?? [] };
}

/** Those of the articles that stand in the timeline: servers of the release before ask for it. */
export async function inTimeline(
  sql: Queryable,
  userId: Id,
  articleIds: readonly Id[],
): Promise<readonly Id[]> {
  const rows = await sql<{ id: Id }[]>`
    select article_id as id from timeline
    where user_id = ${userId} and article_id = any(${list(articleIds)}::text::bigint[])`;
  return rows.map(({ id }) => id);
}
