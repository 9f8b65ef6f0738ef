import type { Hono } from 'hono';
import { mergeTrending, type Trending } from '../../data/trending';
import type { TopologyDocument } from '../../topology';
import type { Dependencies } from '../dependencies';
import { CACHE_HEADER, ofEveryShard, readCached, showingAge } from '../reading';
import { entryOf, scopes } from '../scopes';
import { parseLimit } from '../validation';

/** Tags that each shard gives of its materialized view. */
const MOST_TRENDING = 100;

/** Tags: those that articles of these days bear, then the newest, a moment old as they may be. */
export function tagRoutes(app: Hono, all: Dependencies): void {
  app.get('/api/tags', async (context) => {
    const deps = showingAge(context, all);
    const { value, outcome } = await readCached(deps, entryOf(scopes.all, 'tags'), async () => {
      const { document } = await deps.topology.current();
      const [trending, newest] = await Promise.all([
        trendingOrNone(deps, document),
        ofEveryShard(deps, document, 'tags'),
      ]);
      return { tags: [...new Set([...trending.tags.map(({ tag }) => tag), ...newest.flat()])] };
    });
    context.header(CACHE_HEADER, outcome);
    return context.json(value);
  });
  app.get('/api/tags/trending', async (context) => {
    const deps = showingAge(context, all);
    const limit = parseLimit(context.req.query());
    const entry = entryOf(scopes.all, 'trending');
    const { value, outcome } = await readCached<Trending>(deps, entry, async () =>
      trendingOf(deps, (await deps.topology.current()).document),
    );
    context.header(CACHE_HEADER, outcome);
    return context.json(value && { ...value, tags: value.tags.slice(0, limit) });
  });
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
