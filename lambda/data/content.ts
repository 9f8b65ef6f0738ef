import type { Queryable } from '../platform/databases';
import { slugOf, type Id } from '../platform/ids';
import type { Card } from './identity';

/** An article without its text, as lists show it. */
export interface ArticleSummary {
  readonly id: Id;
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly tagList: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly favoritesCount: number;
  readonly author: Card;
}

export interface Article extends ArticleSummary {
  readonly body: string;
}

export interface NewArticle {
  readonly title: string;
  readonly description: string;
  readonly body: string;
  readonly tagList: readonly string[];
}

/** Which articles a list holds; at most one of them is given. */
export interface ArticleFilter {
  readonly authorId?: Id;
  readonly tag?: string;
}

/** A shard's part of a list. */
export interface ArticlePage {
  readonly articles: readonly ArticleSummary[];
  /** Exact for an author; for a tag and for all exact up to {@link EXACT_UP_TO}. */
  readonly total: number;
}

/** No count reads more rows: a tag's ends here, the global one goes on by the planner's estimate. */
export const EXACT_UP_TO = 10_000;
/** `GET /api/tags` is unbounded by contract; newest tags first, up to this many. */
const MOST_TAGS = 1_000;

interface SummaryRow extends Omit<ArticleSummary, 'slug' | 'author'>, Card {}

/** Inserts the article with its author's card as it is now, and its tags. */
export async function insertArticle(
  sql: Queryable,
  author: Card & { readonly id: Id },
  logicalShard: number,
  article: NewArticle,
): Promise<Article> {
  const { title, description, body, tagList } = article;
  const tags = JSON.stringify(tagList);
  const [row] = await sql<{ id: Id; createdAt: Date }[]>`
    insert into articles (id, author_id, author_username, author_bio, author_image,
      title, description, body, tag_list)
    values (next_id(${logicalShard}), ${author.id}, ${author.username}, ${author.bio},
      ${author.image}, ${title}, ${description}, ${body}, ${tags}::text::jsonb)
    returning id, created_at as "createdAt"`;
  if (row === undefined) throw new Error('the insert returned nothing');
  if (tagList.length > 0) {
    // One order for all writers, so that two new tags in two articles cannot deadlock.
    await sql`
      insert into tags (tag) select tag from jsonb_array_elements_text(${tags}::text::jsonb) as tag
      order by tag on conflict (tag) do nothing`;
    await sql`
      insert into article_tags (tag, article_id)
      select tag, ${row.id}::bigint from jsonb_array_elements_text(${tags}::text::jsonb) as tag`;
  }
  const { id, createdAt } = row;
  const { username, bio, image } = author;
  const times = { createdAt, updatedAt: createdAt };
  const slug = slugOf(title, id);
  return { ...article, ...times, id, slug, favoritesCount: 0, author: { username, bio, image } };
}

export async function findArticle(sql: Queryable, id: Id): Promise<Article | undefined> {
  const [row] = await sql<(SummaryRow & { readonly body: string })[]>`
    select ${summaryColumns(sql)}, body from articles where id = ${id}`;
  return row === undefined ? undefined : { ...toSummary(row), body: row.body };
}

/** The newest `count` articles; ids rise with time, so that every list is a range of an index. */
export async function listArticles(
  sql: Queryable,
  filter: ArticleFilter,
  count: number,
): Promise<ArticlePage> {
  const [rows, total] = await Promise.all([newest(sql, filter, count), countArticles(sql, filter)]);
  return { articles: rows.map(toSummary), total };
}

export async function listTags(sql: Queryable): Promise<readonly string[]> {
  const rows = await sql<{ tag: string }[]>`
    select tag from tags order by created_at desc, tag limit ${MOST_TAGS}`;
  return rows.map(({ tag }) => tag);
}

function newest(sql: Queryable, filter: ArticleFilter, count: number): Promise<SummaryRow[]> {
  const columns = summaryColumns(sql);
  if (filter.authorId !== undefined)
    return sql<SummaryRow[]>`
      select ${columns} from articles where author_id = ${filter.authorId}
      order by id desc limit ${count}`;
  if (filter.tag !== undefined)
    return sql<SummaryRow[]>`
      select ${columns} from articles where id in (
        select article_id from article_tags where tag = ${filter.tag}
        order by article_id desc limit ${count})
      order by id desc`;
  return sql<SummaryRow[]>`select ${columns} from articles order by id desc limit ${count}`;
}

async function countArticles(sql: Queryable, filter: ArticleFilter): Promise<number> {
  const [row] =
    filter.authorId !== undefined
      ? await sql<{ n: number }[]>`
          select count(*)::int as n from articles where author_id = ${filter.authorId}`
      : filter.tag !== undefined
        ? await sql<{ n: number }[]>`
            select count(*)::int as n from (
              select from article_tags where tag = ${filter.tag} limit ${EXACT_UP_TO}) as first_ones`
        : await sql<{ n: number }[]>`
            select case when counted.n < ${EXACT_UP_TO} then counted.n
              else greatest(counted.n, pg_class.reltuples::int) end as n
            from pg_class, (
              select count(*)::int as n from (
                select from articles limit ${EXACT_UP_TO}) as first_ones) as counted
            where pg_class.oid = 'articles'::regclass`;
  return row?.n ?? 0;
}

function summaryColumns(sql: Queryable) {
  return sql`id, author_username as username, author_bio as bio, author_image as image,
    title, description, tag_list as "tagList", favorites_count as "favoritesCount",
    created_at as "createdAt", updated_at as "updatedAt"`;
}

function toSummary(row: SummaryRow): ArticleSummary {
  const { username, bio, image, ...rest } = row;
  return { ...rest, slug: slugOf(row.title, row.id), author: { username, bio, image } };
}
