import type { RecentArticle } from '../data/events';
import type { IdPage, Range } from '../data/lists';
import type { Edges, TimelinePage } from '../data/timelines';
import type { CacheEntry } from '../platform/cache-aside';
import type { Id } from '../platform/ids';
import type { TopologyDocument } from '../topology';
import type { Dependencies } from './dependencies';
import { ofEveryShard, ofTheirShards, readAt, readCached } from './reading';
import { entryOf, scopes } from './scopes';

/** What the queue has not brought into timelines after this long is late; until then it is not missed. */
const RECENT_MS = 120_000;

/**
 * A feed out of the viewer's timeline, exact while the queue keeps up, however far behind it is for two
 * minutes: what was posted or deleted just now comes from the event logs, one short list for everybody;
 * those whom one has followed just now, and the most followed, are pulled from their shards. Whom one
 * follows is asked when the feed is read, so that who was left is gone at once.
 */
export async function timelineIds(
  deps: Dependencies,
  document: TopologyDocument,
  viewerId: Id,
  range: Range,
): Promise<{ readonly pushed: IdPage; readonly pulled: readonly IdPage[] }> {
  const [most, recent] = await Promise.all([
    mostFollowed(deps, document),
    recentArticles(deps, document),
  ]);
  const authors = [...new Set(recent.map(({ authorId }) => authorId))];
  const sought = recent.map(({ id }) => id);
  const edges = await readAt(deps, document, viewerId, 'edges', viewerId, most, authors);
  // By what was pulled then, whatever has been filled meanwhile: nothing comes from both.
  const { pull } = edges;
  // Deleted ones may stand in it: so many more make up for them.
  const wanted = { ...range, count: range.count + countGone(recent), sought };
  const [page, pulled] = await Promise.all([
    readAt(deps, document, viewerId, 'timeline', viewerId, pull, wanted),
    ofTheirShards<'feedIds'>(deps, document, pull, 'feedIds', (some) => [some, range]),
  ]);
  return { pushed: withRecent(page, recent, { edges, range }), pulled };
}

function countGone(recent: readonly RecentArticle[]): number {
  return recent.filter(({ gone }) => gone).length;
}

/** Shown by what the page holds, counted by what its total does: the two are told by two looks. */
function withRecent(
  page: TimelinePage,
  recent: readonly RecentArticle[],
  { edges, range }: { readonly edges: Pick<Edges, 'push'>; readonly range: Range },
): IdPage {
  const pushing = new Set(edges.push);
  const of = recent.filter(({ authorId }) => pushing.has(authorId));
  const gone = new Set(of.filter((one) => one.gone).map(({ id }) => id));
  const there = of.filter(({ id }) => !gone.has(id));
  const [shown, counted] = [new Set(page.ids), new Set(page.held ?? [])];
  const before = range.before === undefined ? undefined : BigInt(range.before);
  const added = there.filter(
    ({ id }) => !shown.has(id) && (before === undefined || BigInt(id) < before),
  );
  return {
    ids: [...added.map(({ id }) => id), ...page.ids.filter((id) => !gone.has(id))],
    total:
      page.total +
      there.filter(({ id }) => !counted.has(id)).length -
      [...gone].filter((id) => counted.has(id)).length,
  };
}

/** Made void with every list of articles: whoever reads after a write's answer reads it. */
async function recentArticles(
  deps: Dependencies,
  document: TopologyDocument,
): Promise<readonly RecentArticle[]> {
  const { value = [] } = await readCached(deps, entryOf(scopes.all, 'recent'), async () => {
    const since = deps.now() - RECENT_MS;
    const lists = await ofEveryShard(deps, document, 'recent', since);
    return lists.flat();
  });
  return value;
}

async function mostFollowed(
  deps: Dependencies,
  document: TopologyDocument,
): Promise<readonly Id[]> {
  const entry: CacheEntry = entryOf('most-followed', 'ids');
  const { value = [] } = await readCached(deps, entry, async () =>
    (await ofEveryShard(deps, document, 'mostFollowed')).flat(),
  );
  return value;
}
