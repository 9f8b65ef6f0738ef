import type { Dependencies } from '../api/dependencies';
import { checkArticles } from './check-articles';
import { edgeWalks } from './check-edges';
import { listWalks } from './check-lists';
import { type FoundCard, listCards, repairCard } from '../data/cards';
import { findUsers, type User } from '../data/identity';
import { listIds } from '../data/lists';
import * as repair from '../data/repair';
import { repairTags } from '../data/tags';
import { isPulled, TIMELINE_LENGTH } from '../data/timelines';
import type { Sql, Transaction } from '../platform/databases';
import { grantFor, inFence } from '../platform/fence';
import type { Id } from '../platform/ids';
import type { TopologyView } from '../platform/topology-store';
import type { ShardLocation } from '../topology';
import { type Walk, walkAll, type WalkedPage } from './walk';

/** What differed from the truth, and was repaired; users are those that were looked at. */
export interface Repaired {
  readonly users: number;
  readonly counters: number;
  readonly missing: number;
  readonly surplus: number;
  readonly tags: number;
  readonly cards: number;
  readonly edges: number;
  /** Articles' counts of favourites. */
  readonly favorites: number;
  /** Articles that were not found under their own tags, or under others. */
  readonly tagged: number;
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
  favorites: 0,
  tagged: 0,
  listed: 0,
};

/** In a run, before its function is ended (`timeoutSeconds` of the job, 300 by default). */
const LONGEST_MS = 240_000;
const PAGE = 200;
/** Whoever wrote within this time is left for the next time: what follows may be in the queue. */
const SETTLED_MS = 10 * 60_000;

/** What a run has found, and how far it has come. */
export interface Checked extends Repaired {
  /** All that differed. */
  readonly repaired: number;
  /** Walks that go on in the next run. */
  readonly unfinished: number;
  /** Hours since everything had been compared: of the walk that is furthest behind. */
  readonly roundHours: number;
}

/**
 * Compares counters and timelines with the articles and the followers that they are made of, in the
 * shards that are written here, and repairs what differs, each user in a transaction behind the fence.
 * What stands in two shards is compared as well (`check-edges.ts`), and the lists that stand apart. A run ends in
 * time; the next one goes on where it was.
 */
export async function checkAll(
  deps: Dependencies,
  settledMs = SETTLED_MS,
  longestMs = LONGEST_MS,
): Promise<Checked> {
  const view = await deps.topology.current();
  const walks: Walk<Repaired>[] = [];
  for (const [shard, { home, state, domains }] of Object.entries(view.document.shards)) {
    if (home !== deps.region || state !== 'serving' || !('social' in domains)) continue;
    walks.push(...(await walksOf(deps, view, shard, settledMs)));
  }
  walks.push(...(await listWalks(deps, settledMs)));
  const { found, ...progress } = await walkAll(walks, NOTHING, longestMs);
  const { users, ...differed } = found;
  const repaired = Object.values(differed).reduce((sum, count) => sum + count, 0);
  return { users, ...differed, repaired, ...progress };
}

async function walksOf(
  deps: Dependencies,
  view: TopologyView,
  shard: string,
  settledMs: number,
): Promise<readonly Walk<Repaired>[]> {
  const location = view.document.shards[shard];
  if (location === undefined) return [];
  const sql = await deps.databases.writer(location, 'social');
  const content = await deps.databases.writer(location, 'content');
  const moving = await repair.recentActors(content, deps.now() - settledMs);
  const users = { deps, shard, social: sql, content, moving };
  return [
    {
      ...{ name: 'tags', sql },
      // A hint to readers, so that no fence is asked.
      page: async () => ({ next: undefined, found: { tags: await repairTags(content) } }),
    },
    ...('identity' in location.domains
      ? [
          {
            ...{ name: 'cards', sql },
            page: (after?: string) => checkCards(deps, shard, location, settledMs, after),
          },
        ]
      : []),
    { name: 'articles', sql, page: (after) => checkArticles(deps, shard, content, after) },
    { name: 'users', sql, page: (after) => checkUsers(users, after) },
    ...(await edgeWalks({ deps, document: view.document, shard, location, settledMs })),
  ];
}

interface CheckedUsers {
  readonly deps: Dependencies;
  readonly shard: string;
  readonly social: Sql;
  readonly content: Sql;
  /** Whose events may be on their way. */
  readonly moving: ReadonlySet<Id>;
}

async function checkUsers(checked: CheckedUsers, after = '0'): Promise<WalkedPage<Repaired>> {
  const { deps, shard, social, moving } = checked;
  const page = await usersAfter(checked, after);
  const total = { users: page.length, counters: 0, surplus: 0, missing: 0 };
  for (const user of page.filter(({ id }) => !moving.has(id))) {
    const grant = grantFor(await deps.topology.current(), shard);
    const found = await inFence(social, grant, { run: (sql) => checkUser(checked, sql, user) });
    for (const name of ['counters', 'surplus', 'missing'] as const) total[name] += found[name];
  }
  return { next: page.length < PAGE ? undefined : page.at(-1)?.id, found: total };
}

/** Whoever is counted or should be: counters may be lost as a whole. */
async function usersAfter(
  { social, content }: CheckedUsers,
  after: Id,
): Promise<readonly repair.Counted[]> {
  const [counted, authors] = await Promise.all([
    repair.listCounted(social, after, PAGE),
    repair.listAuthors(content, after, PAGE),
  ]);
  const known = new Set(counted.map(({ id }) => id));
  const others = authors.filter((id) => !known.has(id)).map((id) => ({ id, articles: null }));
  // Nothing that either list has no room for lies before the end of the page.
  return [...counted, ...others]
    .sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1))
    .slice(0, PAGE);
}

async function checkUser(
  { content }: CheckedUsers,
  sql: Transaction,
  { id, articles: counted }: repair.Counted,
) {
  const truth = await repair.countArticles(content, [id]);
  const articles = truth.get(id) ?? 0;
  if (articles !== counted) await repair.setArticles(sql, id, articles);
  const recounted = await repair.recountFollowers(sql, [id]);
  const counters = articles !== counted || recounted > 0 ? 1 : 0;
  const range = { before: undefined, count: TIMELINE_LENGTH };
  const written = (await listIds(content, { authorId: id }, range)).ids;
  const whole = articles <= TIMELINE_LENGTH;
  const surplus = whole ? await repair.removeSurplus(sql, id, written) : 0;
  const missing = (await isPulled(sql, id)) ? 0 : await repair.addMissing(sql, id, written);
  return { counters, surplus, missing };
}

/** Copies of authors' cards, with those who have none yet. */
async function checkCards(
  deps: Dependencies,
  shard: string,
  location: ShardLocation,
  settledMs: number,
  after = '0',
): Promise<WalkedPage<Repaired>> {
  const identity = await deps.databases.writer(location, 'identity');
  const content = await deps.databases.writer(location, 'content');
  const page = await listCards(content, after, PAGE);
  const users = await findUsers(
    identity,
    page.map(({ id }) => id),
  );
  const found = new Map(page.map((card) => [card.id, card]));
  let cards = 0;
  for (const user of users) {
    const card = found.get(user.id);
    if (card === undefined || isSame(card, user)) continue;
    const grant = grantFor(await deps.topology.current(), shard);
    const run = (sql: Transaction) => repairCard(sql, card, user, settledMs);
    if (await inFence(content, grant, { run })) cards += 1;
  }
  return { next: page.length < PAGE ? undefined : page.at(-1)?.id, found: { cards } };
}

function isSame(card: FoundCard, user: User): boolean {
  return (
    card.asOf === user.version &&
    card.username === user.username &&
    card.bio === user.bio &&
    card.image === user.image
  );
}
