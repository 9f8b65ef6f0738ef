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

export function changesKey(copy: number): string {
  return `m1:{changes:${copy}}`;
}

/**
 * Tells whether anything has been written in the Region: a text that differs after each write. Whoever
 * keeps an answer in their own memory compares it, in place of everything that the answer was made of.
 * All who ask in one turn of the event loop share one look, which begins after all of them have asked: what
 * was acknowledged before is in it.
 */
export class Changes {
  private readonly key: string;
  private asking: Promise<string | undefined> | undefined;

  constructor(
    private readonly cache: Cache,
    copy = Math.floor(Math.random() * COPIES),
  ) {
    this.key = changesKey(copy);
  }

  /** `undefined` where nobody can tell: nothing that is kept counts then. */
  current(): Promise<string | undefined> {
    if (this.cache.state !== 'ok') return Promise.resolve(undefined);
    return (this.asking ??= new Promise((resolve) => setImmediate(this.look, resolve)));
  }

  /** After the cache has been told what is void; whether it has taken note. */
  async note(): Promise<boolean> {
    if (this.cache.state === 'off') return true;
    const value = randomBytes(9).toString('base64url');
    const copies = Array.from({ length: COPIES }, (_, copy) => changesKey(copy));
    const done = await Promise.allSettled(copies.map((key) => this.cache.set(key, value, TTL_MS)));
    return done.every(({ status }) => status === 'fulfilled');
  }

  private readonly look = (resolve: (value: string | undefined) => void): void => {
    this.asking = undefined;
    this.cache.getAll([this.key]).then(
      ([value]) => {
        resolve(value ?? NONE);
      },
      () => {
        resolve(undefined);
      },
    );
  };
}
