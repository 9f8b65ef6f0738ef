import type { IdPage, Range } from '../data/lists';
import type { Listing } from '../data/listings';
import { isOutage } from '../platform/errors';
import { eventIdAt } from '../platform/ids';
import { discoveryOf, shardsOfContent, type TopologyDocument } from '../topology';
import type { Dependencies } from './dependencies';
import { readCached } from './reading';
import { readShard } from './reads';
import { entryOf, scopes } from './scopes';

/** Events of a shard that lists may be behind by; beyond, shards are asked for their lists. */
const MOST_RECENT = 500;
/** Of two readers of the lists, one may be behind the other by so much. */
const MARGIN = eventIdAt(10_000);

/**
 * A page of everybody's articles, or of a tag's, from the store that follows all shards: what they had
 * after its position is asked of each, one short list for everybody, which a write makes void, so that
 * the page is exact however late the store is. `undefined` where shards are to be asked for their lists:
 * without a cache for that one, and while the store is down, too late, or not filled.
 */
export async function listedIds(
  deps: Dependencies,
  document: TopologyDocument,
  tag: string | undefined,
  range: Range,
): Promise<readonly IdPage[] | undefined> {
  const store = discoveryOf(document);
  if (store === undefined || deps.events === undefined || deps.cache.state !== 'ok')
    return undefined;
  try {
    const { value: recent } = await readCached(deps, entryOf(scopes.all, 'listings'), () =>
      recentListings(deps, document, store.name),
    );
    if (recent === undefined) return undefined;
    const wanted = { ...range, tag, except: recent.map(({ id }) => id) };
    const listed = await readShard(deps, document, store.name, 'listed', [wanted]);
    const { before } = range;
    const added = recent.filter(
      ({ tags }) => tags !== null && (tag === undefined || tags.includes(tag)),
    );
    const ids = added.map(({ id }) => id);
    return [
      listed,
      {
        ids: ids.filter((id) => before === undefined || BigInt(id) < BigInt(before)),
        total: ids.length,
      },
    ];
  } catch (error) {
    if (!isOutage(error)) throw error;
    return undefined;
  }
}

/** What came, changed or went after the store's positions, as it is now. */
async function recentListings(
  deps: Dependencies,
  document: TopologyDocument,
  store: string,
): Promise<readonly Listing[] | undefined> {
  const positions = await readShard(deps, document, store, 'positions', []);
  const pages = await Promise.all(
    shardsOfContent(document).map(async (shard) => {
      const at = positions.find((it) => it.shard === shard);
      if (at?.filled !== true) return undefined;
      const since = BigInt(at.position) - MARGIN;
      const after = String(since > 0n ? since : 0n);
      return await readShard(deps, document, shard, 'listingsAfter', [after, MOST_RECENT]);
    }),
  );
  if (!pages.every((page) => page?.whole === true)) return undefined;
  return pages.flatMap((page) => page?.listings ?? []);
}
