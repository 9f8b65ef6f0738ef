/**
 * The topology document: who writes what, and where. One item of the control table, seeded from the
 * declaration, cached by each server, replaced only by compare-and-set on `epoch`.
 */
export interface TopologyDocument {
  readonly schemaVersion: 1;
  /** Rises by one with every change; the condition of compare-and-set. */
  readonly epoch: number;
  /** Where names and mail addresses are written. */
  readonly directory: { readonly home: string };
  /** Contiguous ranges that cover 0..1023, first and last inclusive. */
  readonly logicalShards: readonly LogicalRange[];
  readonly shards: Readonly<Record<string, ShardLocation>>;
}

export interface LogicalRange {
  readonly first: number;
  readonly last: number;
  readonly shard: string;
}

export interface ShardLocation {
  /** The Region that writes this shard now. */
  readonly home: string;
  readonly state: 'serving' | 'fenced' | 'moving';
  readonly domains: Readonly<Record<string, DomainLocation>>;
}

export interface DomainLocation {
  /** Name of the PostgreSQL database. */
  readonly database: string;
  /** Name of the secret `{"username","password"}` of the domain's role, replicated to each Region. */
  readonly secret: string;
  /** By Region; a server connects to its own Region's only. Values are `host:port`. */
  readonly endpoints: Readonly<Record<string, Endpoints>>;
}

export interface Endpoints {
  readonly writer: string;
  readonly reader: string;
}

/** `ResourceProperties` of the migration custom resource: one per Region. */
export interface MigrationProperties {
  readonly ServiceToken: string;
  /**
   * JSON of a {@link TopologySeed}, used only where no topology document exists yet. A string,
   * because CloudFormation turns every number and boolean of a custom resource into text.
   */
  readonly Seed: string;
  /** This Region's clusters, by store and shard (`main.s0`). */
  readonly Clusters: Readonly<Record<string, ClusterLocation>>;
  /** Changes when the migrations change, so that CloudFormation runs them again. */
  readonly Version: string;
}

export interface TopologySeed {
  readonly directory: { readonly home: string };
  readonly logicalShards: readonly LogicalRange[];
  readonly shards: Readonly<
    Record<
      string,
      { readonly home: string; readonly domains: Readonly<Record<string, DomainSeed>> }
    >
  >;
}

export interface DomainSeed {
  /** Name of the store; with the shard's name the key into `Clusters`. */
  readonly store: string;
  readonly database: string;
  readonly secret: string;
}

export interface ClusterLocation {
  readonly writer: string;
  readonly reader: string;
  /** Name of the secret of the cluster's master user. */
  readonly masterSecret: string;
}
