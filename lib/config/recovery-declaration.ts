import type { RegionName } from './declaration';

/** Region switch plans by which a person moves who writes, without a workstation of ours. */
export interface RecoveryDeclaration {
  /**
   * Region of the stack that owns the plans; they are carried out in the Region that is activated.
   * @default a serving Region that is no shard's home, else a control Region that is none, else the last one
   */
  readonly region?: RegionName;
  /** ARN of an IAM role whose bearers approve steps. @default a role of the stack, for whoever has MFA */
  readonly approverRole?: string;
  /** Minutes for which each of the two approvals is waited for, 1 to 60. @default 1 */
  readonly approvalMinutes?: number;
  /** Minutes that all databases together may take, 1 to 1440. @default twice `objectives.promotionSeconds` */
  readonly databaseMinutes?: number;
  /**
   * A bucket in the plans' Region in which AWS writes a report of each execution: what was done when, the plan
   * as it was, and the alarms meanwhile. Kept for 400 days, so that this year's drill stands beside the last one's.
   * @default false
   */
  readonly reports?: boolean;
}

/** A declared recovery with every default filled in. */
export interface Recovery {
  readonly region: RegionName;
  /** `undefined` for a role of the stack's own. */
  readonly approverRole: string | undefined;
  readonly approvalMinutes: number;
  readonly databaseMinutes: number;
  readonly reports: boolean;
}
