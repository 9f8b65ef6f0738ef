import type { Degree } from '../data/graph';
import type { Id } from '../platform/ids';
import type { TopologyDocument } from '../topology';
import type { Dependencies } from './dependencies';
import { ofTheirShards, readAt } from './reading';

/**
 * The graph of who follows whom, as far as suggestions walk it. Here it is the adjacency that stands
 * with each follower (`follows`, by shard); a graph database would answer the same two questions.
 */
export interface FollowGraph {
  /** Whom somebody follows. */
  neighbours(id: Id): Promise<readonly Id[]>;
  /** Whom several follow, of each the newest so many, with how many of them do; may repeat an id. */
  neighboursOf(ids: readonly Id[], mostEach: number): Promise<readonly Degree[]>;
}

/** More would cost more than they tell. */
const MOST_NEIGHBOURS = 100;
const MOST_EACH = 50;

/** Whom most of those whom one follows follow, and one does not: the best first, ties by id. */
export async function suggest(graph: FollowGraph, id: Id, count: number): Promise<readonly Id[]> {
  const followed = await graph.neighbours(id);
  const through = followed.slice(0, MOST_NEIGHBOURS);
  if (through.length === 0) return [];
  const known = new Set([id, ...followed]);
  const degrees = new Map<Id, number>();
  for (const { id: other, n } of await graph.neighboursOf(through, MOST_EACH))
    if (!known.has(other)) degrees.set(other, (degrees.get(other) ?? 0) + n);
  return [...degrees]
    .sort(([one, n], [other, m]) => m - n || (BigInt(one) < BigInt(other) ? -1 : 1))
    .slice(0, count)
    .map(([other]) => other);
}

/** Over the adjacency in SQL, each part in its follower's shard. */
export function graphOf(deps: Dependencies, document: TopologyDocument): FollowGraph {
  return {
    neighbours: (id) => readAt(deps, document, id, 'followed', id),
    neighboursOf: async (ids, mostEach) => {
      const parts = await ofTheirShards<'followedByMany'>(
        deps,
        document,
        ids,
        'followedByMany',
        (some) => [some, mostEach],
      );
      return parts.flat();
    },
  };
}
