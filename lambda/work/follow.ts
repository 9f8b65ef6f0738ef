import type { Dependencies } from '../api/dependencies';
import { readShard } from '../api/reads';
import * as listed from '../data/listed';
import type { Transaction } from '../platform/databases';
import { fenced } from '../platform/errors';
import { grantFor, inFence } from '../platform/fence';
import { discoveryOf, shardsOfContent } from '../topology';

/** Articles of one transaction. */
const PAGE = 500;
/** Transactions for one shard at a time: the rest is for the next time. */
const MOST_PAGES = 100;

/** Has the lists of everybody's articles follow every shard, where they are written: how many articles. */
export async function followAll(deps: Dependencies): Promise<number> {
  const { document } = await deps.topology.current();
  if (discoveryOf(document)?.location.home !== deps.region) return 0;
  let total = 0;
  for (const shard of shardsOfContent(document)) total += await followShard(deps, shard);
  return total;
}

/**
 * Takes over what has come, changed or gone in a shard since the lists followed it last, and at first all
 * that is there. The position in the shard's event log moves on in the same transaction, so that readers
 * know how late the lists are; whoever else is at it is not waited for.
 *
 * @throws RequestError 503 where the lists are not written here, or one of both does not answer
 */
export async function followShard(deps: Dependencies, shard: string): Promise<number> {
  let total = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const view = await deps.topology.current();
    const store = discoveryOf(view.document);
    if (store === undefined) return total;
    const { name, location } = store;
    if (location.home !== deps.region || location.state !== 'serving')
      throw fenced(`${name} is not written here now`);
    const sql = await deps.databases.writer(location, 'discovery');
    const turn = await inFence(sql, grantFor(view, name), {
      run: (transaction) => followOnce(deps, transaction, shard),
    });
    total += turn.count;
    if (turn.whole) break;
  }
  return total;
}

async function followOnce(
  deps: Dependencies,
  sql: Transaction,
  shard: string,
): Promise<{ readonly count: number; readonly whole: boolean }> {
  const { document } = await deps.topology.current();
  const found = await listed.claimShard(sql, shard);
  if (found === undefined) {
    // What comes after this look is in the log, and what was there before is read page by page.
    const { upTo } = await readShard(deps, document, shard, 'listingsFrom', ['0', 1]);
    return { count: 0, whole: !(await listed.beginShard(sql, shard, upTo)) };
  }
  const { position } = found;
  const news = await readShard(deps, document, shard, 'listingsAfter', [position, PAGE]);
  await listed.applyListings(sql, news.listings);
  const filledTo = found.lost ? '0' : found.filledTo;
  const fill =
    filledTo === null
      ? undefined
      : await readShard(deps, document, shard, 'listingsFrom', [filledTo, PAGE]);
  await listed.applyListings(sql, fill?.listings ?? []);
  const last = fill?.listings.at(-1)?.id ?? filledTo;
  await listed.saveShard(sql, shard, {
    position: news.upTo,
    filledTo: fill?.whole === true ? null : last,
  });
  return {
    count: news.listings.length + (fill?.listings.length ?? 0),
    whole: news.whole && fill?.whole !== false,
  };
}
