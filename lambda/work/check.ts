import type { Dependencies } from '../api/dependencies';
import { checkEdges } from './check-edges';
import { checkLists } from './check-lists';
import { type FoundCard, listCards, repairCard } from '../data/cards';
import { findUsers, type User } from '../data/identity';
import { listIds } from '../data/lists';
import * as repair from '../data/repair';
import { repairTags } from '../data/tags';
import { isPulled, TIMELINE_LENGTH } from '../data/timelines';
import type { Transaction } from '../platform/databases';
import { grantFor, inFence } from '../platform/fence';
import type { TopologyView } from '../platform/topology-store';
import type { ShardLocation } from '../topology';

/** What differed from the truth, and was repaired. */
export interface Repaired {
  readonly users: number;
  readonly counters: number;
  readonly missing: number;
  readonly surplus: number;
  readonly tags: number;
  readonly cards: number;
  readonly edges: number;
  /** Articles in the lists of everybody's. */
  readonly listed: number;
}

const NOTHING: Repaired = {
  users: 0,
  counters: 0,
  missing: 0,
  surplus: 0,
  tags: 0,
  cards: 0,
  edges: 0,
  listed: 0,
};

const PAGE = 200;
/** Whoever wrote within this time is left for the next time: what follows may be in the queue. */
const SETTLED_MS = 10 * 60_000;

/**
 * Compares counters and timelines with the articles and the followers that they are made of, in the
 * shards that are written here, and repairs what differs, each user in a transaction behind the fence.
 * What stands in two shards is compared after that (`check-edges.ts`), then the lists that stand apart.
 */
export async function checkAll(deps: Dependencies, settledMs = SETTLED_MS): Promise<Repaired> {
  const view = await deps.topology.current();
  const total = { ...NOTHING };
  for (const [shard, { home, state, domains }] of Object.entries(view.document.shards)) {
    if (home !== deps.region || state !== 'serving' || !('social' in domains)) continue;
    const found = await checkShard(deps, view, shard, settledMs);
    for (const name of Object.keys(total) as (keyof Repaired)[]) total[name] += found[name];
  }
  total.listed += await checkLists(deps, settledMs);
  return total;
}

async function checkShard(
  deps: Dependencies,
  view: TopologyView,
  shard: string,
  settledMs: number,
): Promise<Repaired> {
  const location = view.document.shards[shard];
  const total = { ...NOTHING };
  if (location === undefined) return total;
  const social = await deps.databases.writer(location, 'social');
  const content = await deps.databases.writer(location, 'content');
  // A hint to readers, so that no fence is asked.
  total.tags = await repairTags(content);
  if ('identity' in location.domains)
    total.cards = await checkCards(deps, shard, location, settledMs);
  const moving = await repair.recentActors(content, deps.now() - settledMs);
  for (let after = '0'; ;) {
    const page = await repair.listCounted(social, after, PAGE);
    const ids = page.map(({ id }) => id);
    for (const user of page.filter(({ id }) => !moving.has(id))) {
      const grant = grantFor(await deps.topology.current(), shard);
      await inFence(social, grant, {
        run: async (sql) => {
          total.counters += await repair.recountFollowers(sql, [user.id]);
          const truth = await repair.countArticles(content, [user.id]);
          const articles = truth.get(user.id) ?? 0;
          if (articles !== user.articles) {
            await repair.setArticles(sql, user.id, articles);
            total.counters += 1;
          }
          const range = { before: undefined, count: TIMELINE_LENGTH };
          const written = (await listIds(content, { authorId: user.id }, range)).ids;
          if (articles <= TIMELINE_LENGTH)
            total.surplus += await repair.removeSurplus(sql, user.id, written);
          if (!(await isPulled(sql, user.id)))
            total.missing += await repair.addMissing(sql, user.id, written);
        },
      });
    }
    total.users += page.length;
    after = ids.at(-1) ?? after;
    if (page.length < PAGE) break;
  }
  const { document } = view;
  const between = await checkEdges({ deps, document, shard, location, settledMs });
  total.edges += between.edges;
  total.missing += between.missing;
  total.surplus += between.surplus;
  return total;
}

/** Copies of authors' cards, with those who have none yet: how many differed from the users. */
async function checkCards(
  deps: Dependencies,
  shard: string,
  location: ShardLocation,
  settledMs: number,
): Promise<number> {
  const identity = await deps.databases.writer(location, 'identity');
  const content = await deps.databases.writer(location, 'content');
  for (let [repaired, after] = [0, '0']; ;) {
    const page = await listCards(content, after, PAGE);
    const users = await findUsers(
      identity,
      page.map(({ id }) => id),
    );
    const found = new Map(page.map((card) => [card.id, card]));
    for (const user of users) {
      const card = found.get(user.id);
      if (card === undefined || isSame(card, user)) continue;
      const grant = grantFor(await deps.topology.current(), shard);
      const run = (sql: Transaction) => repairCard(sql, card, user, settledMs);
      if (await inFence(content, grant, { run })) repaired += 1;
    }
    after = page.at(-1)?.id ?? after;
    if (page.length < PAGE) return repaired;
  }
}

function isSame(card: FoundCard, user: User): boolean {
  return (
    card.asOf === user.version &&
    card.username === user.username &&
    card.bio === user.bio &&
    card.image === user.image
  );
}
