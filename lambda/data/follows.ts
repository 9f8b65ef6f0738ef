import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';
import { appendEvent } from './events';

/** A feed is drawn from this many at most, those followed last. */
export const MOST_FOLLOWED = 5_000;

/** May be repeated. */
export async function addFollow(sql: Queryable, followerId: Id, followedId: Id): Promise<void> {
  const added = await sql`
    insert into follows (follower_id, followed_id) values (${followerId}, ${followedId})
    on conflict do nothing returning 1`;
  if (added.length > 0) appendEvent(sql, 'followed', followerId, followedId);
}

export async function removeFollow(sql: Queryable, followerId: Id, followedId: Id): Promise<void> {
  const removed = await sql`
    delete from follows where follower_id = ${followerId} and followed_id = ${followedId}
    returning 1`;
  if (removed.length > 0) appendEvent(sql, 'unfollowed', followerId, followedId);
}

/** Those of the users whom the follower follows. */
export async function followedAmong(
  sql: Queryable,
  followerId: Id,
  userIds: readonly Id[],
): Promise<readonly Id[]> {
  const rows = await sql<{ id: Id }[]>`
    select followed_id as id from follows
    where follower_id = ${followerId} and followed_id = any(${`{${userIds.join()}}`}::text::bigint[])`;
  return rows.map(({ id }) => id);
}

export async function listFollowed(sql: Queryable, followerId: Id): Promise<readonly Id[]> {
  const rows = await sql<{ id: Id }[]>`
    select followed_id as id from follows where follower_id = ${followerId}
    order by created_at desc limit ${MOST_FOLLOWED}`;
  return rows.map(({ id }) => id);
}
