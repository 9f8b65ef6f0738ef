import type { Stored } from './cache-entry';
import type { Changes } from './changes';

/** Asked for so often in a second, an entry is hot: its slot of the cache would bear what all servers are asked. */
const HOT = 8;
const WINDOW_MS = 1_000;
const MOST_ENTRIES = 2_000;
/** Longer texts are kept by few, and would be most of the memory. */
const LONGEST = 65_536;

interface Kept {
  readonly stored: Stored;
  readonly changes: string;
}

/**
 * A server's copies of hot entries of the shared cache: as many as there are servers, in place of one in one
 * slot. One counts while nothing has been written in the Region since the look by which it was taken, and no longer
 * than the entry itself, so that it is never older than what the shared cache would have given.
 */
export class Near {
  private readonly kept = new Map<string, Kept>();
  private readonly asked = new Map<string, number>();
  private since = 0;

  constructor(private readonly changes: Pick<Changes, 'known' | 'current'>) {}

  /** @param now epoch milliseconds */
  get(key: string, now: number): Stored | undefined {
    this.count(key);
    const seen = this.kept.get(key);
    if (seen === undefined) return undefined;
    if (seen.changes === this.changes.known && seen.stored.expires > now) return seen.stored;
    this.kept.delete(key);
    return undefined;
  }

  /** By what an entry is kept that is looked up from now on; `undefined` where it is not. */
  stampOf(key: string): string | undefined {
    if ((this.asked.get(key) ?? 0) < HOT) return undefined;
    const { known } = this.changes;
    // For the next one: this one's look would have to wait for it.
    if (known === undefined) void this.changes.current();
    return known;
  }

  /** @param changes what {@link stampOf} said before it was looked up */
  keep(key: string, stored: Stored | undefined, changes: string | undefined): void {
    if (stored === undefined || changes === undefined) return;
    if ((stored.text?.length ?? 0) > LONGEST) return;
    this.kept.delete(key);
    this.kept.set(key, { stored, changes });
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_ENTRIES && oldest !== undefined) this.kept.delete(oldest);
  }

  private count(key: string): void {
    const now = performance.now();
    if (now - this.since >= WINDOW_MS || this.asked.size > 10 * MOST_ENTRIES) {
      this.asked.clear();
      this.since = now;
    }
    this.asked.set(key, (this.asked.get(key) ?? 0) + 1);
  }
}
