import { shardOf, type TopologyDocument } from '../topology';
import { type Id, logicalShardOf } from './ids';

/** By the name of the shard of whoever is named, each in the order given. */
export function byShard<T>(
  document: TopologyDocument,
  all: readonly T[],
  whose: (one: T) => Id,
): ReadonlyMap<string, readonly T[]> {
  return groupBy(all, (one) => shardOf(document, logicalShardOf(whose(one))).name);
}

export function groupBy<T>(
  all: readonly T[],
  keyOf: (one: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
