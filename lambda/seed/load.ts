import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Domain, Sql } from '../platform/databases';
import { canonicalName, emailKey, usernameKey } from '../platform/directory';
import type { Table } from '../platform/dynamodb';
import { type Id, logicalShardOf } from '../platform/ids';
import { hashPassword } from '../platform/password';
import { discoveryOf, shardOf, shardsOfContent, type TopologyDocument } from '../topology';
import { type Seed, SEED_PASSWORD, type SeedUser } from './data';

/** Where a shard's database of a domain is written, as its owner: it is analyzed at the end. */
export type Connect = (shard: string, domain: Domain) => Promise<Sql> | Sql;

type Row = readonly (string | number | null)[];

/** Copies the seed into the empty databases of every shard, each part where it belongs. */
export async function loadSeed(
  seed: Seed,
  document: TopologyDocument,
  connect: Connect,
): Promise<void> {
  const passwordHash = await hashPassword(SEED_PASSWORD);
  for (const shard of new Set(document.logicalShards.map((range) => range.shard))) {
    const here = (id: Id) => shardOf(document, logicalShardOf(id)).name === shard;
    await loadIdentity(await connect(shard, 'identity'), seed, here, passwordHash);
    await loadContent(await connect(shard, 'content'), seed, here);
    await loadSocial(await connect(shard, 'social'), seed, here);
  }
  const store = discoveryOf(document);
  if (store !== undefined)
    await loadLists(await connect(store.name, 'discovery'), seed, shardsOfContent(document));
}

/** Names and addresses of some of the users, so that they can be found and log in. */
export async function loadDirectory(
  table: Pick<Table, 'put'>,
  users: readonly SeedUser[],
): Promise<void> {
  const common = { state: 'confirmed', reservation: 'seed', reservedAt: 0 };
  const items = users.flatMap(({ id: userId, username, email }) => [
    { ...common, key: usernameKey(username), userId },
    { ...common, key: emailKey(email), userId },
  ]);
  const AT_ONCE = 16;
  for (let first = 0; first < items.length; first += AT_ONCE)
    await Promise.all(items.slice(first, first + AT_ONCE).map((item) => table.put(item)));
}

type Here = (id: Id) => boolean;

async function loadIdentity(sql: Sql, { users }: Seed, here: Here, hash: string): Promise<void> {
  const rows = users
    .filter(({ id }) => here(id))
    .map(({ id, username, email, bio, createdAt }): Row => {
      const names = [username, canonicalName(username), email, canonicalName(email)];
      return [id, ...names, hash, bio, createdAt.toISOString(), createdAt.toISOString()];
    });
  const columns =
    'id, username, username_key, email, email_key, password_hash, bio, created_at, updated_at';
  await copy(sql, `users (${columns})`, rows);
  await sql`analyze users`;
}

async function loadContent(sql: Sql, seed: Seed, here: Here): Promise<void> {
  const articles = seed.articles.filter(({ id }) => here(id));
  await copy(
    sql,
    'articles (id, author_id, author_username, title, description, body, tag_list, favorites_count, created_at, updated_at)',
    articles.map((article): Row => {
      const { id, author, title, description, body, tagList, favoritesCount } = article;
      const at = article.createdAt.toISOString();
      const texts = [title, description, body, JSON.stringify(tagList)];
      return [id, author.id, author.username, ...texts, favoritesCount, at, at];
    }),
  );
  await copy(
    sql,
    'cards (user_id, as_of, username, bio)',
    seed.users
      .filter(({ id }) => here(id))
      .map(({ id, username, bio }): Row => [id, 0, username, bio]),
  );
  const firstUse = new Map<string, string>();
  for (const { tagList, createdAt } of articles)
    for (const tag of tagList) if (!firstUse.has(tag)) firstUse.set(tag, createdAt.toISOString());
  await copy(
    sql,
    'tags (tag, created_at, kept)',
    [...firstUse].map((use): Row => [...use, 'true']),
  );
  await copy(
    sql,
    'article_tags (tag, article_id)',
    articles.flatMap(({ id, tagList }) => tagList.map((tag): Row => [tag, id])),
  );
  await copy(
    sql,
    'favorites (user_id, article_id, created_at)',
    seed.favorites
      .filter(({ to }) => here(to))
      .map(({ by, to, createdAt }): Row => [by.id, to, createdAt.toISOString()]),
  );
  // An index for searches keeps what is new in a list, until then.
  await sql`vacuum (analyze) articles, cards, tags, article_tags, favorites`;
}

async function loadSocial(sql: Sql, { follows }: Seed, here: Here): Promise<void> {
  await copy(
    sql,
    'follows (follower_id, followed_id, created_at)',
    follows
      .filter(({ by }) => here(by.id))
      .map(({ by, to, createdAt }): Row => [by.id, to, createdAt.toISOString()]),
  );
  await sql`analyze follows`;
}

async function loadLists(sql: Sql, seed: Seed, shards: readonly string[]): Promise<void> {
  await copy(
    sql,
    'listed (article_id)',
    seed.articles.map(({ id }): Row => [id]),
  );
  await copy(
    sql,
    'listed_tags (tag, article_id)',
    seed.articles.flatMap(({ id, tagList }) => tagList.map((tag): Row => [tag, id])),
  );
  await copy(
    sql,
    'followed_shards (shard, position)',
    shards.map((shard): Row => [shard, 0]),
  );
  await sql`vacuum (analyze) listed, listed_tags`;
}

/** @param into table and columns */
async function copy(sql: Sql, into: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const writable = await sql.unsafe(`copy ${into} from stdin`).writable();
  await pipeline(Readable.from(chunks(rows)), writable);
}

/** Lines of COPY's text format, many at a time. */
function* chunks(rows: readonly Row[]): Generator<Buffer> {
  const LINES = 500;
  for (let first = 0; first < rows.length; first += LINES) {
    const lines = rows.slice(first, first + LINES).map((row) => row.map(field).join('\t'));
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
}

function field(value: string | number | null): string {
  if (value === null) return '\\N';
  return String(value)
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}
