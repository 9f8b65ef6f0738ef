import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';

/** How often somebody is followed by some others. */
export interface Degree {
  readonly id: Id;
  readonly n: number;
}

/** Whom the users follow, of each the newest `mostEach`, with how many of the users do. */
export async function followedByMany(
  sql: Queryable,
  userIds: readonly Id[],
  mostEach: number,
): Promise<readonly Degree[]> {
  return await sql<Degree[]>`
    select newest.followed_id as id, count(*)::int as n
    from unnest(${`{${userIds.join()}}`}::text::bigint[]) as user_of (id)
    cross join lateral (
      select followed_id from follows where follower_id = user_of.id
      order by created_at desc limit ${mostEach}) as newest
    group by newest.followed_id`;
}
