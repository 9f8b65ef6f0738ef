import type { RegionName } from './declaration';

/** Each Region's Valkey. It holds copies only. `kind` decides which other properties there are. */
export type CacheDeclaration = NodesCacheDeclaration | ServerlessCacheDeclaration;

/** Nodes of a chosen type, over zones, failing over by themselves. */
export interface NodesCacheDeclaration {
  /** @default nodes */
  readonly kind?: 'nodes';
  /** Node type, equal in every Region. @default cache.m7g.large */
  readonly nodeType?: string;
  /** Replicas beside each primary, in other zones, 1 to 5. @default 1 */
  readonly replicas?: number;
  /**
   * Cluster mode: parts of the keys, 1 to 250, each with a primary and replicas of its own; clients are told
   * which node has a key. Between one and several all of it is replaced, which costs copies only.
   * @default no cluster mode: one primary has every key
   */
  readonly shards?: number;
  /**
   * One Region's cache copied to others, where it is read and refuses writes. Only for a service that is not
   * the sample workload, which writes the cache of every Region.
   * @default none: each Region's cache is its own
   */
  readonly globalDatastore?: GlobalDatastoreDeclaration;
}

/** Immutable where it stands: ElastiCache moves the primary, and this is where it was created. */
export interface GlobalDatastoreDeclaration {
  /** Where it is written. @default the deployment's `birthRegion` */
  readonly primary?: RegionName;
  /** At most two others. @default every other Region of the deployment */
  readonly secondaries?: readonly RegionName[];
}

/** Without nodes: it grows and shrinks with its use, in cluster mode, over zones. */
export interface ServerlessCacheDeclaration {
  readonly kind: 'serverless';
  /** Most that it holds, in GB, 1 to 5000; then keys give way. @default 10 */
  readonly maxStorageGb?: number;
  /** Held ready and billed, in GB, at most `maxStorageGb`. @default none */
  readonly minStorageGb?: number;
  /** Most work a second, in ElastiCache processing units, 1000 to 15000000; beyond it is refused. @default 30000 */
  readonly maxEcpuPerSecond?: number;
  /** Held ready and billed, at most `maxEcpuPerSecond`. @default none */
  readonly minEcpuPerSecond?: number;
  /** Days that daily snapshots are kept, 0 to 35. @default 0: it holds copies only */
  readonly snapshotDays?: number;
  /**
   * Id of a group of users that exists in every Region, and who else is refused. Only for a service that is
   * not the sample workload, which the network alone admits. @default none
   */
  readonly userGroup?: string;
}

/** The same with every default filled in. */
export type Cache = NodesCache | ServerlessCache;

export interface NodesCache {
  readonly kind: 'nodes';
  readonly nodeType: string;
  /** Beside each primary. */
  readonly replicas: number;
  /** `undefined` for no cluster mode. */
  readonly shards: number | undefined;
  readonly globalDatastore: GlobalDatastore | undefined;
}

export interface GlobalDatastore {
  readonly primary: RegionName;
  readonly secondaries: readonly RegionName[];
}

export interface ServerlessCache {
  readonly kind: 'serverless';
  readonly maxStorageGb: number;
  readonly minStorageGb: number | undefined;
  readonly maxEcpuPerSecond: number;
  readonly minEcpuPerSecond: number | undefined;
  readonly snapshotDays: number;
  readonly userGroup: string | undefined;
}

/** Whether clients are told which node has a key. */
export function isClustered(cache: Cache): boolean {
  return cache.kind === 'serverless' || cache.shards !== undefined;
}

/** What a Region's cache is to the global datastore; `alone` where it is no part of one. */
export function datastoreRole(cache: Cache, region: RegionName): 'alone' | 'primary' | 'secondary' {
  if (cache.kind === 'serverless' || cache.globalDatastore === undefined) return 'alone';
  const { primary, secondaries } = cache.globalDatastore;
  if (region === primary) return 'primary';
  return secondaries.includes(region) ? 'secondary' : 'alone';
}
