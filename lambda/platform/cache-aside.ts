import { randomBytes } from 'node:crypto';
import { type Apart, IN_PLACE } from './admission';
import { type Cache, CacheDown } from './cache';
import {
  type CacheEntry,
  encode,
  type Found,
  foundOf,
  generationKey,
  keptMs,
  type Keys,
  keysOf,
  NONE,
  type NoteAge,
  shownInstead,
  type Stored,
} from './cache-entry';
import { readMany } from './cache-many';
import { isOutage } from './errors';
import type { Near } from './near';
import { startStopwatch } from './stopwatch';

export type { CacheEntry, NoteAge } from './cache-entry';

export type CacheOutcome = 'hit' | 'miss' | 'stale' | 'off' | 'down';

export interface CacheAnswer {
  readonly text: string | undefined;
  readonly outcome: CacheOutcome;
}

type Load = () => Promise<string | undefined>;

/** An invalidation is remembered for longer than anything that was loaded before it. */
const GENERATION_TTL_MS = 60_000;
/** Who loads for all processes has this long; the others wait less, then load for themselves. */
const LOCK_TTL_MS = 1_000;
const LONGEST_WAIT_MS = 200;
const POLL_MS = 10;

/**
 * Reads through a cache that is never the truth. Each scope has a *generation*, which a write changes
 * after it has become visible in the Region; an entry holds the one that was seen before it was
 * loaded, and counts only while it is still the same. So a load that a write overtook is never served
 * to anybody who comes after the write's answer.
 *
 * One load at a time for each process, entry and generation; among processes, one holds a short lock.
 * An entry is refreshed early by one reader, the likelier the closer its end and the longer its load
 * takes (Vattani et al., "Optimal probabilistic cache stampede prevention", VLDB 2015).
 */
export class CacheAside {
  private readonly flights = new Map<string, Promise<CacheAnswer>>();
  private readonly many = new Map<string, Promise<string | undefined>>();

  constructor(
    private readonly cache: Cache,
    private readonly now: () => number = Date.now,
    private readonly random: () => number = Math.random,
    /** This process's copies of hot entries. */
    private readonly near?: Near,
  ) {}

  get state(): Cache['state'] {
    return this.cache.state;
  }

  /**
   * What `load` gives, from the cache where it is there. Throws what `load` throws, nothing else; where that
   * is an outage, and somebody takes note of the age, the last text that was known is given instead.
   *
   * @param apart waits for what somebody else is loading
   */
  async read(
    entry: CacheEntry,
    load: Load,
    noteAge?: NoteAge,
    apart: Apart = IN_PLACE,
  ): Promise<CacheAnswer> {
    if (this.cache.state === 'off') return { text: await load(), outcome: 'off' };
    const keys = keysOf(entry);
    let found: Found;
    try {
      found = await this.lookUp(keys, entry.near === true ? this.near : undefined);
    } catch {
      return { text: await load(), outcome: 'down' };
    }
    const { generation, stored, old } = found;
    const hit: CacheAnswer | undefined = stored && { text: stored.text, outcome: 'hit' };
    if (stored !== undefined && hit !== undefined && !this.isNearItsEnd(stored)) return hit;
    const flight = `${keys.entry} ${generation}`;
    const flying = this.flights.get(flight);
    if (flying !== undefined && hit !== undefined) return hit;
    try {
      if (flying !== undefined) return await apart(() => flying);
      return await this.takeOff(flight, this.fill(entry, keys, generation, hit, load));
    } catch (error) {
      const text = isOutage(error) ? shownInstead(entry, old, this.now(), noteAge) : undefined;
      if (text === undefined) throw error;
      return { text, outcome: 'stale' };
    }
  }

  /** What there is of many, by id, in one look-up and one load of what is missing. */
  async readAll<Id>(
    ids: readonly Id[],
    entryOf: (id: Id) => CacheEntry,
    load: (missing: readonly Id[]) => Promise<ReadonlyMap<Id, string>>,
    noteAge?: NoteAge,
    apart: Apart = IN_PLACE,
  ): Promise<ReadonlyMap<Id, string>> {
    if (ids.length === 0) return new Map();
    if (this.cache.state === 'off') return await load(ids);
    const read = { ids, entryOf, load, now: this.now, noteAge, apart, near: this.near };
    return await readMany(this.cache, this.many, read);
  }

  /** Stores what has just been made and cannot have been invalidated yet; best effort. */
  async store(entry: CacheEntry, text: string): Promise<void> {
    if (this.cache.state === 'off') return;
    await this.put(entry, keysOf(entry), { generation: NONE, text, loadMs: 0 }).catch(ignoreDown);
  }

  /** Makes all entries of the scopes void; whether the cache has taken note. */
  async invalidate(scopes: readonly string[]): Promise<boolean> {
    if (this.cache.state === 'off') return true;
    const generation = randomBytes(9).toString('base64url');
    const done = await Promise.allSettled(
      scopes.map((scope) => this.cache.set(generationKey(scope), generation, GENERATION_TTL_MS)),
    );
    return done.every(({ status }) => status === 'fulfilled');
  }

  close(): void {
    this.cache.close();
  }

  private takeOff(flight: string, filled: Promise<CacheAnswer>): Promise<CacheAnswer> {
    const answer = filled.finally(() => {
      this.flights.delete(flight);
    });
    this.flights.set(flight, answer);
    return answer;
  }

  private async fill(
    entry: CacheEntry,
    keys: Keys,
    generation: string,
    hit: CacheAnswer | undefined,
    load: Load,
  ): Promise<CacheAnswer> {
    const lock = `${keys.entry}:lock:${generation}`;
    const held = await this.cache.add(lock, '1', LOCK_TTL_MS).catch(() => true);
    if (!held) {
      const other = hit ?? (await this.waitForOther(keys, generation));
      if (other !== undefined) return other;
    }
    const elapsed = startStopwatch();
    try {
      const text = await load();
      await this.put(entry, keys, { generation, text, loadMs: elapsed() }).catch(ignoreDown);
      return { text, outcome: 'miss' };
    } finally {
      if (held) await this.cache.delete(lock).catch(ignoreDown);
    }
  }

  /** What another process loads meanwhile; `undefined` if it takes too long. */
  private async waitForOther(keys: Keys, generation: string): Promise<CacheAnswer | undefined> {
    const elapsed = startStopwatch();
    while (elapsed() < LONGEST_WAIT_MS) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      try {
        const found = await this.lookUp(keys);
        if (found.generation !== generation) return undefined;
        if (found.stored !== undefined) return { text: found.stored.text, outcome: 'hit' };
      } catch {
        return undefined;
      }
    }
    return undefined;
  }

  private async lookUp(keys: Keys, near?: Near): Promise<Found> {
    const seen = near?.get(keys.entry, this.now());
    if (seen !== undefined) return { generation: seen.generation, stored: seen, old: seen };
    const stamp = near?.stampOf(keys.entry);
    const [generation, text] = await this.cache.getAll([keys.generation, keys.entry]);
    const found = foundOf(generation, text, this.now());
    near?.keep(keys.entry, found.stored, stamp);
    return found;
  }

  private isNearItsEnd({ expires, loadMs }: Stored): boolean {
    return this.now() - loadMs * Math.log(1 - this.random()) >= expires;
  }

  /** The time counts from the beginning of the load, also where this process stood still meanwhile. */
  private async put(entry: CacheEntry, keys: Keys, loaded: Omit<Stored, 'expires'>): Promise<void> {
    const ttlMs = loaded.text === undefined ? entry.negativeTtlMs : entry.ttlMs;
    // Entries that were made together do not end together.
    const left = Math.floor(ttlMs * (0.9 + this.random() / 10) - loaded.loadMs);
    if (left < 1) return;
    const value = encode({ ...loaded, expires: this.now() + left });
    await this.cache.set(keys.entry, value, keptMs(entry, loaded.text, left));
  }
}

function ignoreDown(error: unknown): void {
  if (!(error instanceof CacheDown)) throw error;
}
