import type { Scene } from './private/scene';

/** A scripted fault with expected observations. One file each in `drills/`. */
export type Drill = FailoverDrill | CarryOnDrill;

export interface DrillBase {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  readonly setup: Setup;
  readonly load: Load;
}

/** A fault that takes the Region which writes: a person decides, and another Region takes over. */
export interface FailoverDrill extends DrillBase {
  readonly flow: 'failover';
  readonly fault: FaultKind;
  readonly recovery: Recovery;
  /** Checked in their order; what they look at has been observed by then. */
  readonly expectations: readonly Expected[];
}

/** A fault that the topology has to bear as it is: nobody decides anything, who writes stays. */
export interface CarryOnDrill extends DrillBase {
  readonly flow: 'carry-on';
  /** Whether what was hit comes back where somebody asks for it. @default false */
  readonly returns?: true;
  /** Strikes, looks at what comes of it, and heals; what it measured, by name with its unit. */
  readonly act: (scene: Scene) => Promise<Measures>;
  readonly expectations: readonly Expected<CarriedOn>[];
}

/** Whole numbers or fractions by names that end with their unit, such as `lagMs` and `staleReads`. */
export type Measures = Readonly<Record<string, number>>;

/** What happened, by which expectations of a drill without failover judge. */
export interface CarriedOn {
  readonly load: LoadFigures;
  readonly rpo: Rpo;
  readonly errors: Readonly<Record<string, UserErrors>>;
  readonly reads: Readonly<Record<string, ReadErrors>>;
  readonly measured: Measures;
  /** Region that was hit. */
  readonly hit: string;
  /** Region that writes every shard and the directory by the topology document. */
  readonly home: { readonly before: string; readonly after: string; readonly directory: string };
  /** Regions that DNS left at some time after the fault struck. */
  readonly leftByDns: readonly string[];
}

export interface Setup {
  /**
   * One-way delay of database replication between Regions while the drill lasts, in milliseconds: a
   * busy global database lags by tenths of a second. Other traffic takes the time of the distance.
   */
  readonly replicationDelayMs: number;
  /** Whether the fault strikes the Region that writes or another. @default 'writer' */
  readonly strikes?: 'writer' | 'another';
  /** Whether the Region that writes runs zone by zone. @default false */
  readonly zones?: true;
  /** Path of the declaration whose twin is drilled, where not every one will do. @default what was asked for */
  readonly declaration?: string;
}

/** Writes that clients of every Region send, each under an id of the client's. */
export interface Load {
  /** All Regions together. */
  readonly writesPerSecond: number;
  /** Part of them that enters through the Region that is hit; the others share the rest. */
  readonly shareOfHome: number;
}

/**
 * - `kill`: every process of the Region is gone, and what was under way on its lines with it; whoever
 *   connects is refused.
 * - `freeze`: every process of the Region stands still and its lines are silent; nobody is refused.
 * - `database`: as `kill`, of the Region's databases alone; its servers go on without them.
 * - `partition`: the Region runs and serves its users, and reaches no other Region nor the control table.
 */
export type FaultKind = 'kill' | 'freeze' | 'database' | 'partition';

export interface Recovery {
  /** How long a person takes to decide, as on AWS, in seconds; reported apart. */
  readonly decideSeconds: number;
}

/** What happened, by which expectations judge. */
export interface Observed {
  readonly load: LoadFigures;
  readonly rto: Rto;
  readonly rpo: Rpo;
  readonly fence: FenceFigures;
  /** A registration after the failover, of a user near the Region that was hit. */
  readonly registration: { readonly status: number; readonly answer: string };
  /** Region that writes every shard and the directory by the topology document. */
  readonly home: { readonly before: string; readonly after: string; readonly directory: string };
  /** Regions that no user is sent to any more. */
  readonly leftByDns: boolean;
  /** Longest wait of the clients' resolvers for a changed answer on this clock, in milliseconds. */
  readonly ttlMs: number;
  /** How long users wait for an answer where nobody refuses them, in milliseconds; else 0. */
  readonly patienceMs: number;
  /** Time that the health checks need on this clock, in milliseconds. */
  readonly healthCheckMs: number;
  /** Whether every Region but the one hit follows the new writer. */
  readonly followed: boolean;
}

export interface Expected<Seen = Observed> {
  /** What is expected, in words. */
  readonly what: string;
  readonly judge: (observed: Seen) => { readonly passed: boolean; readonly observed: string };
}

export interface Expectation {
  readonly what: string;
  readonly passed: boolean;
  /** What was seen, in words. */
  readonly observed: string;
}

export interface LoadFigures {
  /** As the drill asked for. */
  readonly wantedPerSecond: number;
  /** First attempts per second in the seconds before the fault. */
  readonly offeredPerSecond: number;
  /** Acknowledged in the seconds before the fault. */
  readonly acknowledgedPerSecond: number;
}

/** Parts of the way from the fault to users who write again, in milliseconds; they add up to `total`. */
export interface Rto {
  /** From the fault until the health check says so. */
  readonly detect: number;
  /** A person decides. */
  readonly decide: number;
  /** The document says `fenced`. */
  readonly fence: number;
  /** One lease, after which nobody else may write. */
  readonly lease: number;
  /** The new writer takes writes. */
  readonly promote: number;
  /** The document names it. */
  readonly home: number;
  /** DNS sends nobody to the old Region any more. */
  readonly steer: number;
  /** Until the users of every Region have had a write acknowledged. */
  readonly client: number;
  readonly total: number;
}

export interface Rpo {
  /** Distinct writes that clients were told are done. */
  readonly acknowledged: number;
  /** Of those, not in the new writer. */
  readonly lost: number;
  /** Ids that the new writer holds more than once. */
  readonly doubled: number;
  /** Acknowledged and not replayed on the promoted standby, counted row by row before the promotion. */
  readonly predicted: number;
  /** Writes that nobody was told of, and that the new writer holds. */
  readonly unconfirmed: number;
  /** Age of the oldest lost write at the fault, in milliseconds; null where none is lost. */
  readonly oldestLostMs: number | null;
  readonly lostWrites: readonly LostWrite[];
}

export interface LostWrite {
  readonly id: string;
  /** Region where its user is. */
  readonly entered: string;
  /** Milliseconds after the fault; negative: before it. */
  readonly acknowledgedAt: number;
  /** Whether the old writer still holds it; null where it cannot be asked. */
  readonly heldByOldWriter: boolean | null;
}

export interface FenceFigures {
  /** Direct questions to the old writer's Region after the lease. */
  readonly asked: number;
  readonly refused: number;
  /** Writes that the old Region's own writer acknowledged after the lease: must be none. */
  readonly writtenByOld: number;
  /** Whether the old writer's PostgreSQL would have taken a write; null where it cannot be asked. */
  readonly oldTakesWrites: boolean | null;
  /** Whether the old Region confirmed the order to close; with the controller cut off it cannot. */
  readonly confirmed: boolean;
}

export interface UserErrors {
  /** Attempts that failed after the fault, by status or by `timeout` and `connection`. */
  readonly failed: Readonly<Record<string, number>>;
  /** Longest time without an acknowledged write after the fault, in milliseconds. */
  readonly longestSilenceMs: number;
  /** Median and 99th percentile of acknowledged attempts, in milliseconds; null: none. */
  readonly before: Latency | null;
  /** After users wrote again. */
  readonly after: Latency | null;
}

/** What users read who repeat nothing; whatever the service says without an error is an answer. */
export interface ReadErrors {
  /** Reads that failed after the fault, by status or by `timeout` and `connection`. */
  readonly failed: Readonly<Record<string, number>>;
  /** From the fault until the last of them was answered, in milliseconds; 0 where each was at once. */
  readonly outMs: number;
  /** The same with the times that the templates configure. */
  readonly outAsConfiguredMs: number;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** What happened when; `at` in milliseconds since the load began. */
export interface DrillEvent {
  readonly at: number;
  readonly kind: string;
  readonly text: string;
}

/** Counts for a plot, by Region: one number for each step since the load began. */
export interface Series {
  readonly stepMs: number;
  readonly acknowledged: Readonly<Record<string, readonly number[]>>;
  readonly failed: Readonly<Record<string, readonly number[]>>;
  /** Longest time of the attempts that were acknowledged in the step, in milliseconds; null: none was. */
  readonly slowestMs: Readonly<Record<string, readonly (number | null)[]>>;
}

/** docs/schemas/drill.schema.json */
export type DrillResult = FailoverResult | CarryOnResult;

export interface FailoverResult extends ResultBase {
  readonly flow: 'failover';
  /** On the compressed clock, as measured. */
  readonly rto: Rto;
  /** As with the times that the templates configure. */
  readonly rtoAsConfigured: Rto;
  readonly fence: FenceFigures;
  /** Where the Region that was hit has been brought back afterwards. */
  readonly returned?: Returned;
}

/** A Region that was lost and is a secondary now. */
export interface Returned {
  /** Until its databases follow the new writer and have all of it, in milliseconds. */
  readonly rejoinMs: number;
  /** From its switch until DNS sends users to it, in milliseconds. */
  readonly steerMs: number;
  readonly steered: boolean;
  /** Of a write that entered through it, and the Region that wrote it. */
  readonly status: number;
  readonly writtenBy: string;
  /** Rows of the run that it does not show. */
  readonly missingRows: number;
}

export interface CarryOnResult extends ResultBase {
  readonly flow: 'carry-on';
  readonly measured: Measures;
  /** Where something took over by itself; nobody decides then, and no other Region is waited for. */
  readonly rto?: Rto;
}

/** What is not so in what the templates declare. */
export interface WhatIf {
  /** Between Regions. */
  readonly replication: 'sync';
  readonly evidence: false;
}

interface ResultBase {
  /** Set where something was other than the templates declare: then the result is no evidence. */
  readonly whatIf?: WhatIf;
  readonly schemaVersion: 1;
  readonly name: string;
  readonly passed: boolean;
  readonly expectations: readonly Expectation[];
  /** Of the Region that was hit, and the one that writes now. */
  readonly regions: { readonly hit: string; readonly writer: string };
  readonly timeScale: number;
  readonly load: LoadFigures;
  readonly rpo: Rpo;
  /** By the Region where users are. */
  readonly errors: Readonly<Record<string, UserErrors>>;
  readonly reads: Readonly<Record<string, ReadErrors>>;
  readonly events: readonly DrillEvent[];
  readonly series: Series;
  /** When the fault struck, in milliseconds since the load began. */
  readonly faultAt: number;
}
