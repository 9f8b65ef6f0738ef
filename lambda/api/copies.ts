import { createHash } from 'node:crypto';
import type { Changes } from '../platform/changes';
import { AGE_HEADER, CACHE_HEADER } from './reading';

/** An answer to anybody, as it is sent. */
export interface Copy {
  readonly etag: string;
  /** Names and values in turns, as all that follows: so they need not be put together for each answer. */
  readonly headers: string[];
  /** Without those of a body. */
  readonly unchanged: string[];
  /** Its bytes as a `latin1` text: it goes out in one piece with the headers, a buffer would not. */
  readonly body: string;
  /** Its bytes compressed, from the first time that somebody takes them so. */
  zipped?: Promise<Zipped>;
  readonly changes: string;
  /** Monotonic milliseconds. */
  readonly until: number;
}

export interface Zipped {
  readonly headers: string[];
  readonly bytes: Buffer;
}

/** What is kept of an address, if it still counts, and what an answer that is made now is kept by. */
export interface Look {
  readonly copy?: Copy;
  readonly changes: string;
}

/** With an entry of the shared cache that it was made of, an answer is 3 s old at most. */
const COPY_MS = 1_000;
const MOST_BYTES = 32 * 2 ** 20;
const LARGEST_BYTES = 2 ** 20;
/** What came from the shared cache or went into it; of anything else, nobody would say that it is void. */
const SHARED = new Set(['hit', 'miss']);

/**
 * This process's copies of answers to those who have not said who they are: the addresses that are asked
 * for most are made once a second, or after a write, in place of each time. Each use asks the shared cache
 * whether anything has been written since, so that a copy is never older than the last write that was
 * acknowledged in this Region; where the shared cache does not answer, none counts.
 */
export class Copies {
  private readonly all = new Map<string, Copy>();
  private readonly making = new Map<string, Promise<void>>();
  private bytes = 0;

  constructor(
    private readonly changes: Changes,
    private readonly mostBytes = MOST_BYTES,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get size(): number {
    return this.all.size;
  }

  /** What counts without a look. */
  ready(url: string): Copy | undefined {
    const { known } = this.changes;
    return known === undefined ? undefined : this.valid(url, known);
  }

  /** Waits for whoever is making it, once. `undefined` where nothing can be kept now. */
  async look(url: string): Promise<Look | undefined> {
    const looked = await this.lookOnce(url);
    const making = looked?.copy === undefined ? this.making.get(url) : undefined;
    if (looked === undefined || making === undefined) return looked;
    await making;
    return await this.lookOnce(url);
  }

  /** While `make` runs, the others wait for what it keeps. Gives and throws what it does. */
  async one<T>(url: string, make: () => Promise<T>): Promise<T> {
    if (this.making.has(url)) return await make();
    const made = make();
    const ended = made.then(
      () => undefined,
      () => undefined,
    );
    this.making.set(url, ended);
    try {
      return await made;
    } finally {
      this.making.delete(url);
    }
  }

  /**
   * @param changes what {@link look} said before it was made
   * @param headers of the answer; its tag is added
   */
  keep(url: string, changes: string, headers: Record<string, string>, text: string): void {
    const etag = `"${createHash('sha1').update(text).digest('base64url')}"`;
    headers.etag = etag;
    if (!SHARED.has(headers[CACHE_HEADER] ?? '') || headers[AGE_HEADER] !== undefined) return;
    const body = Buffer.from(text).toString('latin1');
    if (body.length > LARGEST_BYTES) return;
    this.drop(url);
    const unchanged = { ...headers, [CACHE_HEADER]: 'hit' };
    const ofBody = { 'content-type': 'application/json', 'content-length': String(body.length) };
    this.all.set(url, {
      ...{ etag, body, changes, unchanged: flat(unchanged) },
      headers: flat({ ...unchanged, ...ofBody }),
      until: this.now() + COPY_MS,
    });
    this.bytes += weightOf(url, body);
    // The one that was made longest ago first.
    for (const [oldest] of this.all) {
      if (this.bytes <= this.mostBytes) break;
      this.drop(oldest);
    }
  }

  private async lookOnce(url: string): Promise<Look | undefined> {
    const changes = await this.changes.current();
    if (changes === undefined) return undefined;
    const copy = this.valid(url, changes);
    return copy === undefined ? { changes } : { copy, changes };
  }

  private valid(url: string, changes: string): Copy | undefined {
    const copy = this.all.get(url);
    if (copy !== undefined && copy.changes === changes && copy.until > this.now()) return copy;
    this.drop(url);
    return undefined;
  }

  private drop(url: string): void {
    const copy = this.all.get(url);
    if (copy === undefined) return;
    this.all.delete(url);
    this.bytes -= weightOf(url, copy.body);
  }
}

/** As Node takes them without looking at each name. */
export function flat(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flat();
}

/** Bytes, with what the compressed ones take at most. */
function weightOf(url: string, body: string): number {
  return url.length + 2 * body.length;
}
