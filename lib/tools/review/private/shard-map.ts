import type { AssemblyResource, Json } from '../../assembly';
import { isJsonList, isJsonObject } from '../../assembly';
import { numberOf } from './view';
import type { View } from './view';

export interface ShardMap {
  /** Resource that seeds it. */
  readonly at: AssemblyResource;
  readonly seed: Json;
  readonly total: number;
  readonly ranges: readonly {
    readonly first: number;
    readonly last: number;
    readonly shard: string;
  }[];
  readonly shards: Readonly<Record<string, { readonly home: string }>>;
  /** Regions in which databases stand. */
  readonly regions: readonly string[];
}

/** Logical shards of the sample workload; see lib/config/shards.ts. */
const LOGICAL_SHARDS = 1024;

/** The map that each Region's migration seeds the topology document with. */
export const shardMapsOf = (view: View): readonly ShardMap[] =>
  view.all('Custom::MeridianMigration').flatMap((at) => {
    const seed = parse(view.text(at, 'Seed'));
    if (!isJsonObject(seed) || !isJsonObject(seed['shards'])) return [];
    const ranges = seed['logicalShards'];
    const shards = Object.entries(seed['shards']).map(([name, shard]) => {
      const home = isJsonObject(shard) && typeof shard['home'] === 'string' ? shard['home'] : '?';
      return [name, { home }] as const;
    });
    const clusters = view.all('AWS::RDS::DBCluster').map(({ stack }) => stack.region);
    return [
      {
        at,
        seed,
        total: LOGICAL_SHARDS,
        ranges: (isJsonList(ranges) ? ranges : []).filter(isJsonObject).map((it) => ({
          first: numberOf(it['first']) ?? -1,
          last: numberOf(it['last']) ?? -1,
          shard: typeof it['shard'] === 'string' ? it['shard'] : '?',
        })),
        shards: Object.fromEntries(shards),
        regions: [...new Set(clusters)],
      },
    ];
  });

function parse(text: string | undefined): Json {
  try {
    return JSON.parse(text ?? 'null') as Json;
  } catch {
    return null;
  }
}
