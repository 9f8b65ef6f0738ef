import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';

/** What lists of everybody's articles know of one: `null` where it is gone. */
export interface Listing {
  readonly id: Id;
  readonly tags: readonly string[] | null;
}

/** Articles of a shard, at one moment of its event log. */
export interface Listings {
  /** Every event up to this one is told. */
  readonly upTo: Id;
  /** Whether nothing follows, as the reader sees it. */
  readonly whole: boolean;
  readonly listings: readonly Listing[];
}

/** What has come, changed or gone after an event, as it is now; `count` events at most. */
export async function listingsAfter(sql: Queryable, after: Id, count: number): Promise<Listings> {
  const [row] = await sql<Listings[]>`
    with told as materialized (
      select id, subject_id from events
      where id > ${after} and kind in ('posted', 'changed', 'deleted') order by id limit ${count})
    select whole, case when whole then last else (select max(id) from told) end as "upTo",
      coalesce((
        select json_agg(json_build_object('id', subject_id::text, 'tags', tag_list)) from (
          select distinct subject_id from told) as subjects
        left join articles on articles.id = subject_id), '[]') as listings
    from event_head, (select count(*) < ${count}::int as whole from told) as counted
    where id = 1`;
  return row ?? { upTo: after, whole: true, listings: [] };
}

/** Articles in the order of their ids, after one of them. */
export async function listingsFrom(sql: Queryable, after: Id, count: number): Promise<Listings> {
  const [row] = await sql<Listings[]>`
    with page as materialized (
      select id, tag_list from articles where id > ${after} order by id limit ${count})
    select last as "upTo", (select count(*) from page) < ${count}::int as whole, coalesce((
      select json_agg(json_build_object('id', page.id::text, 'tags', tag_list) order by page.id)
      from page), '[]') as listings
    from event_head where id = 1`;
  return row ?? { upTo: '0', whole: true, listings: [] };
}
