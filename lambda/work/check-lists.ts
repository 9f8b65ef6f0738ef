import type { Dependencies } from '../api/dependencies';
import { readShard } from '../api/reads';
import { idAt } from '../data/edges';
import * as listed from '../data/listed';
import type { Listing } from '../data/listings';
import { byShard } from '../platform/by-shard';
import type { Sql } from '../platform/databases';
import { grantFor, inFence } from '../platform/fence';
import { eventIdAt, type Id } from '../platform/ids';
import type { TopologyView } from '../platform/topology-store';
import { discoveryOf, shardsOfContent } from '../topology';
import type { Repaired } from './check';
import type { Walk, WalkedPage } from './walk';

const PAGE = 500;
/** Where more than these came or went just now, a shard is left for the next time. */
const MOST_MOVING = 50_000;

interface Checked {
  readonly deps: Dependencies;
  readonly view: TopologyView;
  readonly store: string;
  readonly lists: Sql;
  readonly settledMs: number;
  /** By shard: articles that the lists may not have followed yet. */
  readonly moving: ReadonlyMap<string, ReadonlySet<Id>>;
}

/**
 * Compares the lists of everybody's articles with the articles of all shards, where the lists are written,
 * and repairs what differs and has stood for long enough.
 */
export async function listWalks(
  deps: Dependencies,
  settledMs: number,
): Promise<readonly Walk<Repaired>[]> {
  const view = await deps.topology.current();
  const store = discoveryOf(view.document);
  if (store?.location.home !== deps.region || store.location.state !== 'serving') return [];
  const lists = await deps.databases.writer(store.location, 'discovery');
  const moving = await movingOf(deps, view, settledMs);
  const checked = { deps, view, store: store.name, lists, settledMs, moving };
  const shards = [...moving.keys()].map((shard) => ({
    ...{ name: `listed ${shard}`, sql: lists },
    page: (after?: string) => repairShard(checked, shard, after),
  }));
  return [...shards, { name: 'gone', sql: lists, page: (after) => removeGone(checked, after) }];
}

async function movingOf(
  deps: Dependencies,
  { document }: TopologyView,
  settledMs: number,
): Promise<ReadonlyMap<string, ReadonlySet<Id>>> {
  const since = String(eventIdAt(Math.max(0, deps.now() - settledMs)));
  const all = new Map<string, ReadonlySet<Id>>();
  for (const shard of shardsOfContent(document)) {
    const page = await readShard(deps, document, shard, 'listingsAfter', [since, MOST_MOVING]);
    if (page.whole) all.set(shard, new Set(page.listings.map(({ id }) => id)));
  }
  return all;
}

/** What is missing, or listed under other tags. */
async function repairShard(
  checked: Checked,
  shard: string,
  after = '0',
): Promise<WalkedPage<Repaired>> {
  const { deps, view, lists, moving } = checked;
  const page = await readShard(deps, view.document, shard, 'listingsFrom', [after, PAGE]);
  const ids = page.listings.map(({ id }) => id);
  const held = await listed.findListed(lists, ids);
  const wrong = page.listings.filter(
    ({ id, tags }) => moving.get(shard)?.has(id) !== true && !isSame(tags, held.get(id)),
  );
  const found = { listed: await repair(checked, wrong) };
  return { next: page.whole ? undefined : (ids.at(-1) ?? after), found };
}

/** What is listed and not there. */
async function removeGone(checked: Checked, after = '0'): Promise<WalkedPage<Repaired>> {
  const { deps, view, lists, moving, settledMs } = checked;
  const settled = idAt(deps.now() - settledMs);
  let repaired = 0;
  const page = await listed.listedAfter(lists, after, PAGE);
  for (const [shard, ids] of byShard(view.document, page, (id) => id)) {
    const still = moving.get(shard);
    if (still === undefined) continue;
    const rows = await readShard(deps, view.document, shard, 'articles', [ids]);
    const known = new Set(rows.map(({ id }) => id));
    const gone = ids.filter((id) => !known.has(id) && !still.has(id) && BigInt(id) < settled);
    repaired += await repair(
      checked,
      gone.map((id) => ({ id, tags: null })),
    );
  }
  return { next: page.length < PAGE ? undefined : page.at(-1), found: { listed: repaired } };
}

async function repair(
  { deps, store, lists }: Checked,
  listings: readonly Listing[],
): Promise<number> {
  if (listings.length === 0) return 0;
  await inFence(lists, grantFor(await deps.topology.current(), store), {
    run: (sql) => listed.applyListings(sql, listings),
  });
  return listings.length;
}

function isSame(tags: Listing['tags'], held: readonly string[] | undefined): boolean {
  if (tags === null || held === undefined) return tags === null && held === undefined;
  const known = new Set(held);
  return known.size === new Set(tags).size && tags.every((tag) => known.has(tag));
}
