import type { Queryable } from '../platform/databases';
import { type Id, LARGEST_ID } from '../platform/ids';
import { EXACT_UP_TO, type IdPage, type Range } from './lists';
import { list } from './timelines';

export interface Wanted extends Range {
  /** @default all articles */
  readonly tag?: string | undefined;
  /** Articles that somebody knows better. */
  readonly except: readonly Id[];
}

/** A page of everybody's articles, or of a tag's, newest first, with how many there are beside `except`. */
export async function listListed(
  sql: Queryable,
  { tag, before = LARGEST_ID, count, except }: Wanted,
): Promise<IdPage> {
  const others = sql`article_id <> all(${list(except)}::text::bigint[])`;
  const of = tag === undefined ? sql`listed where` : sql`listed_tags where tag = ${tag} and`;
  const [rows, [counted]] = await Promise.all([
    sql<{ id: Id }[]>`
      select article_id as id from ${of} ${others} and article_id < ${before}
      order by article_id desc limit ${count}`,
    tag === undefined
      ? sql<{ n: number }[]>`
          select case when reltuples >= ${EXACT_UP_TO}::int then reltuples::int else (
            select count(*)::int from (
              select from listed where ${others} order by article_id limit ${EXACT_UP_TO})
            as first_ones) end as n
          from pg_class where oid = 'listed'::regclass`
      : sql<{ n: number }[]>`
          select count(*)::int as n from (
            select from ${of} ${others} limit ${EXACT_UP_TO}) as first_ones`,
  ]);
  return { ids: rows.map(({ id }) => id), total: counted?.n ?? 0 };
}

/** How far the lists have followed a shard. */
export interface Position {
  readonly shard: string;
  /** All its events up to this one are in them. */
  readonly position: Id;
  /** Whether all that was there before is in them too. */
  readonly filled: boolean;
}

export async function listPositions(sql: Queryable): Promise<readonly Position[]> {
  return await sql<Position[]>`
    select shard, position, filled_to is null as filled from followed_shards`;
}
