import { type Cache, CacheDown } from './cache';
import { RequestError } from './errors';

/** How often something may be done within a window that begins with the clock's. */
export interface RateLimit {
  readonly name: string;
  readonly most: number;
  readonly windowMs: number;
}

/** Counters of one process are forgotten when there are more. */
const MOST_COUNTERS = 10_000;

/**
 * Counts in the Region's cache, so that its servers count together; each for itself while the cache does
 * not answer. Whoever counts is known by name: addresses of clients are the firewall's business.
 */
export class RateLimiter {
  private readonly own = new Map<string, number>();

  constructor(
    private readonly cache: Pick<Cache, 'increment' | 'state'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws RequestError 429 with the seconds until the next window */
  async demand({ name, most, windowMs }: RateLimit, who: string): Promise<void> {
    const now = this.now();
    const window = Math.floor(now / windowMs);
    const key = `m1:rate:${name}:${who}:${window}`;
    const count = await this.count(key, windowMs);
    if (count <= most) return;
    const seconds = Math.max(1, Math.ceil(((window + 1) * windowMs - now) / 1_000));
    throw new RequestError(
      429,
      { rate: [`is limited to ${most} in ${windowMs / 1_000} s`] },
      seconds,
    );
  }

  private async count(key: string, windowMs: number): Promise<number> {
    if (this.cache.state !== 'off')
      try {
        return await this.cache.increment(key, windowMs);
      } catch (error) {
        if (!(error instanceof CacheDown)) throw error;
      }
    if (this.own.size >= MOST_COUNTERS) this.own.clear();
    const count = (this.own.get(key) ?? 0) + 1;
    this.own.set(key, count);
    return count;
  }
}

/** Of one user. */
export const WRITES: RateLimit = { name: 'writes', most: 12_000, windowMs: 60_000 };
/** Forms for uploads, of one user. */
export const UPLOADS: RateLimit = { name: 'uploads', most: 30, windowMs: 60_000 };
/** With one mail address. */
export const LOGINS: RateLimit = { name: 'logins', most: 30, windowMs: 60_000 };
