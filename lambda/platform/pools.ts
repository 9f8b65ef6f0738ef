/**
 * Connections that one process opens to each database at each of its two endpoints, at most. What they add
 * up to beside what a database takes: `npx meridian review --sum`.
 */
export const SERVER_POOL_SIZE = 10;
/** Of a function's instance: a list asks its page and its count at once; messages go one by one. */
export const FUNCTION_POOL_SIZE = 2;
/** An instance serves one request at a time: one that waits longer for a shard's answer serves nobody else meanwhile. */
export const SLOW_SHARD_MS = 2_000;
