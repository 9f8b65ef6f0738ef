/** Keys, fields and members are texts in Latin-1: one character a byte, so any bytes will do. */
export type Value =
  | { readonly kind: 'string'; readonly data: Buffer }
  | { readonly kind: 'hash'; readonly fields: Map<string, Buffer> }
  | { readonly kind: 'zset'; readonly scores: Map<string, number> };

/** What a key costs beside its own bytes and its value's, roughly as in Valkey. */
const KEY_OVERHEAD = 64;
/** The same of a field or a member. */
export const FIELD_OVERHEAD = 48;

interface Entry {
  readonly value: Value;
  bytes: number;
}

export interface KeyspaceOptions {
  /** What keys and values may take, in bytes; the least recently used go first. */
  readonly maxBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Keys with their values and their ends, within a fixed amount of memory. */
export class Keyspace {
  public readonly stats = { hits: 0, misses: 0, expired: 0, evicted: 0 };
  /** In the order of their last use. */
  private readonly entries = new Map<string, Entry>();
  /** When keys end, in milliseconds since the epoch. */
  private readonly ends = new Map<string, number>();
  private sweeping = this.ends.entries();
  private used = 0;

  public constructor(private readonly options: KeyspaceOptions) {}

  public get size(): number {
    return this.entries.size;
  }

  /** How many keys have an end. */
  public get ending(): number {
    return this.ends.size;
  }

  public get bytes(): number {
    return this.used;
  }

  public get maxBytes(): number {
    return this.options.maxBytes;
  }

  public now(): number {
    return this.options.now();
  }

  /** The value of a key, which counts as its use. */
  public get(key: string): Value | undefined {
    const entry = this.live(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  /** The same for reading, which statistics tell apart. */
  public read(key: string): Value | undefined {
    const value = this.get(key);
    this.stats[value === undefined ? 'misses' : 'hits'] += 1;
    return value;
  }

  /** @param end when it ends; `keep` for as before. @default it has no end */
  public set(key: string, value: Value, end?: number | 'keep'): void {
    const kept = end === 'keep' && this.live(key) !== undefined ? this.ends.get(key) : undefined;
    this.remove(key);
    const bytes = KEY_OVERHEAD + key.length + sizeOf(value);
    this.entries.set(key, { value, bytes });
    this.used += bytes;
    const at = end === 'keep' ? kept : end;
    if (at !== undefined) this.ends.set(key, at);
    this.evict();
  }

  /** Tells that a value was changed in its place. */
  public grew(key: string, bytes: number): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    entry.bytes += bytes;
    this.used += bytes;
    this.evict();
  }

  public delete(key: string): boolean {
    if (this.live(key) === undefined) return false;
    this.remove(key);
    return true;
  }

  /** @returns undefined where it has none, or there is no such key */
  public end(key: string): number | undefined {
    return this.ends.get(key);
  }

  /** Sets a key's end; one in the past is now. */
  public expire(key: string, end: number): boolean {
    if (this.live(key) === undefined) return false;
    if (end <= this.now()) this.remove(key);
    else this.ends.set(key, end);
    return true;
  }

  public clear(): void {
    this.entries.clear();
    this.ends.clear();
    this.used = 0;
  }

  /**
   * Removes keys whose time is over though nobody asked for them, some at a call.
   *
   * @param limit how many keys are looked at
   */
  public sweep(limit: number): number {
    const now = this.now();
    let removed = 0;
    for (let looked = 0; looked < limit; looked += 1) {
      const next = this.sweeping.next();
      if (next.done === true) {
        this.sweeping = this.ends.entries();
        break;
      }
      const [key, end] = next.value;
      if (end > now) continue;
      this.remove(key);
      this.stats.expired += 1;
      removed += 1;
    }
    return removed;
  }

  private live(key: string): Entry | undefined {
    const end = this.ends.get(key);
    if (end !== undefined && end <= this.now()) {
      this.remove(key);
      this.stats.expired += 1;
    }
    return this.entries.get(key);
  }

  private remove(key: string): void {
    this.used -= this.entries.get(key)?.bytes ?? 0;
    this.entries.delete(key);
    this.ends.delete(key);
  }

  /** What alone is larger than the memory goes at once. */
  private evict(): void {
    for (const key of this.entries.keys()) {
      if (this.used <= this.options.maxBytes) return;
      this.remove(key);
      this.stats.evicted += 1;
    }
  }
}

function sizeOf(value: Value): number {
  switch (value.kind) {
    case 'string':
      return value.data.length;
    case 'hash':
      return [...value.fields].reduce(
        (sum, [field, data]) => sum + FIELD_OVERHEAD + field.length + data.length,
        0,
      );
    case 'zset':
      return [...value.scores.keys()].reduce((sum, it) => sum + FIELD_OVERHEAD + it.length, 0);
  }
}
