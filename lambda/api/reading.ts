import { type ArticleRow, findArticle, findArticles, type FullArticle } from '../data/articles';
import { favoredAmong } from '../data/favorites';
import { followedAmong } from '../data/follows';
import { type Card, findCards, findUser } from '../data/identity';
import type { CacheEntry, CacheOutcome } from '../platform/cache-aside';
import type { Domain, Queryable } from '../platform/databases';
import { usernameKey } from '../platform/directory';
import { RequestError } from '../platform/errors';
import { type Id, logicalShardOf } from '../platform/ids';
import { shardOf, type ShardLocation, type TopologyDocument } from '../topology';
import type { Dependencies } from './dependencies';
import { entryOf, scopes } from './scopes';

/** `hit`, `miss`, `off` where no cache is configured, `down` where it does not answer. */
export const CACHE_HEADER = 'x-meridian-cache';

export interface CachedValue<T> {
  readonly value: T | undefined;
  readonly outcome: CacheOutcome;
}

/** What the cache or `load` has. */
export async function readCached<T extends object>(
  deps: Dependencies,
  entry: CacheEntry,
  load: () => Promise<T | undefined>,
): Promise<CachedValue<T>> {
  const { text, outcome } = await deps.cache.read(entry, async () => {
    const value = await load();
    return value && JSON.stringify(value);
  });
  return { value: text === undefined ? undefined : (JSON.parse(text) as T), outcome };
}

/** Reads of the shard in which the owner of the id lives, from this Region's reader. */
export function readAt<T>(
  deps: Dependencies,
  document: TopologyDocument,
  domain: Domain,
  id: Id,
  query: (sql: Queryable) => Promise<T>,
): Promise<T> {
  const { location } = shardOf(document, logicalShardOf(id));
  return deps.databases.read(location, domain, query);
}

/** What belongs to no one user is asked of every shard at once; one of other domains has none of it. */
export function ofEveryShard<T>(
  deps: Dependencies,
  document: TopologyDocument,
  query: (sql: Queryable) => Promise<T>,
  domain: Domain = 'content',
): Promise<T[]> {
  const shards = Object.values(document.shards).filter(({ domains }) => domain in domains);
  return Promise.all(shards.map((shard) => deps.databases.read(shard, domain, query)));
}

/** One query for each shard that holds some of the ids. */
export async function ofTheirShards<T>(
  deps: Dependencies,
  document: TopologyDocument,
  domain: Domain,
  ids: readonly Id[],
  query: (sql: Queryable, ids: readonly Id[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const groups = new Map<ShardLocation, Id[]>();
  for (const id of ids) {
    const { location } = shardOf(document, logicalShardOf(id));
    const group = groups.get(location);
    if (group === undefined) groups.set(location, [id]);
    else group.push(id);
  }
  const parts = [...groups].map(([shard, group]) =>
    deps.databases.read(shard, domain, (sql) => query(sql, group)),
  );
  return (await Promise.all(parts)).flat();
}

/** Users' cards by id, each cached by itself: a changed picture makes void one entry, not lists. */
export async function cardsOf(
  deps: Dependencies,
  document: TopologyDocument,
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, Card>> {
  const texts = await deps.cache.readAll(
    [...new Set(ids)],
    (id) => entryOf(scopes.user(id), 'card'),
    async (missing) => {
      const cards = await ofTheirShards(deps, document, 'identity', missing, findCards);
      return new Map(cards.map(({ id, ...card }) => [id, JSON.stringify(card)]));
    },
  );
  return parsed<Card>(texts);
}

/** Articles by id, without their bodies. */
export async function articlesOf(
  deps: Dependencies,
  document: TopologyDocument,
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, ArticleRow>> {
  const texts = await deps.cache.readAll(
    ids,
    (id) => entryOf(scopes.article(id), 'summary'),
    async (missing) => {
      const rows = await ofTheirShards(deps, document, 'content', missing, findArticles);
      return new Map(rows.map((row) => [row.id, JSON.stringify(row)]));
    },
  );
  return parsed<ArticleRow>(texts);
}

function parsed<T>(texts: ReadonlyMap<Id, string>): ReadonlyMap<Id, T> {
  return new Map([...texts].map(([id, text]) => [id, JSON.parse(text) as T]));
}

export function articleOf(
  deps: Dependencies,
  document: TopologyDocument,
  id: Id,
): Promise<CachedValue<FullArticle>> {
  return readCached(deps, entryOf(scopes.article(id), 'body'), () =>
    readAt(deps, document, 'content', id, (sql) => findArticle(sql, id)),
  );
}

/** The id behind a name, where the user still bears it. */
export async function userIdOf(
  deps: Dependencies,
  document: TopologyDocument,
  username: string,
): Promise<Id | undefined> {
  const key = usernameKey(username);
  const { value } = await readCached(deps, entryOf(scopes.name(username), 'id'), async () => {
    const entry = await deps.directory.find(key);
    if (entry === undefined) return undefined;
    const { userId } = entry;
    const user = await readAt(deps, document, 'identity', userId, (sql) => findUser(sql, userId));
    return user !== undefined && usernameKey(user.username) === key ? { userId } : undefined;
  });
  return value?.userId;
}

/** @throws RequestError 404 */
export async function demandProfile(
  deps: Dependencies,
  document: TopologyDocument,
  username: string,
): Promise<Id> {
  const id = await userIdOf(deps, document, username);
  if (id === undefined) throw new RequestError(404, { profile: ['not found'] });
  return id;
}

/** What a viewer has to do with articles and users; all nothing for nobody. */
export interface Ties {
  readonly favored: ReadonlySet<Id>;
  readonly followed: ReadonlySet<Id>;
}

export async function tiesOf(
  deps: Dependencies,
  document: TopologyDocument,
  viewerId: Id | undefined,
  about: { readonly articles?: readonly Id[]; readonly users: readonly Id[] },
): Promise<Ties> {
  const { articles = [], users } = about;
  if (viewerId === undefined) return { favored: new Set(), followed: new Set() };
  const [favored, followed] = await Promise.all([
    ofTheirShards(deps, document, 'content', articles, (sql, ids) =>
      favoredAmong(sql, viewerId, ids),
    ),
    users.length === 0
      ? []
      : readAt(deps, document, 'social', viewerId, (sql) => followedAmong(sql, viewerId, users)),
  ]);
  return { favored: new Set(favored), followed: new Set(followed) };
}
