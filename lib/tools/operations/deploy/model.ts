/** What an alarm says; `unknown` where it does not answer or has no data, which is never well. */
export type AlarmState = 'well' | 'ringing' | 'unknown';

/** Stacks of one Region that are deployed together: no other Region changes meanwhile. */
export interface Wave {
  /** From 1, in the order of deployment. */
  readonly number: number;
  readonly region: string;
  /** Artifact ids, each after what it depends on. */
  readonly stacks: readonly string[];
}

/** An alarm of the assembly that can stop a deployment. */
export interface WatchedAlarm {
  readonly region: string;
  readonly name: string;
  /** Seconds that must go by before it can ring: its periods, one after another. */
  readonly seconds: number;
  /**
   * What it says when it rings: that something is wrong, or, of a composite alarm that rings where all
   * alarms below have no data, only that nobody knows.
   */
  readonly tells: 'ringing' | 'unknown';
}

/** The function that migrates a Region's databases. */
export interface MigrationFunction {
  readonly region: string;
  readonly name: string;
}

export interface DeploymentPlan {
  readonly waves: readonly Wave[];
  /** Minutes for which alarms are watched after each wave that changed something. */
  readonly bakeMinutes: number;
  readonly alarms: readonly WatchedAlarm[];
  /** Asked, after the last wave, for the contract steps that waited for it. */
  readonly contracts: readonly MigrationFunction[];
  /** What the watching cannot see, such as alarms that take longer than it. */
  readonly warnings: readonly string[];
}

export interface WaveReport extends Wave {
  /**
   * - `unchanged`: nothing of it was to be deployed
   * - `deployed`: and no alarm rang while it baked
   * - `stopped`: an alarm speaks against it, or the deployment failed
   * - `left`: a wave before it stopped
   */
  readonly outcome: 'unchanged' | 'deployed' | 'stopped' | 'left';
}

/** Steps as `shard.domain: version name`; those that are held with the reason behind. */
export interface ContractReply {
  readonly applied: readonly string[];
  readonly held: readonly string[];
}

export interface ContractReport extends MigrationFunction, ContractReply {
  /**
   * - `taken`: it took steps; of those that are held, `held` says why
   * - `waits`: all that there are have to wait
   * - `nothing`: no step waited
   * - `failed`: it answered with an error, or not at all
   * - `unasked`: something before it stopped the deployment, or nobody wanted it
   */
  readonly outcome: 'taken' | 'waits' | 'nothing' | 'failed' | 'unasked';
  /** Why the deployment went no further after it; null where it did. */
  readonly reason: string | null;
}

export interface DeploymentReport {
  readonly schemaVersion: 1;
  readonly outcome: 'done' | 'planned' | 'declined' | 'stopped';
  readonly plan: DeploymentPlan;
  readonly waves: readonly WaveReport[];
  readonly contracts: readonly ContractReport[];
  /** Why it was stopped; null where it was not. */
  readonly reason: string | null;
}

/** Where an assembly is deployed to. */
export interface Account {
  /** States of a Region's alarms by name; those that are not there have none. */
  readonly alarms: (region: string, names: readonly string[]) => Promise<Map<string, AlarmState>>;
  /** When each stack of a Region was last changed, by its name; stacks that are not there have none. */
  readonly changed: (region: string, stacks: readonly string[]) => Promise<Map<string, string>>;
  /**
   * Asks a Region's migration function for contract steps that waited.
   *
   * @throws Error where it fails or cannot be reached
   */
  readonly contract: (region: string, functionName: string) => Promise<ContractReply>;
  /** @throws CommandError where the deployment failed */
  readonly deploy: (stacks: readonly string[]) => Promise<void>;
}
