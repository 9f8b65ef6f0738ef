import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { Hono } from 'hono/tiny';
import type { IdPage } from '../../data/lists';
import { callOf } from '../call';
import type { Dependencies } from '../dependencies';
import { optionalViewer, readingViewer } from '../incoming';
import { presentProfiles } from '../presenting';
import { CACHE_HEADER, ofEveryShard, readCached, showingAge } from '../reading';
import { entryOf, scopes } from '../scopes';
import { graphOf, suggest } from '../suggestions';
import { parseLimit, parsePage, parseSearch } from '../validation';
import { mergePages, presentList, rangeOf } from './lists';

/** What one finds without knowing its name: articles by their words, people by whom one follows. */
export function discoveryRoutes(app: Hono, deps: Dependencies): void {
  app.get('/api/search', (context) => search(context, showingAge(callOf(context), deps)));
  app.get('/api/user/suggestions', async (context) => {
    const { userId } = await readingViewer(context, deps);
    const limit = parseLimit(context.req.query());
    const { document } = await deps.topology.current();
    const ids = await suggest(graphOf(deps, document), userId, limit);
    const profiles = await presentProfiles({ deps, document, viewerId: userId }, ids);
    return context.json({ profiles });
  });
}

/** Every shard searches its own; ids begin with the time, so that what they find merges by id. */
async function search(context: Context, deps: Dependencies): Promise<Response> {
  const query = context.req.query();
  const words = parseSearch(query);
  const page = parsePage(query);
  const viewer = await optionalViewer(context, deps);
  const { document } = await deps.topology.current();
  const name = createHash('sha256').update(words).digest('base64url').slice(0, 22);
  const at = `search:${name}:${page.before ?? ''}:${page.offset}:${page.limit}`;
  const { value, outcome } = await readCached<IdPage>(deps, entryOf(scopes.all, at), async () =>
    mergePages(await ofEveryShard(deps, document, 'search', words, rangeOf(page)), page),
  );
  context.header(CACHE_HEADER, outcome);
  const found = value ?? { ids: [], total: 0 };
  return context.json(await presentList(context, deps, document, viewer?.userId, found, page));
}
