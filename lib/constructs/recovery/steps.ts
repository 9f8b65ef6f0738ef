import type { CfnPlan } from 'aws-cdk-lib/aws-arcregionswitch';
import type { RegionSwitchPlan } from './region-switch-plan';

/** What every step has. */
interface StepCommon {
  /** Unique in its workflow. */
  readonly name: string;
  /** What a person reads while it waits or runs. @default none */
  readonly description?: string;
}

/** A step that ends after these minutes at the latest, of its own accord or as failed. */
interface TimedStep extends StepCommon {
  /** Whole, at least 1. */
  readonly minutes: number;
}

/** Moves the writer of a global database into the Region that is activated. */
export interface AuroraStep extends TimedStep {
  readonly kind: 'aurora';
  readonly globalCluster: string;
  /** ARNs of its members in the two Regions of the plan. */
  readonly clusters: readonly string[];
  /** `failover` accepts loss even where all is well. @default switchover */
  readonly graceful?: 'switchover' | 'failover';
  /** What is done where the writer does not answer; `false` for nothing. @default failover */
  readonly ungraceful?: 'failover' | false;
}

/** Waits until a bearer of a role says yes; it does so whichever way the plan is run. */
export interface ApprovalStep extends TimedStep {
  readonly kind: 'approval';
  readonly roleArn: string;
}

/** How far compute grows before it has to carry what the other Region carried. */
interface ScalingStep extends TimedStep {
  /** Per cent of what ran in the other Region. @default 100 */
  readonly percent?: number;
  /** Per cent, 0 to 99, that will do where the other Region does not answer. @default none: it is waited for */
  readonly ungracefulPercent?: number;
}

/** Auto Scaling groups, one in each Region. */
export interface GroupsStep extends ScalingStep {
  readonly kind: 'auto-scaling-groups';
  readonly groups: readonly string[];
}

/** Services on ECS, one in each Region. */
export interface ServicesStep extends ScalingStep {
  readonly kind: 'ecs-services';
  readonly services: readonly { readonly cluster: string; readonly service: string }[];
}

/** Turns health checks of the plan's own, which records of a name must bear. */
export interface HealthChecksStep extends TimedStep {
  readonly kind: 'health-checks';
  readonly hostedZoneId: string;
  readonly recordName: string;
  /** Set identifiers by Region. @default found by the Regions' names */
  readonly records?: Readonly<Record<string, string>>;
}

/** Calls functions, one in each Region. **Left out where a plan runs ungracefully.** */
export interface FunctionsStep extends TimedStep {
  readonly kind: 'functions';
  readonly functions: readonly string[];
  /** The other one is the Region that may be lost. @default activating */
  readonly runsIn?: 'activating' | 'deactivating';
  /** @default 1 */
  readonly retryMinutes?: number;
}

/** Steps at the same time; none of them is parallel again. */
export interface ParallelStep extends StepCommon {
  readonly kind: 'parallel';
  readonly steps: readonly Exclude<RecoveryStep, ParallelStep>[];
}

/** Another plan of the same two Regions and approach, which calls no further one. */
export interface ChildStep extends StepCommon {
  readonly kind: 'child';
  readonly plan: RegionSwitchPlan;
}

/** A block that this builder does not know, as the template has it. */
export interface RawStep extends TimedStep {
  readonly kind: 'raw';
  /** Such as `EKSResourceScaling`. */
  readonly type: string;
  readonly configuration: CfnPlan.ExecutionBlockConfigurationProperty;
  /** Whether it does its work where a plan runs ungracefully. */
  readonly runsUngracefully: boolean;
}

export type RecoveryStep =
  | AuroraStep
  | ApprovalStep
  | GroupsStep
  | ServicesStep
  | HealthChecksStep
  | FunctionsStep
  | ParallelStep
  | ChildStep
  | RawStep;

/** What is done to bring a Region in, or to take it out. */
export interface RecoveryWorkflow {
  readonly action: 'activate' | 'deactivate';
  /** @default either of the plan's Regions */
  readonly region?: string;
  /** @default none */
  readonly description?: string;
  /** Whether every step must do its work where a Region is lost. @default true */
  readonly mustRunUngracefully?: boolean;
  readonly steps: readonly RecoveryStep[];
}
