import type { RecentArticle } from '../data/events';
import type { IdPage, Range } from '../data/lists';
import type { CacheEntry } from '../platform/cache-aside';
import type { Id } from '../platform/ids';
import type { TopologyDocument } from '../topology';
import type { Dependencies } from './dependencies';
import { ofEveryShard, ofTheirShards, readAt, readCached } from './reading';
import type { ArgsOf, ReadName } from './reads';
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
  const own = <Name extends ReadName>(read: Name, ...args: ArgsOf<Name>) =>
    readAt(deps, document, viewerId, read, ...args);
  const recentIds = recent.map(({ id }) => id);
  // What is put into the timeline between the two looks is seen by the second: it is never in neither.
  const [edges, held] = await Promise.all([
    own('edges', viewerId, most, authors),
    recentIds.length === 0 ? [] : own('inTimeline', viewerId, recentIds),
  ]);
  // By what was pulled then, whatever has been filled meanwhile: nothing comes from both.
  const [page, pulled] = await Promise.all([
    // Deleted ones may stand in it: so many more make up for them.
    own('timeline', viewerId, edges.pull, { ...range, count: range.count + countGone(recent) }),
    ofTheirShards<'feedIds'>(deps, document, edges.pull, 'feedIds', (some) => [some, range]),
  ]);
  return { pushed: withRecent(page, recent, { edges, held, range }), pulled };
}

function countGone(recent: readonly RecentArticle[]): number {
  return recent.filter(({ gone }) => gone).length;
}

function withRecent(
  page: IdPage,
  recent: readonly RecentArticle[],
  about: {
    readonly edges: { readonly push: readonly Id[] };
    readonly held: readonly Id[];
    readonly range: Range;
  },
): IdPage {
  const { edges, held, range } = about;
  const pushing = new Set(edges.push);
  const inside = new Set([...held, ...page.ids]);
  const of = recent.filter(({ authorId }) => pushing.has(authorId));
  const gone = new Set(of.filter((one) => one.gone).map(({ id }) => id));
  const added = of.filter((one) => !one.gone && !gone.has(one.id) && !inside.has(one.id));
  const before = range.before === undefined ? undefined : BigInt(range.before);
  const shown = added.filter(({ id }) => before === undefined || BigInt(id) < before);
  return {
    ids: [...shown.map(({ id }) => id), ...page.ids.filter((id) => !gone.has(id))],
    total: page.total + added.length - [...gone].filter((id) => inside.has(id)).length,
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
