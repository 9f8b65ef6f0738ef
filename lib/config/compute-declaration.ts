/** Functions: they grow with the load by themselves. */
export interface LambdaComputeDeclaration {
  /** Share of the requests among the kinds, 0 to 999; with 0 the kind is not created. @default 20 */
  readonly weight?: number;
  /**
   * Instances that are kept ready in a Region, so that no request waits for a start. From `min` on as
   * many as the load needs, up to `max`. @default none
   */
  readonly provisioned?: { readonly min: number; readonly max?: number };
  /** How a new version takes over; an alarm on its errors takes it back. @default all-at-once */
  readonly rollout?: LambdaRollout;
}

/** Traffic to a new version of a function: all, a tenth for some minutes, or a tenth more each time. */
export type LambdaRollout =
  | 'all-at-once'
  | 'canary-10-percent-5-minutes'
  | 'canary-10-percent-15-minutes'
  | 'linear-10-percent-every-1-minute'
  | 'linear-10-percent-every-3-minutes';

/** When servers are added and taken away. Policies add up: whichever asks for most servers is heard. */
export interface ScalingDeclaration {
  /** Per cent of the processors at which servers are added, 10 to 90; or `false`. @default 50 */
  readonly cpuPercent?: number | false;
  /** Whether servers are added at `requestsPerSecond` for each of them. @default true */
  readonly requests?: boolean;
  /** Servers are added while the oldest message of one of `queues` waits longer in the Region. */
  readonly queueAge?: { readonly queue: string; readonly seconds: number };
  /**
   * Adds `addPercent` of the servers at once where processors are busier than `aboveCpuPercent`; in
   * ascending order, for jumps that tracking follows too slowly. @default none
   */
  readonly steps?: readonly { readonly aboveCpuPercent: number; readonly addPercent: number }[];
  /** Bounds from a time on, by name; `cron` has five fields. @default none */
  readonly schedules?: Readonly<Record<string, ScheduleDeclaration>>;
  /** Whether the load of the past weeks is foreseen, and acted upon. @default neither */
  readonly predictive?: 'forecast-only' | 'forecast-and-scale';
}

export interface ScheduleDeclaration {
  /** Minute, hour, day of the month, month, day of the week, such as `0 8 * * MON-FRI`. */
  readonly cron: string;
  /** Name of the time zone. @default UTC */
  readonly timeZone?: string;
  /** Fewest servers from then on, not below those that carry the demand. */
  readonly min: number;
  /** Most servers from then on. @default the kind's most */
  readonly max?: number;
}

/** Capacity that AWS may take back within two minutes, for about a third of the price. */
export interface SpotDeclaration {
  /** Servers that are on demand, whatever happens. @default the fewest, so Spot only adds */
  readonly onDemandFloor?: number;
  /** Per cent of the servers beyond the floor that are Spot, 1 to 100. @default 100 */
  readonly percent?: number;
}

/** Servers on Fargate, arm64. */
export interface FargateComputeDeclaration {
  /** Share of the requests among the kinds, 0 to 999; with 0 the kind is not created. @default 80 */
  readonly weight?: number;
  /** CPU units of a task; 1024 are one vCPU. @default 1024 */
  readonly cpu?: number;
  /** MiB of a task; only certain ones go with each `cpu`. @default twice `cpu` */
  readonly memoryMiB?: number;
  /**
   * Requests a second that one task carries within its objectives: measure your own workload.
   * @default 100 for each vCPU, an assumption that errs on the side of too many tasks
   */
  readonly requestsPerSecond?: number;
  /** Most tasks in a Region. @default four times the fewest, which lib/config/capacity.ts computes */
  readonly maxTasks?: number;
  /** @default CPU at 50 %, and requests */
  readonly scaling?: ScalingDeclaration;
  /** @default all on demand */
  readonly spot?: SpotDeclaration;
  /** How new tasks take over. @default rolling, taken back by the circuit breaker */
  readonly deployment?: FargateDeploymentDeclaration;
}

/**
 * `rolling` replaces tasks one after the other. The others start all new tasks beside the old ones and move
 * connections to them: at once, a share first, or in equal steps. ECS moves one listener, or one rule of
 * one, so they need `loadBalancing.kind` "network", where it adds ten minutes to each move.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/nlb-resources-for-blue-green.html
 */
export interface FargateDeploymentDeclaration {
  readonly strategy: 'rolling' | 'blue-green' | 'canary' | 'linear';
  /** Per cent that go first (canary, 0.1 to 100, @default 5), or with each step (linear, 3 to 100, @default 10). */
  readonly percent?: number;
  /** Minutes until the rest, or the next step, follows, 0 to 1440. @default 10 for a canary, 6 for a step */
  readonly minutes?: number;
  /** Minutes for which the old tasks stay after all has moved, 0 to 1440. @default 10 */
  readonly bakeMinutes?: number;
}

/** Servers on instances of an Auto Scaling group, Graviton, Amazon Linux 2023. */
export interface Ec2ComputeDeclaration {
  /** Share of the requests among the kinds, 0 to 999; with 0 the kind is not created. @default 80 */
  readonly weight?: number;
  /** Graviton type. @default c7g.large */
  readonly instanceType?: string;
  /** Further types of as many vCPUs, taken where the first is not to be had. @default none */
  readonly alternatives?: readonly string[];
  /** Requests a second that one instance carries. @default 100 for each vCPU */
  readonly requestsPerSecond?: number;
  /** Most instances in a Region. @default four times the fewest */
  readonly maxInstances?: number;
  /** @default CPU at 50 %, and requests */
  readonly scaling?: ScalingDeclaration;
  /** @default all on demand */
  readonly spot?: SpotDeclaration;
  /** Stopped instances that have been set up already and start in seconds. @default none */
  readonly warmPool?: { readonly size: number };
}

/** Kinds of compute behind the load balancer, at least one; an absent kind is not created. */
export interface ComputeDeclaration {
  readonly lambda?: LambdaComputeDeclaration;
  readonly fargate?: FargateComputeDeclaration;
  readonly ec2?: Ec2ComputeDeclaration;
}
