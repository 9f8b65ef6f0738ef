import type { Queryable } from '../platform/databases';
import { canonicalName } from '../platform/directory';
import type { Id } from '../platform/ids';

/** A user as the public contract shows one to others. */
export interface Card {
  readonly username: string;
  readonly bio: string | null;
  readonly image: string | null;
}

export interface User extends Card {
  readonly id: Id;
  readonly email: string;
}

export interface NewUser {
  readonly username: string;
  readonly email: string;
  /** PHC string. */
  readonly passwordHash: string;
}

/** An id of this database's sequence for a user of the logical shard. */
export async function nextUserId(sql: Queryable, logicalShard: number): Promise<Id> {
  const [row] = await sql<{ id: Id }[]>`select next_id(${logicalShard}) as id`;
  if (row === undefined) throw new Error('next_id returned nothing');
  return row.id;
}

export async function findUser(sql: Queryable, id: Id): Promise<User | undefined> {
  const [user] = await sql<User[]>`
    select id, username, email, bio, image from users where id = ${id}`;
  return user;
}

export async function findCredentials(
  sql: Queryable,
  id: Id,
): Promise<(User & { readonly passwordHash: string }) | undefined> {
  const [user] = await sql<(User & { readonly passwordHash: string })[]>`
    select id, username, email, bio, image, password_hash as "passwordHash"
    from users where id = ${id}`;
  return user;
}

/** @throws the driver's 23505 where name or address exists in this database */
export async function insertUser(sql: Queryable, id: Id, user: NewUser): Promise<User> {
  const { username, email, passwordHash } = user;
  await sql`
    insert into users (id, username, username_key, email, email_key, password_hash)
    values (${id}, ${username}, ${canonicalName(username)}, ${email}, ${canonicalName(email)},
      ${passwordHash})`;
  return { id, username, email, bio: null, image: null };
}
