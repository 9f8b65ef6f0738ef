import type { ArticleRow, FullArticle } from '../data/articles';
import type { Card } from '../data/identity';
import { byShard } from '../platform/by-shard';
import type { CacheEntry, CacheOutcome } from '../platform/cache-aside';
import { usernameKey } from '../platform/directory';
import type { Domain } from '../platform/databases';
import { RequestError } from '../platform/errors';
import { type Id, logicalShardOf } from '../platform/ids';
import { shardOf, type TopologyDocument } from '../topology';
import type { Headed } from './call';
import type { Dependencies } from './dependencies';
import { type ArgsOf, type ReadName, readShard, READS, type ResultOf } from './reads';
import { entryOf, scopes } from './scopes';

/** `hit`, `miss`, `stale` in an outage, `off` without a cache, `down` where it does not answer. */
export const CACHE_HEADER = 'x-meridian-cache';

export interface CachedValue<T> {
  readonly value: T | undefined;
  readonly outcome: CacheOutcome;
}

/** Seconds that the answer to a read may be old at most, where an outage keeps us from the newest. */
export const AGE_HEADER = 'x-meridian-age';

/**
 * What a read of the public contract is answered with: during an outage, what was known before, its age
 * in a header. Writes go by the newest or not at all.
 */
export function showingAge(answer: Headed, deps: Dependencies): Dependencies {
  let oldest = -1;
  const noteAge = (ageMs: number) => {
    if (ageMs <= oldest) return;
    oldest = ageMs;
    answer.header(AGE_HEADER, String(Math.ceil(ageMs / 1_000)));
  };
  // To copy all of them costs a tenth of the read of an article.
  const { place, trace } = answer;
  const own = { noteAge, ...(place && { place }), ...(trace && { trace }) };
  return Object.assign(Object.create(deps) as Dependencies, own);
}

/** What the cache or `load` has. */
export async function readCached<T extends object>(
  deps: Dependencies,
  entry: CacheEntry,
  load: () => Promise<T | undefined>,
): Promise<CachedValue<T>> {
  if (deps.cache.state === 'off') return { value: await load(), outcome: 'off' };
  const loaded = async () => {
    const value = await load();
    return value && JSON.stringify(value);
  };
  const { text, outcome } = await deps.cache.read(entry, loaded, deps.noteAge, deps.place?.apart);
  return { value: text === undefined ? undefined : (JSON.parse(text) as T), outcome };
}

/** Reads of the shard in which the owner of the id lives. */
export function readAt<Name extends ReadName>(
  deps: Dependencies,
  document: TopologyDocument,
  id: Id,
  read: Name,
  ...args: ArgsOf<Name>
): Promise<ResultOf<Name>> {
  const { name } = shardOf(document, logicalShardOf(id));
  return readShard(deps, document, name, read, args);
}

/** The one shard that a list stands in, where that is so and this Region holds a copy of it. */
export function onlyShardHere(
  { databases }: Dependencies,
  document: TopologyDocument,
  ownerId: Id | undefined,
  domain: Domain,
): string | undefined {
  const [only, ...more] =
    ownerId === undefined
      ? Object.keys(document.shards)
      : [shardOf(document, logicalShardOf(ownerId)).name];
  const location = only === undefined ? undefined : document.shards[only];
  if (more.length > 0 || location === undefined) return undefined;
  return databases.holds(location, domain) ? only : undefined;
}

/** What belongs to no one user is asked of every shard at once; one of other domains has none of it. */
export function ofEveryShard<Name extends ReadName>(
  deps: Dependencies,
  document: TopologyDocument,
  read: Name,
  ...args: ArgsOf<Name>
): Promise<ResultOf<Name>[]> {
  const shards = Object.entries(document.shards)
    .filter(([, { domains }]) => READS[read].domain in domains)
    .map(([name]) => name);
  return Promise.all(shards.map((shard) => readShard(deps, document, shard, read, args)));
}

/** One query for each shard that holds some of the ids, with what it gives for each. */
export async function ofTheirShards<Name extends ReadName>(
  deps: Dependencies,
  document: TopologyDocument,
  ids: readonly Id[],
  read: Name,
  argsFor: (ids: readonly Id[]) => ArgsOf<Name>,
): Promise<ResultOf<Name>[]> {
  const parts = [...byShard(document, ids, (id) => id)].map(([shard, group]) =>
    readShard(deps, document, shard, read, argsFor(group)),
  );
  return await Promise.all(parts);
}

/** Users' cards by id, of ids that differ, each cached by itself: a changed picture makes void one entry, not lists. */
export async function cardsOf(
  deps: Dependencies,
  document: TopologyDocument,
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, Card>> {
  const load = async (missing: readonly Id[]) =>
    (await ofTheirShards<'cards'>(deps, document, missing, 'cards', (some) => [some])).flat();
  if (deps.cache.state === 'off') return byId(ids.length === 0 ? [] : await load(ids));
  const texts = await deps.cache.readAll(
    ids,
    (id) => entryOf(scopes.user(id), 'card'),
    async (missing) =>
      new Map((await load(missing)).map(({ id, ...card }) => [id, JSON.stringify(card)])),
    deps.noteAge,
    deps.place?.apart,
  );
  return parsed<Card>(texts);
}

/** Articles by id, without their bodies. */
export async function articlesOf(
  deps: Dependencies,
  document: TopologyDocument,
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, ArticleRow>> {
  const load = async (missing: readonly Id[]) =>
    (await ofTheirShards<'articles'>(deps, document, missing, 'articles', (some) => [some])).flat();
  if (deps.cache.state === 'off') return byId(ids.length === 0 ? [] : await load(ids));
  const texts = await deps.cache.readAll(
    ids,
    (id) => entryOf(scopes.article(id), 'summary'),
    async (missing) => new Map((await load(missing)).map((row) => [row.id, JSON.stringify(row)])),
    deps.noteAge,
    deps.place?.apart,
  );
  return parsed<ArticleRow>(texts);
}

function byId<T extends { readonly id: Id }>(all: readonly T[]): ReadonlyMap<Id, T> {
  return new Map(all.map((one) => [one.id, one]));
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
    readAt(deps, document, id, 'article', id),
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
    const user = await readAt(deps, document, userId, 'user', userId);
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
    ofTheirShards<'favoredAmong'>(deps, document, articles, 'favoredAmong', (some) => [
      viewerId,
      some,
    ]),
    users.length === 0 ? [] : readAt(deps, document, viewerId, 'followedAmong', viewerId, users),
  ]);
  return { favored: new Set(favored.flat()), followed: new Set(followed) };
}
