import type { PendingQuery, Row } from 'postgres';
import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';
import type { Card, User } from './identity';

/**
 * Copies of authors' cards, beside the articles: a page is one statement in place of two in two databases.
 * Each says of which version of the user it is; without a name it is hidden, and whoever wants the card asks
 * `identity`, as for an author who has none here.
 */
export type CopiedCard = { readonly [Name in keyof Card]?: Card[Name] | null };

/** What a row of an article, with its author's copy, knows of its author. */
export function copiedCard({ username, bio = null, image = null }: CopiedCard): Card | undefined {
  return username == null ? undefined : { username, bio, image };
}

/**
 * Before a version of the user is committed: from here on nobody is shown an older one, whatever becomes of
 * whoever writes it.
 */
export async function hideCard(sql: Queryable, id: Id, version: number): Promise<void> {
  await sql`
    insert into cards (user_id, as_of) values (${id}, ${version})
    on conflict (user_id) do update
    set as_of = excluded.as_of, username = null, bio = null, image = null, changed_at = now()
    where cards.as_of <= excluded.as_of`;
}

/** A version of the user that has been committed, unless a later one is known to come. */
export function showCard(
  sql: Queryable,
  { id, version, username, bio, image }: User,
): PendingQuery<readonly Row[]> {
  return sql`
    insert into cards (user_id, as_of, username, bio, image)
    select ${id}::bigint, ${version}::integer, ${username}, ${bio}, ${image} where not exists (
      select from cards where user_id = ${id} and as_of >= ${version} and username is not null)
    on conflict (user_id) do update
    set as_of = excluded.as_of, username = excluded.username, bio = excluded.bio,
      image = excluded.image, changed_at = now()
    where cards.as_of < excluded.as_of
      or (cards.as_of = excluded.as_of and cards.username is null)`;
}

/** Whether this reader shows no older version of the user. */
export async function showsNoOlderCard(sql: Queryable, id: Id, version: number): Promise<boolean> {
  const rows = await sql`select from cards where user_id = ${id} and as_of < ${version}`;
  return rows.length === 0;
}

/** A copy, as the check compares it with the user. */
export interface FoundCard extends CopiedCard {
  readonly id: Id;
  readonly asOf: number;
}

/** Those of authors after one of them, by id; an author who has none is of no version. */
export async function listCards(
  sql: Queryable,
  after: Id,
  count: number,
): Promise<readonly FoundCard[]> {
  return await sql<FoundCard[]>`
    select id, coalesce(as_of, -1) as "asOf", username, bio, image from (
      select user_id as id from cards where user_id > ${after}
      union select author_id from articles where author_id > ${after}
      order by 1 limit ${count}) as known (id)
    left join cards on user_id = id order by id`;
}

/** Sets a copy that nothing has changed since it was found, and for as long as a change takes; whether it did. */
export async function repairCard(
  sql: Queryable,
  { asOf }: FoundCard,
  { id, version, username, bio, image }: User,
  settledMs: number,
): Promise<boolean> {
  const { count } = await sql`
    insert into cards (user_id, as_of, username, bio, image)
    values (${id}, ${version}, ${username}, ${bio}, ${image})
    on conflict (user_id) do update
    set as_of = excluded.as_of, username = excluded.username, bio = excluded.bio,
      image = excluded.image, changed_at = now()
    where cards.as_of = ${asOf}
      and cards.changed_at <= now() - ${settledMs}::integer * interval '1 millisecond'`;
  return count > 0;
}
