/**
 * A store of short-lived texts that may forget any of them at any time, and may not answer at all.
 * Every operation rejects with {@link CacheDown} then, soon.
 */
export interface Cache {
  /** `off` where none is configured, `down` while the last attempts failed. */
  readonly state: 'off' | 'ok' | 'down';
  /** Values in the order of the keys. */
  getAll(keys: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Whole milliseconds, at least one. */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Sets a key that does not exist; whether it did not. */
  add(key: string, value: string, ttlMs: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Adds one and answers the count; it begins anew after `ttlMs`. */
  increment(key: string, ttlMs: number): Promise<number>;
  close(): void;
}

export class CacheDown extends Error {
  constructor(cause?: unknown) {
    super('the cache does not answer', { cause });
    this.name = 'CacheDown';
  }
}

/** Where no cache is configured. */
export const NO_CACHE: Cache = {
  state: 'off',
  getAll: down,
  set: down,
  add: down,
  delete: down,
  increment: down,
  close: () => undefined,
};

function down(): Promise<never> {
  return Promise.reject(new CacheDown());
}
