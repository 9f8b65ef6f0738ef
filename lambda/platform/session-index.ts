import type { Item, Table } from './dynamodb';
import type { Id } from './ids';

/** Attributes of sessions in an index item. */
const PREFIX = 's#';
/** What is kept where an item has grown too long for the table (400 KB). */
const MOST_KEPT = 200;

/**
 * Which sessions a user has: one item for each Region in which some were started, which only that Region
 * writes, because of two Regions' writes to one item of a global table the earlier is lost.
 */
function keyOf(userId: Id, region: string): string {
  return `user#${userId}#${region}`;
}

export async function rememberSession(
  table: Pick<Table, 'get' | 'put' | 'update'>,
  region: string,
  session: {
    readonly sid: string;
    readonly userId: Id;
    readonly createdAt: number;
    readonly expiresAt: number;
  },
): Promise<void> {
  const { sid, userId, createdAt, expiresAt } = session;
  const key = { sid: keyOf(userId, region) };
  try {
    await table.update(key, 'SET #session = :createdAt, expiresAt = :expiresAt', {
      names: { '#session': PREFIX + sid },
      values: { ':createdAt': createdAt, ':expiresAt': expiresAt },
    });
  } catch {
    // Full, or not to be had; the second is told by what follows.
    const item = (await table.get(key, { consistent: true })) ?? key;
    const kept = newestOf(item).slice(0, MOST_KEPT);
    await table.put({
      ...key,
      expiresAt,
      ...Object.fromEntries(kept.map(([id, at]) => [PREFIX + id, at])),
      [PREFIX + sid]: createdAt,
    });
  }
}

/** Newest first. */
export async function readSessionIds(
  table: Pick<Table, 'get'>,
  regions: readonly string[],
  userId: Id,
): Promise<readonly string[]> {
  const items = await Promise.all(
    regions.map((region) => table.get({ sid: keyOf(userId, region) }, { consistent: true })),
  );
  return items
    .flatMap((item) => (item === undefined ? [] : newestOf(item)))
    .sort(([, left], [, right]) => right - left)
    .map(([sid]) => sid);
}

function newestOf(item: Item): readonly (readonly [string, number])[] {
  return Object.entries(item)
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, at]) => [name.slice(PREFIX.length), Number(at)] as const)
    .sort(([, left], [, right]) => right - left);
}
