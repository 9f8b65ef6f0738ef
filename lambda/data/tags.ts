import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';
import type { Trending, TrendingTag } from './trending';

/** `GET /api/tags` is unbounded by contract; newest tags first, up to this many. */
const MOST_TAGS = 1_000;
const BATCH = 5_000;

/**
 * Tags that have articles. `kept` is true where that is known; where it is not, each is looked up, so
 * that a list of many tags costs what the few uncertain ones cost. What makes it uncertain is the end of
 * a tag's last article, here, and two such ends at once, which {@link repairTags} finds.
 */
function shown(sql: Queryable) {
  return sql`(kept or exists (select from article_tags where article_tags.tag = tags.tag))`;
}

/** Newest first; a tag whose articles are gone is none. */
export async function listTags(sql: Queryable): Promise<readonly string[]> {
  const rows = await sql<{ tag: string }[]>`
    select tag from tags where ${shown(sql)} order by created_at desc, tag limit ${MOST_TAGS}`;
  return rows.map(({ tag }) => tag);
}

/** What `GET /api/tags` shows of a shard. */
export interface TagPage {
  readonly trending: Trending['tags'];
  readonly newest: readonly string[];
}

/** The first of the materialized view and the newest, as one row: many rows of one word cost more. */
export async function readTagPage(sql: Queryable, mostTrending: number): Promise<TagPage> {
  const [row] = await sql<{ trending: TrendingTag[] | null; newest: string[] | null }[]>`
    select (
      select json_agg(json_build_object('tag', tag, 'articles', articles)) from (
        select tag, articles from trending
        where exists (select from tags where tags.tag = trending.tag and ${shown(sql)})
        order by articles desc, tag limit ${mostTrending}) as first_ones) as trending,
      (select json_agg(tag) from (
        select tag from tags where ${shown(sql)}
        order by created_at desc, tag limit ${MOST_TAGS}) as newest_ones) as newest`;
  return { trending: row?.trending ?? [], newest: row?.newest ?? [] };
}

/** Of a new article, or of one whose old tags are gone. */
export async function insertTags(
  sql: Queryable,
  id: Id,
  tagList: readonly string[],
): Promise<void> {
  if (tagList.length === 0) return;
  const tags = JSON.stringify(tagList);
  // One order for all writers, so that two new tags in two articles cannot deadlock.
  await sql`
    insert into tags (tag, kept)
    select tag, true from jsonb_array_elements_text(${tags}::text::jsonb) as tag
    order by tag on conflict (tag) do nothing`;
  await sql`
    insert into article_tags (tag, article_id)
    select tag, ${id}::bigint from jsonb_array_elements_text(${tags}::text::jsonb) as tag`;
}

/** After an article no longer has them. A tag that others have is not touched: it may be a busy one. */
export async function dropTags(sql: Queryable, tagList: readonly string[]): Promise<void> {
  if (tagList.length === 0) return;
  // Who has locked one is about to say the same of it.
  await sql`
    update tags set kept = null where tag in (
      select tags.tag from tags
      join jsonb_array_elements_text(${JSON.stringify(tagList)}::text::jsonb) as gone (tag)
        on gone.tag = tags.tag
      where kept and not exists (select from article_tags where article_tags.tag = tags.tag)
      for update of tags skip locked)`;
}

/** Sets what differs from the articles' tags, a batch after the other, and says of how many tags. */
export async function repairTags(sql: Queryable): Promise<number> {
  for (let [repaired, after] = [0, '']; ;) {
    const rows = await sql<{ tag: string; differs: boolean }[]>`
      with part as (select tag, kept from tags where tag > ${after} order by tag limit ${BATCH}),
      truth as (
        select tag, kept, nullif(exists (
          select from article_tags where article_tags.tag = part.tag), false) as is_kept from part),
      repaired as (
        update tags set kept = truth.is_kept from truth
        where truth.tag = tags.tag and truth.kept is distinct from truth.is_kept)
      select tag, kept is distinct from is_kept as differs from truth order by tag`;
    repaired += rows.filter(({ differs }) => differs).length;
    after = rows.at(-1)?.tag ?? after;
    if (rows.length < BATCH) return repaired;
  }
}
