/**
 * What a failover reads and changes of the topology document. It has more fields than these (see
 * lambda/topology.ts), and those are kept as they are.
 */
export interface Topology {
  /** Rises by one with every change; the condition of compare-and-set. */
  readonly epoch: number;
  readonly directory: { readonly home: string };
  readonly shards: Readonly<Record<string, ShardRecord>>;
}

export interface ShardRecord {
  /** The Region that writes it. */
  readonly home: string;
  readonly state: 'serving' | 'fenced' | 'moving';
  /** Rises with every change of who may write it. */
  readonly epoch: number;
  /**
   * Set while it is fenced, once a lease has gone by: the Region whose standby is being promoted. A
   * failover that was interrupted goes on with it.
   */
  readonly successor?: string;
}

/** The strongly consistent table that holds the topology document. */
export interface ControlTable {
  read(): Promise<Topology>;
  /** Compare-and-set on the document's epoch; false where somebody else was faster. */
  replace(next: Topology, expectedEpoch: number): Promise<boolean>;
}

/** One Region's copy of a shard. */
export interface Member {
  readonly region: string;
  /** `headless` is storage without an instance: it follows, and cannot be promoted before it has one. */
  readonly role: 'writer' | 'standby' | 'headless' | 'unreachable';
  /** How much of the write-ahead log it holds, in bytes; meaningless where it is unreachable. */
  readonly position: bigint;
  /** Epoch milliseconds of the newest transaction it shows; undefined where that is not known. */
  readonly newestAt?: number;
  /** How far it is behind its writer; undefined where that is not known, or told by `position`. */
  readonly lagSeconds?: number;
}

/** With every write of the old writer, which becomes a standby; or without those that have not come. */
export type How = 'switchover' | 'failover';

/** The shards' databases: streaming replication in the twin, global databases on AWS. */
export interface Databases {
  /** Every Region's copy, in the declared order. */
  survey(shard: string): Promise<readonly Member[]>;
  /** Resolves when the Region's copy takes writes; at once where it does already. */
  promote(shard: string, region: string, how: How): Promise<void>;
}

/** Asks the servers of a Region to close their database. */
export interface Fencer {
  /** Best effort and bounded: whether the database said that it is closed. Never throws. */
  close(shard: string, region: string, epoch: number): Promise<boolean>;
}

/** Keeps users away from a Region, until somebody brings it back. */
export interface Steering {
  /** Idempotent. */
  drain(region: string): Promise<void>;
}

export interface Clock {
  /** Milliseconds that never go back. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface Ports {
  readonly control: ControlTable;
  readonly databases: Databases;
  readonly fencer: Fencer;
  readonly steering: Steering;
  readonly clock: Clock;
}

/** A shard's way from one Region to another. */
export interface Move {
  readonly shard: string;
  readonly to: string;
}

/** What a failover tells while it goes on; `at` is the clock's. */
export type FailoverEvent = { readonly at: number } & (
  | { readonly kind: 'fenced'; readonly shards: readonly string[]; readonly epoch: number }
  | { readonly kind: 'closed'; readonly shard: string; readonly acknowledged: boolean }
  | { readonly kind: 'lease-over'; readonly shards: readonly string[] }
  | { readonly kind: 'chosen'; readonly moves: readonly Move[] }
  | { readonly kind: 'promoted'; readonly moves: readonly Move[] }
  | { readonly kind: 'homed'; readonly moves: readonly Move[]; readonly epoch: number }
  | { readonly kind: 'steered'; readonly region: string }
);
