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
  /** Rises by one with each change. */
  readonly version: number;
}

/** What a user changes; what is absent stays. */
export interface UserChange {
  readonly username?: string;
  readonly email?: string;
  /** PHC string. */
  readonly passwordHash?: string;
  readonly bio?: string | null;
  readonly image?: string | null;
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
    select id, username, email, bio, image, version from users where id = ${id}`;
  return user;
}

export async function findCredentials(
  sql: Queryable,
  id: Id,
): Promise<(User & { readonly passwordHash: string }) | undefined> {
  const [user] = await sql<(User & { readonly passwordHash: string })[]>`
    select id, username, email, bio, image, version, password_hash as "passwordHash"
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
  return { id, username, email, bio: null, image: null, version: 0 };
}

/** Those that exist, in no order. */
export async function findUsers(sql: Queryable, ids: readonly Id[]): Promise<readonly User[]> {
  return await sql<User[]>`
    select id, username, email, bio, image, version from users
    where id = any(${`{${ids.join()}}`}::text::bigint[])`;
}

/** Those that exist, in no order. */
export async function findCards(
  sql: Queryable,
  ids: readonly Id[],
): Promise<readonly (Card & { readonly id: Id })[]> {
  return await sql<(Card & { readonly id: Id })[]>`
    select id, username, bio, image from users
    where id = any(${`{${ids.join()}}`}::text::bigint[])`;
}

/** @throws the driver's 23505 where name or address exists in this database */
export async function updateUser(
  sql: Queryable,
  id: Id,
  change: UserChange,
): Promise<User | undefined> {
  const { username, email, passwordHash, bio, image } = change;
  const [user] = await sql<User[]>`
    update users set version = version + 1, updated_at = now()
      ${username === undefined ? sql`` : sql`, username = ${username}, username_key = ${canonicalName(username)}`}
      ${email === undefined ? sql`` : sql`, email = ${email}, email_key = ${canonicalName(email)}`}
      ${passwordHash === undefined ? sql`` : sql`, password_hash = ${passwordHash}`}
      ${bio === undefined ? sql`` : sql`, bio = ${bio}`}
      ${image === undefined ? sql`` : sql`, image = ${image}`}
    where id = ${id} returning id, username, email, bio, image, version`;
  return user;
}
