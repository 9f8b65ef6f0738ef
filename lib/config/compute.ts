import type { LambdaRollout } from './compute-declaration';

/** Kinds of compute that are created; at least one, each with a weight above 0. */
export interface Compute {
  readonly lambda: LambdaCompute | undefined;
  readonly fargate: FargateCompute | undefined;
  readonly ec2: Ec2Compute | undefined;
}

export interface LambdaCompute {
  readonly weight: number;
  /** Instances that are kept ready, or `undefined` for none. */
  readonly provisioned: { readonly min: number; readonly max: number } | undefined;
  readonly rollout: LambdaRollout;
}

export interface FargateCompute {
  readonly weight: number;
  /** CPU units of a task; 1024 are one vCPU. */
  readonly cpu: number;
  readonly memoryMiB: number;
  /** Requests a second that one task carries. */
  readonly requestsPerSecond: number;
  /** Fewest tasks in a Region: they carry the peak without one Region and without one zone. */
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly scaling: Scaling;
  readonly spot: Spot | undefined;
  readonly deployment: FargateDeployment;
}

/** How new tasks take over. */
export type FargateDeployment =
  | { readonly strategy: 'rolling' }
  | { readonly strategy: 'blue-green'; readonly bakeMinutes: number }
  | {
      readonly strategy: 'canary' | 'linear';
      readonly bakeMinutes: number;
      /** Of all connections, first or with each step. */
      readonly percent: number;
      /** Until the rest, or the next step. */
      readonly minutes: number;
    };

export interface Ec2Compute {
  readonly weight: number;
  /** In order of preference, all of as many vCPUs. */
  readonly instanceTypes: readonly [string, ...string[]];
  /** Requests a second that one instance carries. */
  readonly requestsPerSecond: number;
  /** Fewest instances in a Region: they carry the peak without one Region and without one zone. */
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly scaling: Scaling;
  readonly spot: Spot | undefined;
  /** Stopped instances that are kept ready; 0 for none. */
  readonly warmPool: number;
}

/** Capacity that AWS may take back. */
export interface Spot {
  /** Servers that are on demand. */
  readonly onDemandFloor: number;
  /** Per cent of those beyond the floor that are Spot. */
  readonly percent: number;
}

/** When servers are added and taken away; `undefined` and empty are "no such policy". */
export interface Scaling {
  readonly cpuPercent: number | undefined;
  readonly requests: boolean;
  /** By the queue's real name. */
  readonly queueAge: { readonly queue: string; readonly seconds: number } | undefined;
  readonly steps: readonly { readonly aboveCpuPercent: number; readonly addPercent: number }[];
  readonly schedules: readonly Schedule[];
  readonly predictive: 'forecast-only' | 'forecast-and-scale' | undefined;
}

export interface Schedule {
  readonly name: string;
  /** Five fields. */
  readonly cron: string;
  readonly timeZone: string;
  readonly min: number;
  readonly max: number;
}
