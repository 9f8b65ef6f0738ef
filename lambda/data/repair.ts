import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';
import { distinctAfter } from './distinct';
import { list, PUSH_LIMIT } from './timelines';

/** How many articles are counted of one user; `null` where nothing is counted. */
export interface Counted {
  readonly id: Id;
  readonly articles: number | null;
}

/** Users with counters, and whoever is followed, in the order of their ids, after one of them. */
export async function listCounted(
  sql: Queryable,
  after: Id,
  count: number,
): Promise<readonly Counted[]> {
  return await sql<Counted[]>`
    with recursive found (id) as (${distinctAfter(sql, 'followers', 'followed_id', after)})
    select id, (select articles from counters where user_id = id) as articles from (
      (select user_id from counters where user_id > ${after} order by user_id limit ${count})
      union (select id from found where id is not null limit ${count})
      order by 1 limit ${count}) as known (id) order by id`;
}

/** Who has written any articles, in the order of their ids, after one of them. */
export async function listAuthors(
  sql: Queryable,
  after: Id,
  count: number,
): Promise<readonly Id[]> {
  const rows = await sql<{ id: Id }[]>`
    with recursive found (id) as (${distinctAfter(sql, 'articles', 'author_id', after)})
    select id from found where id is not null limit ${count}`;
  return rows.map(({ id }) => id);
}

/** Counts where the articles stand; whoever has none is not in it. */
export async function countArticles(
  sql: Queryable,
  authorIds: readonly Id[],
): Promise<ReadonlyMap<Id, number>> {
  const rows = await sql<{ id: Id; n: number }[]>`
    select author_id as id, count(*)::int as n from articles
    where author_id = any(${list(authorIds)}::text::bigint[]) group by author_id`;
  return new Map(rows.map(({ id, n }) => [id, n]));
}

export async function setArticles(sql: Queryable, userId: Id, articles: number): Promise<void> {
  await sql`
    insert into counters (user_id, articles) values (${userId}, ${articles})
    on conflict (user_id) do update set articles = excluded.articles`;
}

/** Sets what differs from the rows, and who has too many to be pushed to; says of how many users. */
export async function recountFollowers(sql: Queryable, userIds: readonly Id[]): Promise<number> {
  const { count } = await sql`
    with truth as (
      select user_id, (select count(*)::int from followers where followed_id = user_id) as n
      from counters where user_id = any(${list(userIds)}::text::bigint[]))
    update counters set followers = truth.n, pulled = pulled or truth.n > ${PUSH_LIMIT}
    from truth where counters.user_id = truth.user_id
      and (counters.followers <> truth.n or (not pulled and truth.n > ${PUSH_LIMIT}))`;
  return count;
}

/** Articles into the timelines in which they are missing, and says into how many. */
export async function addMissing(
  sql: Queryable,
  authorId: Id,
  articleIds: readonly Id[],
): Promise<number> {
  const { count } = await sql`
    insert into timeline (user_id, article_id, author_id)
    select f.follower_id, article.id, f.followed_id
    from followers join follows f
      on f.follower_id = followers.follower_id and f.followed_id = followers.followed_id
    cross join unnest(${list(articleIds)}::text::bigint[]) as article (id)
    where followers.followed_id = ${authorId} and f.filled
    on conflict do nothing`;
  return count;
}

/** An author's articles that are there no more, out of all timelines, and says out of how many. */
export async function removeSurplus(
  sql: Queryable,
  authorId: Id,
  articleIds: readonly Id[],
): Promise<number> {
  const { count } = await sql`
    delete from timeline using followers
    where followers.followed_id = ${authorId} and timeline.user_id = followers.follower_id
      and timeline.author_id = ${authorId}
      and timeline.article_id <> all(${list(articleIds)}::text::bigint[])`;
  return count;
}

/** Whose articles came, changed or went since: events of theirs may be on their way. */
export async function recentActors(sql: Queryable, sinceMs: number): Promise<ReadonlySet<Id>> {
  const rows = await sql<{ id: Id }[]>`
    select distinct actor_id as id from events where id > ${sinceMs}::bigint << 12`;
  return new Set(rows.map(({ id }) => id));
}
