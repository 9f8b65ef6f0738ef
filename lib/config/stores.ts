import type { RegionName } from './declaration';
import type { Endpoint } from './endpoints-declaration';
import type { Proxy } from './proxy-declaration';
import type { DatabaseInsights, Statements } from './statements-declaration';
import type { KeyDeclaration } from './store-declaration';

/** A store with every default filled in; `engine` tells which. */
export type Store =
  AuroraStore | LimitlessStore | DynamoDbStore | DsqlStore | KeyspacesStore | NeptuneStore;

/** Units of 2 GiB with their processors. */
export interface CapacityUnits {
  readonly min: number;
  readonly max: number;
}

export interface AuroraStore {
  readonly name: string;
  readonly engine: 'aurora';
  readonly regions: readonly RegionName[];
  readonly birthRegion: RegionName;
  readonly engineVersion: string;
  /** `db.serverless` with `capacityUnits`. */
  readonly instanceClass: string;
  /** Between which instances grow, or `undefined` for those of a class. */
  readonly capacityUnits: CapacityUnits | undefined;
  readonly instancesPerRegion: number;
  /** Readers beyond `instancesPerRegion` come and go. */
  readonly maxInstancesPerRegion: number;
  /** Whether each shard has a cluster of its own. */
  readonly sharded: boolean;
  readonly proxy: Proxy | undefined;
  /** Regions whose members are storage without instances. */
  readonly headless: readonly RegionName[];
  readonly endpoints: readonly Endpoint[];
  readonly statements: Statements;
  readonly logicalReplication: boolean;
  readonly databaseInsights: DatabaseInsights;
}

export interface DynamoDbStore {
  readonly name: string;
  readonly engine: 'dynamodb';
  readonly consistency: 'eventual' | 'strong';
  /** Regions with a replica; the first owns the tables' stack. */
  readonly regions: readonly RegionName[];
  /** Of strong tables in two Regions. */
  readonly witnessRegion: RegionName | undefined;
  readonly tables: readonly Table[];
}

export interface DsqlStore {
  readonly name: string;
  readonly engine: 'dsql';
  /** One, or two that are peers. */
  readonly regions: readonly RegionName[];
  /** Of two Regions. */
  readonly witnessRegion: RegionName | undefined;
}

export interface KeyspacesStore {
  readonly name: string;
  readonly engine: 'keyspaces';
  /** Regions with a copy; the first owns the keyspace's stack. */
  readonly regions: readonly RegionName[];
  readonly tables: readonly WideTable[];
}

export interface NeptuneStore {
  readonly name: string;
  readonly engine: 'neptune';
  /** Regions with a copy; the first bears the cluster. */
  readonly regions: readonly RegionName[];
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly instancesPerRegion: number;
}

export interface LimitlessStore {
  readonly name: string;
  readonly engine: 'aurora-limitless';
  /** One. */
  readonly regions: readonly RegionName[];
  readonly engineVersion: string;
  readonly minAcu: number;
  readonly maxAcu: number;
  readonly computeRedundancy: number;
}

export interface WideTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly partitionKey: readonly string[];
  readonly clusteringKey: readonly { readonly name: string; readonly order: 'ASC' | 'DESC' }[];
  /** `undefined` where rows stay. */
  readonly timeToLiveSeconds: number | undefined;
}

export type TableKey = Required<KeyDeclaration>;

export interface TableIndex {
  readonly name: string;
  readonly partitionKey: TableKey;
  readonly sortKey: TableKey | undefined;
}

export interface Table extends TableIndex {
  readonly indexes: readonly TableIndex[];
  readonly timeToLive: string | undefined;
}

/** Stores of one engine, in the order of the declaration. */
export function storesOf<E extends Store['engine']>(
  { stores }: { readonly stores: readonly Store[] },
  engine: E,
): readonly Extract<Store, { readonly engine: E }>[] {
  return stores.filter(
    (store): store is Extract<Store, { readonly engine: E }> => store.engine === engine,
  );
}
