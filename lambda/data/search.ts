import type { Queryable } from '../platform/databases';
import { LARGEST_ID } from '../platform/ids';
import type { IdPage, Range } from './lists';

/**
 * Articles with the words, newest first. Words as they are written (`simple`): articles are of any
 * language.
 * By the index `articles_search` alone, which has this expression: walking the newest articles until some
 * match would read the words of each; so a search costs as much as there is of what it looks for.
 * `websearch_to_tsquery` takes whatever people type, quotes, `or` and `-` among it, and never
 * fails.
 */
export async function searchIds(
  sql: Queryable,
  words: string,
  { before = LARGEST_ID, count }: Range,
): Promise<IdPage> {
  const [row] = await sql<IdPage[]>`
    with found as materialized (
      select id from articles
      where to_tsvector('simple', title || ' ' || description || ' ' || body)
        @@ websearch_to_tsquery('simple', ${words}))
    select (select count(*)::int from found) as total, coalesce((
      select json_agg(page.id::text) from (
        select id from found where id < ${before} order by id desc limit ${count}) as page),
      '[]') as ids`;
  return row ?? { ids: [], total: 0 };
}
