import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';
import { appendEvent } from './events';

/** Plain JSON, as it is cached and sent between Regions. */
export interface CommentRow {
  /** Counts within the article. */
  readonly no: number;
  readonly authorId: Id;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** `GET …/comments` is unbounded by contract; the newest of them, up to this many. */
const MOST_COMMENTS = 1_000;

type Row = Omit<CommentRow, 'createdAt' | 'updatedAt'> & Record<'createdAt' | 'updatedAt', Date>;

/** `undefined` where the article is not there. */
export async function insertComment(
  sql: Queryable,
  articleId: Id,
  authorId: Id,
  body: string,
): Promise<CommentRow | undefined> {
  const [next] = await sql<{ no: number }[]>`
    update articles set comments_made = comments_made + 1 where id = ${articleId}
    returning comments_made as no`;
  if (next === undefined) return undefined;
  const [row] = await sql<Row[]>`
    insert into comments (article_id, no, author_id, body)
    values (${articleId}, ${next.no}, ${authorId}, ${body})
    returning ${columns(sql)}`;
  appendEvent(sql, 'commented', authorId, articleId);
  return row && plain(row);
}

/** Newest first. */
export async function listComments(
  sql: Queryable,
  articleId: Id,
): Promise<readonly CommentRow[] | undefined> {
  const [rows, article] = await Promise.all([
    sql<Row[]>`
      select ${columns(sql)} from comments where article_id = ${articleId}
      order by no desc limit ${MOST_COMMENTS}`,
    sql`select from articles where id = ${articleId}`,
  ]);
  return article.length === 0 ? undefined : rows.map(plain);
}

export async function findComment(
  sql: Queryable,
  articleId: Id,
  no: number,
): Promise<CommentRow | undefined> {
  const [row] = await sql<Row[]>`
    select ${columns(sql)} from comments where article_id = ${articleId} and no = ${no}`;
  return row && plain(row);
}

export async function deleteComment(sql: Queryable, articleId: Id, no: number): Promise<void> {
  await sql`delete from comments where article_id = ${articleId} and no = ${no}`;
}

function columns(sql: Queryable) {
  return sql`no, author_id as "authorId", body, created_at as "createdAt",
    updated_at as "updatedAt"`;
}

function plain(row: Row): CommentRow {
  const { createdAt, updatedAt } = row;
  return { ...row, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
