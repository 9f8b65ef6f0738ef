import type { Dependencies } from '../api/dependencies';
import { readShard } from '../api/reads';
import * as edges from '../data/edges';
import { recentActors } from '../data/repair';
import * as timelines from '../data/timelines';
import { byShard, groupBy } from '../platform/by-shard';
import type { Sql, Transaction } from '../platform/databases';
import { grantFor, inFence } from '../platform/fence';
import type { Id } from '../platform/ids';
import type { ShardLocation, TopologyDocument } from '../topology';
import type { Repaired } from './check';
import { Consumer } from './consume';
import type { Walk, WalkedPage } from './walk';

const PAGE = 500;
/** Of each author, this many of the newest are compared with timelines; older ones are in few pages of any. */
const NEWEST = 100;
/** Another shard's copy may be behind: what it lacks is asked for again. Longer than any lag that is borne. */
const CONFIRM_MS = 15_000;

/** One shard that is written here, and what has stood for long enough to be compared. */
export interface CheckedShard {
  readonly deps: Dependencies;
  readonly document: TopologyDocument;
  readonly shard: string;
  readonly location: ShardLocation;
  readonly settledMs: number;
}

/**
 * Compares what stands in two shards: the followers of whoever is followed with the edges in their followers'
 * shards, and timelines with the articles in their authors'. What a shard lacks that is written elsewhere goes to the queue
 * of its Region, as if the edge had just been made.
 */
export async function edgeWalks(checked: CheckedShard): Promise<readonly Walk<Repaired>[]> {
  const { deps, location, settledMs } = checked;
  const social = await deps.databases.writer(location, 'social');
  return [
    {
      ...{ name: 'follows', sql: social },
      page: async (after) => {
        const page = await edges.listFollows(social, edgeAt(after), settledMs, PAGE);
        const announced = await announceMissing(checked, page);
        const lines = await repairLines(checked, social, page);
        return { next: nextOf(page), found: { ...lines, edges: announced } };
      },
    },
    {
      ...{ name: 'followers', sql: social },
      page: async (after) => {
        const page = await edges.listFollowers(social, edgeAt(after), PAGE);
        return {
          next: nextOf(page),
          found: { edges: await removeStrangers(checked, social, page) },
        };
      },
    },
    { name: 'lines', sql: social, page: (after) => removeLeft(checked, social, after) },
  ];
}

function edgeAt(position: string | undefined): edges.Edge | undefined {
  if (position === undefined) return undefined;
  const [followerId = '', followedId = ''] = position.split(' ');
  return { followerId, followedId };
}

function nextOf(page: readonly edges.Edge[]): string | undefined {
  const last = page.at(-1);
  if (last === undefined || page.length < PAGE) return undefined;
  return `${last.followerId} ${last.followedId}`;
}

/** Edges of which the shard of whoever is followed knows nothing. */
async function announceMissing(
  checked: CheckedShard,
  page: readonly edges.Edge[],
): Promise<number> {
  const consumer = new Consumer(checked.deps);
  const missing = await lacking(checked, page, 'followers', ({ followedId }) => followedId);
  for (const { followerId, followedId } of missing)
    await consumer.handle(
      { type: 'follower', followedId, followerId, on: true },
      { group: 'check', id: `check.${followerId}.${followedId}` },
    );
  return missing.length;
}

/** Followers who do not follow, twice asked: the copy of their shard may be behind. */
async function removeStrangers(
  checked: CheckedShard,
  social: Sql,
  page: readonly edges.Edge[],
): Promise<number> {
  const { deps, shard, settledMs } = checked;
  const follower = ({ followerId }: edges.Edge) => followerId;
  const suspects = await lacking(checked, page, 'follows', follower);
  if (suspects.length === 0) return 0;
  await new Promise((resolve) => setTimeout(resolve, Math.min(settledMs, CONFIRM_MS)));
  const strangers = await lacking(checked, suspects, 'follows', follower);
  for (const { followerId, followedId } of strangers)
    await inFence(social, grantFor(await deps.topology.current(), shard), {
      run: (sql) => timelines.removeFollower(sql, followedId, followerId),
    });
  return strangers.length;
}

/** Lines of authors whom their user follows no more, but for users who have just left somebody. */
async function removeLeft(
  { deps, shard, settledMs }: CheckedShard,
  social: Sql,
  after = '0 0',
): Promise<WalkedPage<Repaired>> {
  const [userId = '', id = ''] = after.split(' ');
  const page = await edges.listAllLines(social, { userId, id }, PAGE);
  const moving = await recentActors(social, deps.now() - settledMs);
  const left = page.filter((line) => !line.followed && !moving.has(line.userId));
  let surplus = 0;
  for (const key of new Set(left.map(lineKey))) {
    const [user = '', author = ''] = key.split(' ');
    surplus += await inFence(social, grantFor(await deps.topology.current(), shard), {
      run: (sql) => timelines.dropAuthor(sql, user, author),
    });
  }
  const last = page.at(-1);
  const whole = last === undefined || page.length < PAGE;
  return { next: whole ? undefined : `${last.userId} ${last.id}`, found: { surplus } };
}

/** Those of the edges that are not in the table, in the shard of whoever is named. */
async function lacking(
  { deps, document }: CheckedShard,
  all: readonly edges.Edge[],
  table: 'follows' | 'followers',
  whose: (edge: edges.Edge) => Id,
): Promise<readonly edges.Edge[]> {
  const key = ({ followerId, followedId }: edges.Edge) => `${followerId} ${followedId}`;
  const missing: edges.Edge[] = [];
  for (const [shard, some] of byShard(document, all, whose)) {
    const held = await readShard(deps, document, shard, 'edgesIn', [table, some]);
    const known = new Set(held.map(key));
    missing.push(...some.filter((edge) => !known.has(key(edge))));
  }
  return missing;
}

/** Timelines of those whose edges they are, of authors who are pushed to them. */
async function repairLines(
  checked: CheckedShard,
  social: Sql,
  page: readonly edges.FoundEdge[],
): Promise<{ readonly missing: number; readonly surplus: number }> {
  const { deps, document, shard, settledMs } = checked;
  const total = { missing: 0, surplus: 0 };
  const filled = page.filter((edge) => edge.filled);
  const settled = edges.idAt(deps.now() - settledMs);
  for (const [of, some] of byShard(document, filled, ({ followedId }) => followedId)) {
    const pulled = new Set(await readShard(deps, document, of, 'mostFollowed', []));
    const pushed = some.filter(({ followedId }) => !pulled.has(followedId));
    const authors = [...new Set(pushed.map(({ followedId }) => followedId))];
    const users = [...new Set(pushed.map(({ followerId }) => followerId))];
    if (authors.length === 0) continue;
    const written = groupBy(
      await readShard(deps, document, of, 'newestOf', [authors, NEWEST]),
      ({ authorId }) => authorId,
    );
    const lines = groupBy(await edges.listLines(social, users, authors), lineKey);
    const ends = await edges.endsOf(social, users);
    for (const { followerId: userId, followedId: authorId } of pushed) {
      const articles = (written.get(authorId) ?? []).map(({ id }) => id);
      const held = (lines.get(lineKey({ userId, authorId })) ?? []).map(({ id }) => id);
      const found = compare(articles, held, { settled, end: ends.get(userId) ?? 0n });
      if (found.missing.length + found.surplus.length === 0) continue;
      await inFence(social, grantFor(await deps.topology.current(), shard), {
        run: (sql) => write(sql, { userId, authorId }, found),
      });
      total.missing += found.missing.length;
      total.surplus += found.surplus.length;
    }
  }
  return total;
}

interface Difference {
  readonly missing: readonly Id[];
  readonly surplus: readonly Id[];
}

/** @param articles newest first, all of them where there are fewer than {@link NEWEST} */
export function compare(
  articles: readonly Id[],
  held: readonly Id[],
  { settled, end }: { readonly settled: bigint; readonly end: bigint },
): Difference {
  const [exist, known] = [new Set(articles), new Set(held)];
  const oldest = articles.length < NEWEST ? 0n : BigInt(articles.at(-1) ?? 0);
  return {
    missing: articles.filter((id) => !known.has(id) && BigInt(id) < settled && BigInt(id) > end),
    surplus: held.filter((id) => !exist.has(id) && BigInt(id) < settled && BigInt(id) >= oldest),
  };
}

async function write(
  sql: Transaction,
  { userId, authorId }: { readonly userId: Id; readonly authorId: Id },
  { missing, surplus }: Difference,
): Promise<void> {
  for (const id of missing) await timelines.pushArticle(sql, authorId, id, [userId]);
  for (const id of surplus) await timelines.dropArticle(sql, id, [userId]);
}

function lineKey({ userId, authorId }: { readonly userId: Id; readonly authorId: Id }): string {
  return `${userId} ${authorId}`;
}
