import type { RegionName } from './declaration';
import type { EndpointDeclaration } from './endpoints-declaration';
import type { ProxyDeclaration } from './proxy-declaration';
import type { DatabaseInsights, StatementsDeclaration } from './statements-declaration';

/** What a store runs on; docs/engines.md says when to choose which. */
export const ENGINES = [
  'aurora',
  'aurora-limitless',
  'dynamodb',
  'dsql',
  'keyspaces',
  'neptune',
] as const;
export type EngineName = (typeof ENGINES)[number];

/** What one engine holds; `engine` decides which other properties there are. */
export type StoreDeclaration =
  | AuroraStoreDeclaration
  | LimitlessStoreDeclaration
  | DynamoDbStoreDeclaration
  | DsqlStoreDeclaration
  | KeyspacesStoreDeclaration
  | NeptuneStoreDeclaration;

/** PostgreSQL: one or more clusters that hold one or more domains. */
export interface AuroraStoreDeclaration {
  readonly engine: 'aurora';
  /** Regions that hold a copy. @default every Region of the deployment */
  readonly regions?: readonly RegionName[];
  /** Immutable: where the cluster is created. @default the deployment's `birthRegion` */
  readonly birthRegion?: RegionName;
  /** Aurora PostgreSQL version. @default 17.7 */
  readonly engineVersion?: string;
  /** Instance class, equal in every Region. @default db.r8g.large */
  readonly instanceClass?: string;
  /**
   * Instances that grow and shrink by themselves (Serverless v2) in place of a class: units of 2 GiB with
   * their processors, 0.5 to 256 in steps of 0.5. A copy in another Region wants 8 at the least.
   * @default instances of `instanceClass`
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
   */
  readonly capacityUnits?: { readonly min: number; readonly max: number };
  /** Instances in each Region, 1 to 16. @default 2, a writer and a reader in another zone */
  readonly instancesPerRegion?: number;
  /**
   * Most instances in each Region, up to 16: beyond `instancesPerRegion` readers come and go with the
   * processors' load. @default 8 at stage `replicated`, else as many as `instancesPerRegion`
   */
  readonly maxInstancesPerRegion?: number;
  /**
   * Whether each shard has a cluster of its own. `false` is one cluster for everybody, at home where
   * the deployment was born, for what is not cut by user, such as a search index over all of them.
   * @default true
   */
  readonly sharded?: boolean;
  /** A pool of connections before each cluster, in each Region. @default false: servers connect themselves */
  readonly proxy?: ProxyDeclaration | false;
  /**
   * Regions whose copies are storage without instances: as far behind as any other, a fraction of the price, and
   * nobody reads or is moved there. To move there, take the Region out of this list first and deploy.
   * @default none
   */
  readonly headless?: readonly RegionName[];
  /** Readers under names of their own, at most four, such as some for analytics alone. @default none */
  readonly endpoints?: Readonly<Record<string, EndpointDeclaration>>;
  /** Which statements are logged, and which are stopped. */
  readonly statements?: StatementsDeclaration;
  /**
   * Whether changes can be decoded from the log, for whoever replicates out of it (a move to another engine,
   * blue/green, change data capture). Costs writes of the log; a slot that nobody reads fills the storage.
   * Of a cluster that exists already it holds from the next reboot of its instances on.
   * @default false
   */
  readonly logicalReplication?: boolean;
  /** How long the load of each statement is kept, and whether all clusters are seen together. @default by the stage */
  readonly databaseInsights?: DatabaseInsights;
}

/** What a table's items are found by. */
export interface KeyDeclaration {
  readonly name: string;
  /** Text, number or binary. @default S */
  readonly type?: 'S' | 'N' | 'B';
}

/** A second way to find a table's items, with all of their attributes. */
export interface TableIndexDeclaration {
  readonly partitionKey: KeyDeclaration;
  /** @default none */
  readonly sortKey?: KeyDeclaration;
}

export interface TableDeclaration extends TableIndexDeclaration {
  /** At most 20. @default none */
  readonly indexes?: Readonly<Record<string, TableIndexDeclaration>>;
  /**
   * Attribute with the epoch second after which an item is deleted; not with strong consistency.
   * @default items stay
   */
  readonly timeToLive?: string;
}

/** Key-value tables, each with a replica in every Region of the store. */
export interface DynamoDbStoreDeclaration {
  readonly engine: 'dynamodb';
  readonly tables: Readonly<Record<string, TableDeclaration>>;
  /**
   * Immutable. `eventual`: every Region writes its own replica, and the last writer wins. `strong`: a
   * write is in a second Region before it is acknowledged and every read sees it: exactly three Regions
   * of one Region set, or two and a witness; no time to live, no transactions.
   * @default eventual
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/multi-region-strong-consistency-gt.html
   */
  readonly consistency?: 'eventual' | 'strong';
  /**
   * Regions with a replica. AWS changes one in an update, of a strong table none.
   * @default every Region of the deployment; `tableRegions` where that is declared and they are eventual
   */
  readonly regions?: readonly RegionName[];
  /** With `strong` and two Regions: the third of the set, which keeps changes but no items. @default none */
  readonly witnessRegion?: RegionName;
}

/** PostgreSQL without servers, written in each of its Regions at once, nothing acknowledged ever lost. */
export interface DsqlStoreDeclaration {
  readonly engine: 'dsql';
  /** One Region, or two of one Region set. @default every Region of the deployment */
  readonly regions?: readonly RegionName[];
  /** With two Regions, needed: a third of their set, which keeps changes and answers nobody. */
  readonly witnessRegion?: RegionName;
}

/** A table of a keyspace; what it is decides itself when it is created. */
export interface WideTableDeclaration {
  /** Scalar CQL types by the name of the column; no `counter`. */
  readonly columns: Readonly<Record<string, string>>;
  /** Columns that decide where a row is. */
  readonly partitionKey: readonly string[];
  /** Columns by which rows of a partition are ordered, `COLUMN` or `COLUMN desc`. @default none */
  readonly clusteringKey?: readonly string[];
  /** Seconds after which a row is deleted unless a write says otherwise. @default rows stay */
  readonly timeToLiveSeconds?: number;
}

/** Wide columns by Cassandra's protocol: one keyspace, written in each of its Regions. */
export interface KeyspacesStoreDeclaration {
  readonly engine: 'keyspaces';
  readonly tables: Readonly<Record<string, WideTableDeclaration>>;
  /** Regions with a copy; no opt-in Regions. @default every Region of the deployment */
  readonly regions?: readonly RegionName[];
}

/** Graphs, asked by Gremlin, openCypher or SPARQL: written in one Region, copied to the others. */
export interface NeptuneStoreDeclaration {
  readonly engine: 'neptune';
  /**
   * Regions with a copy, at most six; the birth Region, where it is one of them, else the first bears
   * the cluster. With two or more a global database stands around it.
   * @default every Region of the deployment
   */
  readonly regions?: readonly RegionName[];
  /** Neptune version, 1.3 or later. @default 1.4.5.1 */
  readonly engineVersion?: string;
  /** Instance class, equal in every Region; none that bursts. @default db.r5.large */
  readonly instanceClass?: string;
  /** Instances in each Region, 2 to 16, dealt out over its zones. @default 2, a writer and a reader */
  readonly instancesPerRegion?: number;
}

/** PostgreSQL that the engine itself divides over shards behind routers; in one Region, entered by moving data. */
export interface LimitlessStoreDeclaration {
  readonly engine: 'aurora-limitless';
  /** One Region: no global database takes it. @default the birth Region */
  readonly regions?: readonly RegionName[];
  /** A version for Limitless, `16.N-limitless`. @default 16.9-limitless */
  readonly engineVersion?: string;
  /** Fewest capacity units of routers and shards together, 16 to `maxAcu`; they bill all the time. @default 16 */
  readonly minAcu?: number;
  /**
   * Most capacity units, up to 6144. At the creation it also decides how many routers and shards there
   * are, which later grow by splitting alone.
   */
  readonly maxAcu: number;
  /** Standbys of each shard in other zones, 0 to 2, each at the price of the shard. @default 1 */
  readonly computeRedundancy?: number;
}
