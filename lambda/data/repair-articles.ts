import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';
import { insertTags } from './tags';

/** An article, and what of it differs from the rows that it is made of. */
export interface CheckedArticle {
  readonly id: Id;
  /** Its count of favourites. */
  readonly miscounted: boolean;
  /** The rows by which its tags find it. */
  readonly mistagged: boolean;
}

/** Articles in the order of their ids, after one of them. */
export async function compareArticles(
  sql: Queryable,
  after: Id,
  count: number,
): Promise<readonly CheckedArticle[]> {
  return await sql<CheckedArticle[]>`
    with part as (
      select id, favorites_count, tag_list from articles
      where id > ${after} order by id limit ${count})
    select id,
      favorites_count <> (
        select count(*) from favorites where article_id = part.id) as miscounted,
      array(select tag from article_tags where article_id = part.id order by tag) <> array(
        select distinct tag from jsonb_array_elements_text(tag_list) as tag
        order by tag) as mistagged
    from part order by id`;
}

/** What a repair of one article has changed: 1 or 0 each. */
export interface RepairedArticle {
  readonly favorites: number;
  readonly tagged: number;
}

/**
 * Makes both anew, by what stands there under the lock that every favourite and every change of tags takes: what is
 * under way is counted by whoever waits for it.
 */
export async function repairArticle(sql: Queryable, id: Id): Promise<RepairedArticle> {
  const [row] = await sql<{ tagList: readonly string[] }[]>`
    select tag_list as "tagList" from articles where id = ${id} for no key update`;
  if (row === undefined) return { favorites: 0, tagged: 0 };
  const { count: favorites } = await sql`
    with truth as (select count(*)::int as n from favorites where article_id = ${id})
    update articles set favorites_count = truth.n from truth
    where id = ${id} and favorites_count <> truth.n`;
  const tags = await sql<{ tag: string }[]>`
    select tag from article_tags where article_id = ${id}`;
  const held = new Set(tags.map(({ tag }) => tag));
  const truth = [...new Set(row.tagList)];
  if (held.size === truth.length && truth.every((tag) => held.has(tag)))
    return { favorites, tagged: 0 };
  await sql`delete from article_tags where article_id = ${id}`;
  await insertTags(sql, id, truth);
  return { favorites, tagged: 1 };
}
