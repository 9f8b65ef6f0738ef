import { randomBytes } from 'node:crypto';
import type { Cache } from './cache';

/** Longer than anything that is kept by what it says. */
const TTL_MS = 60_000;
/**
 * Every server reads it all the time, so that no one shard of the cache could bear it: a write sets as many
 * copies, a process reads one of them.
 */
export const COPIES = 8;
/** Of a Region in which nothing has changed lately. */
const NONE = '-';
/** For so long after a look began, nobody looks again. */
const TRUST_MS = 5;
/** A write is answered so long after it was noted: longer, because clocks and timers are not exact. */
const SETTLE_MS = 8;

export function changesKey(copy: number): string {
  return `m1:{changes:${copy}}`;
}

/**
 * Tells whether anything has been written in the Region: a text that differs after each write. Whoever
 * keeps an answer in their own memory compares it, in place of everything that the answer was made of.
 * All who ask in one turn of the event loop share one look, which begins after all of them have asked: what
 * was acknowledged before is in it. What a look has told counts for a few milliseconds from its begin, because no
 * write is answered before as many have passed since it was noted ({@link settled}): whoever asks after that answer
 * is told of the write.
 */
export class Changes {
  private readonly key: string;
  private asking: Promise<string | undefined> | undefined;
  private told: string | undefined;
  /** Monotonic milliseconds. */
  private knownUntil = 0;

  constructor(
    private readonly cache: Cache,
    copy = Math.floor(Math.random() * COPIES),
    private readonly trustMs = TRUST_MS,
  ) {
    this.key = changesKey(copy);
  }

  /** What a look has told that still counts. */
  get known(): string | undefined {
    const counts = performance.now() < this.knownUntil && this.cache.state === 'ok';
    return counts ? this.told : undefined;
  }

  /** `undefined` where nobody can tell: nothing that is kept counts then. */
  current(): Promise<string | undefined> {
    if (this.cache.state !== 'ok') return Promise.resolve(undefined);
    const { known } = this;
    if (known !== undefined) return Promise.resolve(known);
    return (this.asking ??= new Promise((resolve) => setImmediate(this.look, resolve)));
  }

  /** After the cache has been told what is void; whether it has taken note. */
  async note(): Promise<boolean> {
    if (this.cache.state === 'off') return true;
    const value = randomBytes(9).toString('base64url');
    // Here it is known at once.
    this.knownUntil = 0;
    const copies = Array.from({ length: COPIES }, (_, copy) => changesKey(copy));
    const done = await Promise.allSettled(copies.map((key) => this.cache.set(key, value, TTL_MS)));
    this.knownUntil = 0;
    return done.every(({ status }) => status === 'fulfilled');
  }

  /** When nobody counts on a look from before that moment any more. @param notedAt of `performance.now()` */
  async settled(notedAt: number): Promise<void> {
    if (this.cache.state === 'off') return;
    const until = notedAt + SETTLE_MS;
    // A timer counts from when the turn began that set it, and may be early by as much.
    for (let left = until - performance.now(); left > 0; left = until - performance.now())
      await new Promise((resolve) => setTimeout(resolve, Math.ceil(left)));
  }

  private readonly look = (resolve: (value: string | undefined) => void): void => {
    this.asking = undefined;
    const began = performance.now();
    this.cache.getAll([this.key]).then(
      ([value = NONE]) => {
        this.told = value;
        this.knownUntil = began + this.trustMs;
        resolve(value);
      },
      () => {
        this.told = undefined;
        resolve(undefined);
      },
    );
  };
}
