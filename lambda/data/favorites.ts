import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';
import { appendEvent } from './events';

/**
 * A favourite stands with its article, so that it and the article's count are one transaction. May be
 * repeated; the author is told of the first.
 */
export async function addFavorite(sql: Queryable, userId: Id, articleId: Id): Promise<void> {
  const added = await sql`
    with added as (
      insert into favorites (user_id, article_id) values (${userId}, ${articleId})
      on conflict do nothing returning article_id)
    update articles set favorites_count = favorites_count + 1
    from added where articles.id = added.article_id`;
  if (added.count > 0) appendEvent(sql, 'favorited', userId, articleId);
}

export async function removeFavorite(sql: Queryable, userId: Id, articleId: Id): Promise<void> {
  await sql`
    with removed as (
      delete from favorites where user_id = ${userId} and article_id = ${articleId}
      returning article_id)
    update articles set favorites_count = favorites_count - 1
    from removed where articles.id = removed.article_id`;
}

/** Those of the articles that the user favours. */
export async function favoredAmong(
  sql: Queryable,
  userId: Id,
  articleIds: readonly Id[],
): Promise<readonly Id[]> {
  const rows = await sql<{ id: Id }[]>`
    select article_id as id from favorites
    where user_id = ${userId} and article_id = any(${`{${articleIds.join()}}`}::text::bigint[])`;
  return rows.map(({ id }) => id);
}
