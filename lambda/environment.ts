/**
 * The workload's whole environment: few and flat. Compute constructs pass exactly this record, so a
 * forgotten variable does not compile. Everything per shard is in the topology document.
 */
export interface WorkloadEnvironment {
  /** Region this process serves, for example `eu-central-1`. */
  readonly MERIDIAN_REGION: string;
  /** Strongly consistent control table that holds the topology document. */
  readonly TOPOLOGY_TABLE: string;
  /** Regions that hold a replica of the control table, nearest first, comma separated. */
  readonly TOPOLOGY_REGIONS: string;
  /** Global table of sessions; read and written in this Region. */
  readonly SESSION_TABLE: string;
  /** Global table of names and mail addresses; written only in the directory's home Region. */
  readonly DIRECTORY_TABLE: string;
  /** Name of the secret that signs session tokens and forwarded writes. */
  readonly SIGNING_SECRET: string;
  /** Name of the secret that the load balancer demands in the header `x-origin-verify`. */
  readonly ORIGIN_SECRET: string;
  /** Base URL of each Region's load balancer: `region=url,region=url`. */
  readonly PEER_URLS: string;
  /** TLS to the databases: `verify-full` everywhere but in the twin, which has no certificates. */
  readonly DATABASE_TLS: 'verify-full' | 'disable';
}

/** What the migration function needs; it seeds the topology document and brings schemas up to date. */
export interface MigrationEnvironment {
  readonly MERIDIAN_REGION: string;
  readonly TOPOLOGY_TABLE: string;
  readonly TOPOLOGY_REGIONS: string;
  readonly DATABASE_TLS: 'verify-full' | 'disable';
}
