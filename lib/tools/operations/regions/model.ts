import type { ControlTable, Databases, Fencer, Member, Clock } from '../failover';

/** What the commands act on: a deployment at AWS, or a twin; by data planes alone. */
export interface Estate {
  readonly of: { readonly kind: 'aws' | 'twin'; readonly name: string };
  /** Regions that serve, in the declared order. */
  readonly regions: readonly string[];
  /** Domains by store; empty where stores are not known. */
  readonly stores: Readonly<Record<string, readonly string[]>>;
  /** Regions whose loss the others are sized for. */
  readonly borneLosses: number;
  /** The servers' lease on the topology document, in milliseconds. */
  readonly leaseMs: number;
  readonly control: ControlTable & OperationLock;
  readonly databases: Databases;
  readonly fencer: Fencer;
  readonly switches: Switches;
  /** Whether the Region's own endpoint answers its health check. @throws Error where not known */
  readonly answers: (region: string) => Promise<boolean>;
  /** How full the Region's queues are, by name. @throws Error where not known */
  readonly queues: (region: string) => Promise<Queues>;
  readonly clock: Clock;
  readonly close: () => void;
}

/** Objects whose existence takes Regions out of traffic. Every method throws where not known. */
export interface Switches {
  isDrained(region: string): Promise<boolean>;
  drain(region: string): Promise<void>;
  restore(region: string): Promise<void>;
}

/** Who is at work on a deployment. A person's command, so at most one at a time. */
export interface Holder {
  readonly operation: string;
  /** Of one run of a command. */
  readonly id: string;
  /** Epoch milliseconds after which anybody may take over. */
  readonly until: number;
}

export interface OperationLock {
  /** Takes or renews it. @returns who has it, which is `holder` where it was taken */
  hold(holder: Holder, now: number): Promise<Holder>;
  /** Gives it back; nothing where somebody else has it by now. */
  release(id: string): Promise<void>;
  /** Undefined where nobody is at work. */
  holder(now: number): Promise<Holder | undefined>;
}

export interface Unknown {
  readonly what: string;
  readonly reason: string;
}

export interface CopyView {
  readonly region: string;
  readonly role: Member['role'];
  /** Behind the writer; null where not known, and for the writer. */
  readonly lagSeconds: number | null;
  readonly lagBytes: number | null;
}

export interface ShardView {
  /** The Region that writes it, by the topology document. */
  readonly home: string;
  readonly state: string;
  readonly epoch: number;
  /** Null where nobody could be asked. */
  readonly copies: readonly CopyView[] | null;
}

export interface QueueView {
  /** Messages that nobody has taken yet; null where not known. */
  readonly waiting: number | null;
  /** Age of the oldest of them; null where there is none, and where not known. */
  readonly oldestSeconds: number | null;
}

export type Queues = Readonly<Record<string, QueueView>>;

export interface RegionView {
  readonly traffic: 'admitted' | 'drained' | null;
  /** Whether its endpoint answers. */
  readonly answers: boolean | null;
  /** Shards that it writes; null where the document cannot be read. */
  readonly writes: readonly string[] | null;
  /** By name, queues of dead letters among them; null where not known. */
  readonly queues: Queues | null;
}

export interface Capacity {
  /** Regions known to serve: they answer and are not drained. */
  readonly serving: readonly string[];
  /** Fewest Regions that carry the declared peak. */
  readonly needed: number;
  /** Null where what is not known decides. */
  readonly enough: boolean | null;
}

/** docs/schemas/status.schema.json */
export interface StatusReport {
  readonly schemaVersion: 1;
  readonly of: Estate['of'];
  /** Of the topology document; null where it cannot be read. */
  readonly epoch: number | null;
  readonly directory: string | null;
  readonly regions: Readonly<Record<string, RegionView>>;
  readonly shards: Readonly<Record<string, ShardView>>;
  readonly capacity: Capacity;
  readonly underway: { readonly operation: string; readonly until: string } | null;
  readonly unknown: readonly Unknown[];
  /** What a person should look at, in words; empty where all is well and known. */
  readonly findings: readonly string[];
}

export interface PlannedShard {
  readonly shard: string;
  readonly from: string;
  readonly to: string;
  readonly how: 'switchover' | 'failover';
  readonly lagBytes: number | null;
  readonly lagSeconds: number | null;
}

/** What a command is going to do; shown before anything is done. */
export interface Plan {
  readonly operation: string;
  /** In words, one a line, in their order. Empty where nothing is left to do. */
  readonly steps: readonly string[];
  readonly shards: readonly PlannedShard[];
  /** As it is afterwards. */
  readonly capacity: Capacity;
  /** What it costs or risks, in words. */
  readonly warnings: readonly string[];
}

/** docs/schemas/operation.schema.json */
export interface OperationReport {
  readonly schemaVersion: 1;
  readonly of: Estate['of'];
  readonly operation: string;
  readonly outcome: 'done' | 'nothing-to-do' | 'declined' | 'planned' | 'refused';
  readonly plan: Plan;
  /** What was done; `afterMs` since the command began to act. */
  readonly done: readonly { readonly afterMs: number; readonly text: string }[];
  /** Why it was refused or ended early, with the remedy; null otherwise. */
  readonly reason: string | null;
}
