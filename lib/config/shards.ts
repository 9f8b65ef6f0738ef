/** User ids fall into this many logical shards, for ever; shards hold ranges of them. */
export const LOGICAL_SHARDS = 1024;

/** First and last logical shard of a range, inclusive. */
export type LogicalSpan = readonly [first: number, last: number];

/**
 * Contiguous ranges over all logical shards, equal to within one.
 * @throws RangeError unless 1 ≤ `count` ≤ {@link LOGICAL_SHARDS}
 */
export function equalSplit(count: number): readonly LogicalSpan[] {
  if (!Number.isInteger(count) || count < 1 || count > LOGICAL_SHARDS) {
    throw new RangeError(`\`count\` must be an integer of 1 to ${LOGICAL_SHARDS}, got: ${count}`);
  }
  const start = (index: number): number => Math.floor((index * LOGICAL_SHARDS) / count);
  return Array.from({ length: count }, (_, index) => [start(index), start(index + 1) - 1] as const);
}
