import type { ShardLocation } from '../topology';
import type { Databases, Domain, Queryable } from './databases';

/**
 * Between two looks, in milliseconds: a fifth of what the last arrivals took, within these. Half of that
 * lies before the first look, where it takes so long that nobody would find anything.
 */
const SHORTEST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;
const OF_USUAL = 0.2;
const BEFORE_FIRST = 0.5;
/** Share of the newest arrival in what is remembered of all. */
const NEWEST = 0.2;

/** A write, by the record that stands in the same transaction: see `idempotency` of its database. */
export interface WriteMark {
  readonly shard: ShardLocation;
  readonly domain: Domain;
  /** Of the record. */
  readonly key: string;
}

/**
 * Tells when this Region's readers show a write that was made elsewhere. All writes of a database that
 * are on their way are asked for together: the questions do not grow with the writes.
 */
export class Arrivals {
  private readonly watches = new Map<string, Watch>();

  constructor(private readonly databases: Pick<Databases, 'read'>) {}

  /** Whether it shows within so many milliseconds; a reader that fails shows nothing. */
  async seen({ shard, domain, key }: WriteMark, longestMs: number): Promise<boolean> {
    const database = shard.domains[domain];
    const name = JSON.stringify([database?.endpoints, database?.database]);
    const watch = this.watches.get(name) ?? new Watch();
    this.watches.set(name, watch);
    return await watch.wait(key, longestMs, (keys) =>
      this.databases.read(shard, domain, (sql) => arrivedAmong(sql, keys)),
    );
  }
}

/** Those of the records that stand in the database. */
export async function arrivedAmong(
  sql: Queryable,
  keys: readonly string[],
): Promise<readonly string[]> {
  const rows = await sql<{ key: string }[]>`
    select key from idempotency
    where key in (select jsonb_array_elements_text(${JSON.stringify(keys)}::text::jsonb))`;
  return rows.map((row) => row.key);
}

/** Which of the keys are there. */
type Look = (keys: readonly string[]) => Promise<readonly string[]>;

interface Waiter {
  readonly since: number;
  readonly tell: (arrived: boolean) => void;
}

/** One database of this Region. */
class Watch {
  private readonly waiting = new Map<string, Set<Waiter>>();
  private usualMs = 0;
  private looking = false;

  async wait(key: string, longestMs: number, look: Look): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const arrived = await new Promise<boolean>((tell) => {
      const waiter = { since: performance.now(), tell };
      this.of(key).add(waiter);
      timer = setTimeout(() => {
        this.leave(key, waiter);
        tell(false);
      }, longestMs);
      if (!this.looking) void this.keepLooking(look);
    });
    clearTimeout(timer);
    return arrived;
  }

  private async keepLooking(look: Look): Promise<void> {
    this.looking = true;
    const before = this.usualMs * BEFORE_FIRST;
    if (before >= SHORTEST_PAUSE_MS) await pause(Math.min(before, LONGEST_PAUSE_MS));
    while (this.waiting.size > 0) {
      const found = await look([...this.waiting.keys()]).catch(() => []);
      for (const key of found) this.arrive(key);
      if (this.waiting.size > 0) await pause(this.pauseMs);
    }
    this.looking = false;
  }

  private get pauseMs(): number {
    return Math.min(Math.max(this.usualMs * OF_USUAL, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
  }

  private of(key: string): Set<Waiter> {
    const waiters = this.waiting.get(key) ?? new Set();
    this.waiting.set(key, waiters);
    return waiters;
  }

  private arrive(key: string): void {
    const now = performance.now();
    for (const { since, tell } of this.waiting.get(key) ?? []) {
      this.usualMs += NEWEST * (now - since - this.usualMs);
      tell(true);
    }
    this.waiting.delete(key);
  }

  private leave(key: string, waiter: Waiter): void {
    const waiters = this.waiting.get(key);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.waiting.delete(key);
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
