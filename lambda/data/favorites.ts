import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';
import { appendEvent } from './events';

/**
 * A favourite stands with its article, so that it and the article's count are one transaction. May be
 * repeated; the author is told of the first. The article is locked before its favourites, as whoever deletes it
 * locks them; of one that is gone meanwhile, there is none.
 */
export async function addFavorite(sql: Queryable, userId: Id, articleId: Id): Promise<void> {
  const added = await sql`
    with article as (select id from articles where id = ${articleId} for no key update),
    added as (
      insert into favorites (user_id, article_id) select ${userId}::bigint, id from article
      on conflict do nothing returning article_id)
    update articles set favorites_count = favorites_count + 1
    from added where articles.id = added.article_id`;
  if (added.count > 0) appendEvent(sql, 'favorited', userId, articleId);
}

export async function removeFavorite(sql: Queryable, userId: Id, articleId: Id): Promise<void> {
  await sql`
    with article as (select id from articles where id = ${articleId} for no key update),
    removed as (
      delete from favorites using article where user_id = ${userId} and article_id = article.id
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
