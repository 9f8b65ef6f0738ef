import type { Hono } from 'hono/tiny';
import { mergeTrending, type Trending } from '../../data/trending';
import type { TopologyDocument } from '../../topology';
import { type Call, callOf } from '../call';
import type { Dependencies } from '../dependencies';
import { CACHE_HEADER, ofEveryShard, onlyShardHere, readCached, showingAge } from '../reading';
import { readShard } from '../reads';
import { entryOf, scopes } from '../scopes';
import { parseLimit } from '../validation';

/** Tags that each shard gives of its materialized view. */
const MOST_TRENDING = 100;

export function tagRoutes(app: Hono, deps: Dependencies): void {
  app.get('/api/tags', async (context) => context.json(await listTags(callOf(context), deps)));
  app.get('/api/tags/trending', async (context) =>
    context.json(await listTrending(callOf(context), deps)),
  );
}

/** Tags: those that articles of these days bear, then the newest, a moment old as they may be. */
export async function listTags(call: Call, all: Dependencies): Promise<object> {
  const deps = showingAge(call, all);
  const { value, outcome } = await readCached(deps, entryOf(scopes.all, 'tags'), async () => {
    const { document } = await deps.topology.current();
    return { tags: [...new Set(await tagsOf(deps, document))] };
  });
  call.header(CACHE_HEADER, outcome);
  return value ?? { tags: [] };
}

/** From the one shard there is in one query; those of several merge by how many articles have each. */
async function tagsOf(deps: Dependencies, document: TopologyDocument): Promise<readonly string[]> {
  const shard = onlyShardHere(deps, document, undefined, 'content');
  if (shard !== undefined) {
    const page = await readShard(deps, document, shard, 'tagPage', [MOST_TRENDING]);
    return [...page.trending.map(({ tag }) => tag), ...page.newest];
  }
  const [trending, newest] = await Promise.all([
    trendingOrNone(deps, document),
    ofEveryShard(deps, document, 'tags'),
  ]);
  return [...trending.tags.map(({ tag }) => tag), ...newest.flat()];
}

async function listTrending(call: Call, all: Dependencies): Promise<object> {
  const deps = showingAge(call, all);
  const limit = parseLimit(call.query);
  const entry = entryOf(scopes.all, 'trending');
  const { value, outcome } = await readCached<Trending>(deps, entry, async () =>
    trendingOf(deps, (await deps.topology.current()).document),
  );
  call.header(CACHE_HEADER, outcome);
  return value === undefined ? {} : { ...value, tags: value.tags.slice(0, limit) };
}

async function trendingOf(deps: Dependencies, document: TopologyDocument): Promise<Trending> {
  const parts = await ofEveryShard(deps, document, 'trending', MOST_TRENDING);
  return mergeTrending(parts, MOST_TRENDING);
}

/** Which tags come first is no reason to show none: a Region of the release before knows no view. */
async function trendingOrNone(deps: Dependencies, document: TopologyDocument): Promise<Trending> {
  try {
    return await trendingOf(deps, document);
  } catch (error) {
    deps.log('warn', 'trending tags cannot be read', { error });
    return mergeTrending([], 0);
  }
}
