import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';
import { distinctAfter } from './distinct';
import type { Listing } from './listings';
import { EVENT_HOURS } from './sweep';
import { list } from './timelines';

/** How far the lists have come with a shard. */
export interface Followed {
  readonly position: Id;
  /** The last of the older articles that is in the lists; `null` once all are. */
  readonly filledTo: Id | null;
}

/** Of events that are older the log may have been swept. */
const LOST_HOURS = EVENT_HOURS - 8;

/** Locked until the commit; `undefined` where nobody has begun, or somebody else is at it. */
export async function claimShard(
  sql: Queryable,
  shard: string,
): Promise<(Followed & { readonly lost: boolean }) | undefined> {
  const [row] = await sql<(Followed & { readonly lost: boolean })[]>`
    select position, filled_to as "filledTo",
      followed_at < now() - make_interval(hours => ${LOST_HOURS}) as lost
    from followed_shards where shard = ${shard} for update skip locked`;
  return row;
}

/** Whether it was not there. */
export async function beginShard(sql: Queryable, shard: string, position: Id): Promise<boolean> {
  const { count } = await sql`
    insert into followed_shards (shard, position, filled_to) values (${shard}, ${position}, 0)
    on conflict do nothing`;
  return count > 0;
}

export async function saveShard(
  sql: Queryable,
  shard: string,
  { position, filledTo }: Followed,
): Promise<void> {
  await sql`
    update followed_shards
    set position = greatest(position, ${position}), filled_to = ${filledTo}, followed_at = now()
    where shard = ${shard}`;
}

/** Lists what there is, and takes out what is gone; may be repeated. */
export async function applyListings(sql: Queryable, listings: readonly Listing[]): Promise<void> {
  if (listings.length === 0) return;
  const given = sql`
    select (one ->> 'id')::bigint as id, one -> 'tags' as tags, one ->> 'tags' is null as gone
    from json_array_elements(${JSON.stringify(listings)}::text::json) as one`;
  const tagsGiven = sql`
    select tag.value as tag, given.id from (${given}) as given
    cross join json_array_elements_text(given.tags) as tag (value) where not given.gone`;
  await sql`
    delete from listed using (${given}) as given
    where given.gone and listed.article_id = given.id`;
  await sql`
    insert into listed (article_id) select id from (${given}) as given where not gone
    order by id on conflict do nothing`;
  await sql`
    delete from listed_tags using (${given}) as given
    where listed_tags.article_id = given.id
      and (listed_tags.tag, listed_tags.article_id) not in (${tagsGiven})`;
  await sql`
    insert into listed_tags (tag, article_id) select tag, id from (${tagsGiven}) as given
    order by tag, id on conflict do nothing`;
}

/** What the lists have of some articles. */
export async function findListed(
  sql: Queryable,
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, readonly string[]>> {
  const rows = await sql<{ id: Id; tags: readonly string[] }[]>`
    select article_id as id, coalesce((
      select json_agg(tag) from listed_tags
      where listed_tags.article_id = listed.article_id), '[]') as tags
    from listed where article_id = any(${list(ids)}::text::bigint[])`;
  return new Map(rows.map(({ id, tags }) => [id, tags]));
}

/** What is in any list, of all or of a tag, in the order of their ids, after one of them. */
export async function listedAfter(
  sql: Queryable,
  after: Id,
  count: number,
): Promise<readonly Id[]> {
  const rows = await sql<{ id: Id }[]>`
    with recursive found (id) as (${distinctAfter(sql, 'listed_tags', 'article_id', after)})
    (select article_id as id from listed where article_id > ${after}
      order by article_id limit ${count})
    union (select id from found where id is not null limit ${count})
    order by id limit ${count}`;
  return rows.map(({ id }) => id);
}
