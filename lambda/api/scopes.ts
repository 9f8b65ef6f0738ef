import { createHash } from 'node:crypto';
import type { CacheEntry } from '../platform/cache-aside';
import { usernameKey } from '../platform/directory';
import type { Id } from '../platform/ids';

/**
 * Writes of other Regions are seen after the replicas' lag, at most this, and the second for which a server
 * keeps an answer of its own (`copies.ts`).
 */
const TTL_MS = 2_000;
/** So long may be remembered that an article is not there; it may just be on its way. */
const NEGATIVE_TTL_MS = 1_000;

/** So long reads go on from the cache, with their age, where what they need cannot be reached. */
const STALE_MS = 300_000;

/** What is read together becomes void together. */
export const scopes = {
  /** Which articles there are, and the tags. */
  all: 'articles',
  /** What an article says, its count of favourites included. */
  article: (id: Id) => `article:${id}`,
  comments: (id: Id) => `comments:${id}`,
  /** Which articles an author has. */
  author: (id: Id) => `author:${id}`,
  /** Which articles a tag has. */
  tag: (tag: string) => `tag:${createHash('sha256').update(tag).digest('base64url').slice(0, 22)}`,
  /** What a user shows to others. */
  user: (id: Id) => `user:${id}`,
  /** Whose a name is. */
  name: (username: string) => `name:${usernameKey(username)}`,
} as const;

export function entryOf(scope: string, name: string): CacheEntry {
  return {
    scope,
    name,
    ttlMs: TTL_MS,
    negativeTtlMs: NEGATIVE_TTL_MS,
    staleMs: STALE_MS,
    near: true,
  };
}
