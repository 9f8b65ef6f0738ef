import type { Queryable } from '../platform/databases';
import { EPOCH_MS, type Id } from '../platform/ids';
import { list, TIMELINE_LENGTH } from './timelines';

/** Who follows whom, in the order of a statement's two lists. */
export interface Edge {
  readonly followerId: Id;
  readonly followedId: Id;
}

/** An edge as its follower's shard has it, which is the truth. */
export interface FoundEdge extends Edge {
  readonly filled: boolean;
}

const FIRST: Edge = { followerId: '0', followedId: '0' };

/** Edges that have stood for a while, in their order, after one of them. */
export async function listFollows(
  sql: Queryable,
  { followerId, followedId }: Edge = FIRST,
  settledMs: number,
  count: number,
): Promise<readonly FoundEdge[]> {
  return await sql<FoundEdge[]>`
    select follower_id as "followerId", followed_id as "followedId", filled from follows
    where (follower_id, followed_id) > (${followerId}::bigint, ${followedId}::bigint)
      and created_at <= now() - ${settledMs}::integer * interval '1 millisecond'
    order by follower_id, followed_id limit ${count}`;
}

/** What is derived of the edges, with whoever is followed, in its own order. */
export async function listFollowers(
  sql: Queryable,
  { followerId, followedId }: Edge = FIRST,
  count: number,
): Promise<readonly Edge[]> {
  return await sql<Edge[]>`
    select follower_id as "followerId", followed_id as "followedId" from followers
    where (followed_id, follower_id) > (${followedId}::bigint, ${followerId}::bigint)
    order by followed_id, follower_id limit ${count}`;
}

/** Those of the edges that stand in a table. */
export async function edgesIn(
  sql: Queryable,
  table: 'follows' | 'followers',
  edges: readonly Edge[],
): Promise<readonly Edge[]> {
  return await sql<Edge[]>`
    select follower_id as "followerId", followed_id as "followedId"
    from ${table === 'follows' ? sql`follows` : sql`followers`}
    where (follower_id, followed_id) in (select * from unnest(
      ${list(edges.map((edge) => edge.followerId))}::text::bigint[],
      ${list(edges.map((edge) => edge.followedId))}::text::bigint[]))`;
}

/** An article by its author. */
export interface Written {
  readonly authorId: Id;
  readonly id: Id;
}

/** The newest of each author. */
export async function newestOf(
  sql: Queryable,
  authorIds: readonly Id[],
  each: number,
): Promise<readonly Written[]> {
  return await sql<Written[]>`
    select author.id as "authorId", newest.id from unnest(${list(authorIds)}::text::bigint[]) as author (id)
    cross join lateral (
      select articles.id from articles where author_id = author.id
      order by articles.id desc limit ${each}) as newest`;
}

/** A line of a timeline. */
export interface Line extends Written {
  readonly userId: Id;
}

/** What timelines hold of some authors, newest first. */
export async function listLines(
  sql: Queryable,
  userIds: readonly Id[],
  authorIds: readonly Id[],
): Promise<readonly Line[]> {
  return await sql<Line[]>`
    select user_id as "userId", author_id as "authorId", article_id as id from timeline
    where user_id = any(${list(userIds)}::text::bigint[])
      and author_id = any(${list(authorIds)}::text::bigint[]) order by article_id desc`;
}

/** A line, and whether its user follows its author. */
export interface FoundLine extends Line {
  readonly followed: boolean;
}

/** Lines of all timelines in their order, after one of them. */
export async function listAllLines(
  sql: Queryable,
  { userId, id }: Pick<Line, 'userId' | 'id'>,
  count: number,
): Promise<readonly FoundLine[]> {
  return await sql<FoundLine[]>`
    with page as materialized (
      select user_id, author_id, article_id from timeline
      where (user_id, article_id) > (${userId}::bigint, ${id}::bigint)
      order by user_id, article_id limit ${count})
    select user_id as "userId", author_id as "authorId", article_id as id,
      edge.found is not null as followed
    from page left join lateral (
      select true as found from follows
      where follower_id = page.user_id and followed_id = page.author_id limit 1) as edge on true
    order by user_id, article_id`;
}

/** Where timelines that are full end: what is older belongs to none of them. */
export async function endsOf(
  sql: Queryable,
  userIds: readonly Id[],
): Promise<ReadonlyMap<Id, bigint>> {
  const rows = await sql<{ userId: Id; id: Id }[]>`
    select user_id as "userId", min(article_id) as id from timeline
    where user_id = any(${list(userIds)}::text::bigint[])
    group by user_id having count(*) >= ${TIMELINE_LENGTH}`;
  return new Map(rows.map(({ userId, id }) => [userId, BigInt(id)]));
}

/** The least id of a moment. */
export function idAt(ms: number): bigint {
  return BigInt(Math.max(0, Math.floor(ms - EPOCH_MS))) << 22n;
}
