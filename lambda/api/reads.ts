import { exists, findArticle, findArticles, hasVersion } from '../data/articles';
import { showsNoOlderCard } from '../data/cards';
import { findComment, listComments } from '../data/comments';
import { edgesIn, newestOf } from '../data/edges';
import { listListed, listPositions } from '../data/discovery';
import { readEvents, readEventsOf, readFollowed, readHead, readRecent } from '../data/events';
import { favoredAmong } from '../data/favorites';
import { followedAmong, listFollowed } from '../data/follows';
import { followedByMany } from '../data/graph';
import { findCards, findCredentials, findUser } from '../data/identity';
import { listingsAfter, listingsFrom } from '../data/listings';
import { listFeedIds, listIds, listRows } from '../data/lists';
import { searchIds } from '../data/search';
import { listTags, readTagPage } from '../data/tags';
import { listTrending } from '../data/trending';
import { inTimeline, listPulled, listTimeline, readEdges } from '../data/timelines';
import { IN_PLACE } from '../platform/admission';
import type { Domain, Queryable } from '../platform/databases';
import { invalid, toRequestError, unavailable, UNREACHABLE } from '../platform/errors';
import type { ShardLocation, TopologyDocument } from '../topology';
import { atShard } from './at-shard';
import type { Dependencies } from './dependencies';

interface Read<Args extends readonly unknown[], Result> {
  readonly domain: Domain;
  readonly run: (sql: Queryable, ...args: Args) => Promise<Result>;
}

function of<Args extends readonly unknown[], Result>(
  domain: Domain,
  run: (sql: Queryable, ...args: Args) => Promise<Result>,
): Read<Args, Result> {
  return { domain, run };
}

/**
 * Everything that is read of one shard, by name: what a Region has no copy of, one that has is asked for
 * by name and arguments. Both, and what they give, are plain JSON. A name that servers of the release
 * before know keeps its meaning.
 */
export const READS = {
  user: of('identity', findUser),
  credentials: of('identity', findCredentials),
  cards: of('identity', findCards),
  article: of('content', findArticle),
  articles: of('content', findArticles),
  articleExists: of('content', exists),
  articleHasVersion: of('content', hasVersion),
  noOlderCard: of('content', showsNoOlderCard),
  comments: of('content', listComments),
  comment: of('content', findComment),
  favoredAmong: of('content', favoredAmong),
  listIds: of('content', listIds),
  feedIds: of('content', listFeedIds),
  rows: of('content', listRows),
  tags: of('content', listTags),
  tagPage: of('content', readTagPage),
  trending: of('content', listTrending),
  followedAmong: of('social', followedAmong),
  followed: of('social', listFollowed),
  followedByMany: of('social', followedByMany),
  search: of('content', searchIds),
  recent: of('content', readRecent),
  edges: of('social', readEdges),
  edgesIn: of('social', edgesIn),
  newestOf: of('content', newestOf),
  timeline: of('social', listTimeline),
  inTimeline: of('social', inTimeline),
  mostFollowed: of('social', listPulled),
  listingsAfter: of('content', listingsAfter),
  listingsFrom: of('content', listingsFrom),
  articleLogHead: of('content', readHead),
  articleLog: of('content', readEvents),
  articleLogOf: of('content', readEventsOf),
  followLogHead: of('social', readHead),
  followLog: of('social', readEvents),
  followedNow: of('social', readFollowed),
  listed: of('discovery', listListed),
  positions: of('discovery', listPositions),
} as const;

export type ReadName = keyof typeof READS;
type Args = {
  readonly [Name in ReadName]: (typeof READS)[Name] extends Read<infer A, unknown> ? A : never;
};
export type ArgsOf<Name extends ReadName> = Args[Name];
export type ResultOf<Name extends ReadName> = Awaited<ReturnType<(typeof READS)[Name]['run']>>;

/** As it stands in the body of `POST /internal/read`. */
export interface ReadRequest {
  readonly shard: string;
  readonly read: string;
  readonly args: readonly unknown[];
}

/**
 * Reads of a shard: from this Region's reader where it holds a copy, else from its home's, else from any
 * other that holds one.
 * @throws RequestError 503
 */
export async function readShard<Name extends ReadName>(
  deps: Dependencies,
  document: TopologyDocument,
  shard: string,
  read: Name,
  args: ArgsOf<Name>,
): Promise<ResultOf<Name>> {
  const location = document.shards[shard];
  if (location === undefined) throw unavailable('topology', `knows no shard ${shard}`);
  const { domain } = READS[read];
  const others = () => holdersOf(location, domain).filter((region) => region !== deps.region);
  const { apart } = deps.place ?? { apart: IN_PLACE };
  const ask = () =>
    apart(() =>
      deps.remoteReads.read(others(), JSON.stringify({ shard, read, args } satisfies ReadRequest), {
        shard,
        trace: deps.trace,
      }),
    );
  if (!deps.databases.holds(location, domain)) return (await ask()) as ResultOf<Name>;
  try {
    return (await runRead(deps, { shard, location }, read, args)) as ResultOf<Name>;
  } catch (error) {
    if (!isConnectionLost(error) || others().length === 0) throw error;
    return (await ask().catch(() => Promise.reject(error as Error))) as ResultOf<Name>;
  }
}

/** Whether another Region's copy may answer: not where the query is what takes too long. */
function isConnectionLost(error: unknown): boolean {
  return toRequestError(error)?.errors.database?.[0] === UNREACHABLE;
}

/** What a peer asked for, from this Region's own reader. @throws RequestError 422, 503 */
export async function answerRead(
  deps: Dependencies,
  document: TopologyDocument,
  { shard, read, args }: ReadRequest,
): Promise<unknown> {
  const location = document.shards[shard];
  if (location === undefined) throw unavailable('topology', `knows no shard ${shard}`);
  if (!Object.hasOwn(READS, read)) throw invalid({ read: ['is not known'] });
  return await runRead(deps, { shard, location }, read as ReadName, args);
}

function runRead(
  deps: Dependencies,
  { shard, location }: { readonly shard: string; readonly location: ShardLocation },
  name: ReadName,
  args: readonly unknown[],
): Promise<unknown> {
  const { domain } = READS[name];
  const asked = { shard, domain, role: 'reader', place: deps.place } as const;
  return atShard(deps, asked, () => readHere(deps, location, name, args));
}

/** From this Region's own reader, past the places of the shard. */
export function readHere(
  { databases }: Pick<Dependencies, 'databases'>,
  location: ShardLocation,
  name: ReadName,
  args: readonly unknown[],
): Promise<unknown> {
  const { domain, run } = READS[name] as Read<readonly unknown[], unknown>;
  return databases.read(location, domain, (sql) => run(sql, ...args));
}

/** The home first: its readers are the nearest to the writer. */
function holdersOf({ home, domains }: ShardLocation, domain: Domain): readonly string[] {
  const holders = Object.keys(domains[domain]?.endpoints ?? {});
  return [...new Set([...holders.filter((region) => region === home), ...holders])];
}
