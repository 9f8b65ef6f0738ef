import type { Queryable } from '../platform/databases';
import { withCommit } from '../platform/fence';
import { type Id, slugOf } from '../platform/ids';
import { type CopiedCard, showCard } from './cards';
import { appendEvent } from './events';
import type { User } from './identity';
import { dropTags, insertTags } from './tags';

/** An article as its row has it. Plain JSON, so that it is cached and sent between Regions as it is. */
export interface ArticleRow extends CopiedCard {
  readonly id: Id;
  readonly authorId: Id;
  readonly title: string;
  readonly description: string;
  readonly tagList: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly favoritesCount: number;
  /** Rises by one with each change of what its author wrote. */
  readonly version: number;
}

export interface FullArticle extends ArticleRow {
  readonly body: string;
}

export interface NewArticle {
  readonly title: string;
  readonly description: string;
  readonly body: string;
  readonly tagList: readonly string[];
}

/** Inserts the article and its tags. @param author as `identity` has committed them */
export async function insertArticle(
  sql: Queryable,
  author: User,
  logicalShard: number,
  article: NewArticle,
): Promise<FullArticle> {
  const { title, description, body, tagList } = article;
  const tags = JSON.stringify(tagList);
  // The author's card stays in the row for releases that still read it there.
  const [row] = await sql<FullArticle[]>`
    insert into articles (id, author_id, author_username, author_bio, author_image,
      title, description, body, tag_list)
    values (next_id(${logicalShard}), ${author.id}, ${author.username}, ${author.bio},
      ${author.image}, ${title}, ${description}, ${body}, ${tags}::text::jsonb)
    returning ${columnsOf(sql)}, body`;
  if (row === undefined) throw new Error('the insert returned nothing');
  await insertTags(sql, row.id, tagList);
  withCommit(sql, (transaction) => showCard(transaction, author));
  appendEvent(sql, 'posted', author.id, row.id);
  return plain(row);
}

/** Takes the given fields over; the version tells readers that they have it. */
export async function updateArticle(
  sql: Queryable,
  id: Id,
  fields: Partial<NewArticle>,
): Promise<FullArticle> {
  const { title = null, description = null, body = null, tagList } = fields;
  const tags = tagList === undefined ? null : JSON.stringify(tagList);
  const [row] = await sql<FullArticle[]>`
    update articles set title = coalesce(${title}, title),
      description = coalesce(${description}, description), body = coalesce(${body}, body),
      tag_list = coalesce(${tags}::text::jsonb, tag_list), updated_at = now(), version = version + 1
    where id = ${id} returning ${columnsOf(sql)}, body`;
  if (row === undefined) throw new Error('the article went away under its lock');
  if (tagList !== undefined) {
    const gone = await sql<{ tag: string }[]>`
      delete from article_tags where article_id = ${id} returning tag`;
    await insertTags(sql, id, tagList);
    await dropTags(
      sql,
      gone.map(({ tag }) => tag).filter((tag) => !tagList.includes(tag)),
    );
  }
  appendEvent(sql, 'changed', row.authorId, id);
  return plain(row);
}

export async function deleteArticle(
  sql: Queryable,
  { id, authorId, tagList }: ArticleRow,
): Promise<void> {
  await sql`delete from articles where id = ${id}`;
  await dropTags(sql, tagList);
  appendEvent(sql, 'deleted', authorId, id);
}

/** For a write: nobody else changes the row until the transaction ends. */
export async function lockArticle(sql: Queryable, id: Id): Promise<ArticleRow | undefined> {
  const [row] = await sql<ArticleRow[]>`
    select ${columnsOf(sql)} from articles where id = ${id} for no key update`;
  return row && plain(row);
}

export async function findArticle(sql: Queryable, id: Id): Promise<FullArticle | undefined> {
  const [row] = await sql<FullArticle[]>`
    select body, ${articlesWithAuthors(sql)} where id = ${id}`;
  return row && plain(row);
}

/** Those that exist, in no order. */
export async function findArticles(
  sql: Queryable,
  ids: readonly Id[],
): Promise<readonly ArticleRow[]> {
  const rows = await sql<ArticleRow[]>`
    select ${articlesWithAuthors(sql)} where id = any(${`{${ids.join()}}`}::text::bigint[])`;
  return rows.map(plain);
}

/** Whether the reader has the article in this version or a later one. */
export async function hasVersion(sql: Queryable, id: Id, version: number): Promise<boolean> {
  const rows = await sql`select from articles where id = ${id} and version >= ${version}`;
  return rows.length > 0;
}

export async function exists(sql: Queryable, id: Id): Promise<boolean> {
  return (await sql`select from articles where id = ${id}`).length > 0;
}

export async function authorOf(sql: Queryable, id: Id): Promise<Id | undefined> {
  const [row] = await sql<{ authorId: Id }[]>`
    select author_id as "authorId" from articles where id = ${id}`;
  return row?.authorId;
}

/** A readable part and the id. */
export function slugOfArticle({ title, id }: Pick<ArticleRow, 'title' | 'id'>): string {
  return slugOf(title, id);
}

/** Parts of statements, which belong to no connection, made once: to make them costs as much as to send one. */
export type Fragment = ReturnType<Queryable>;
let columns: Fragment | undefined;
let withAuthors: Fragment | undefined;

export function columnsOf(sql: Queryable): Fragment {
  return (columns ??= sql`id, author_id as "authorId", title, description, tag_list as "tagList",
    favorites_count as "favoritesCount", created_at::text as "createdAt",
    updated_at::text as "updatedAt", version`);
}

/** What follows `select`, up to its conditions: articles with what is known here of their authors. */
export function articlesWithAuthors(sql: Queryable): Fragment {
  return (withAuthors ??= sql`${columnsOf(sql)}, username, bio, image
    from articles left join cards on cards.user_id = author_id`);
}

/** @param row as the driver gives it: times as PostgreSQL writes them */
export function plain<T extends ArticleRow>(row: T): T {
  return Object.assign(row, { createdAt: isoOf(row.createdAt), updatedAt: isoOf(row.updatedAt) });
}

/** A page has forty times; an object of a date for each costs more than all else that is made of its rows. */
export function isoOf(time: string): string {
  // Of sessions in UTC, as those of the application are.
  if (!time.endsWith('+00')) return new Date(time).toISOString();
  const milliseconds = `${time.slice(20, -3)}000`.slice(0, 3);
  return `${time.slice(0, 10)}T${time.slice(11, 19)}.${milliseconds}Z`;
}
