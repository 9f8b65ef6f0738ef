import type { IRole } from 'aws-cdk-lib/aws-iam';
import {
  AccountPrincipal,
  Policy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';

export interface PlanRoleProps {
  /** Account of plans and databases. */
  readonly account: string;
  /** Regions of the plan. */
  readonly regions: readonly RegionName[];
  /** Identifiers of the global clusters that it moves. @default none */
  readonly globalClusters?: readonly string[];
  /** ARNs of their members in the Regions of the plan. @default none */
  readonly clusters?: readonly string[];
  /** ARNs of the plans that it starts. @default none */
  readonly children?: readonly string[];
  /** ARNs of the alarms that it reads. @default none */
  readonly alarms?: readonly string[];
  /** Where it writes reports. @default nowhere */
  readonly report?: PlanReport;
}

/** Where AWS writes a report of each execution of a plan. */
export interface PlanReport {
  /** A bucket of the plan's account, encrypted with S3's own key; a name without a dot. */
  readonly bucketName: string;
  /** What keys begin with, without a slash at the end. */
  readonly prefix: string;
}

/**
 * By which ARC carries out one plan: it moves these databases and starts these plans and no others.
 * AWS's examples are the measure of what it reads.
 *
 * @see https://docs.aws.amazon.com/r53recovery/latest/dg/security_iam_region_switch_execution_blocks.html
 */
export class PlanRole extends Construct {
  /** What ARC assumes. */
  public readonly role: IRole;

  public constructor(scope: Construct, id: string, props: PlanRoleProps) {
    super(scope, id);
    const { account } = props;
    const role = new Role(this, 'Role', {
      description: 'Carries out a Region switch plan',
      assumedBy: new ServicePrincipal('arc-region-switch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    const statements = [
      ...databases(props),
      ...children(props),
      ...alarms(props),
      ...report(props),
    ];
    new Policy(this, 'Policy', { statements: [...statements, evaluation(role)], roles: [role] });
    this.role = role;
  }
}

function databases({ account, regions, globalClusters = [], clusters = [] }: PlanRoleProps) {
  if (globalClusters.length === 0) return [];
  return [
    new PolicyStatement({
      actions: ['rds:FailoverGlobalCluster', 'rds:SwitchoverGlobalCluster'],
      resources: [
        ...globalClusters.map((name) => `arn:aws:rds::${account}:global-cluster:${name}`),
        ...clusters,
      ],
    }),
    new PolicyStatement({
      actions: ['rds:DescribeDBClusters', 'rds:DescribeGlobalClusters'],
      resources: [
        `arn:aws:rds::${account}:global-cluster:*`,
        ...regions.map((region) => `arn:aws:rds:${region}:${account}:cluster:*`),
      ],
    }),
  ];
}

/** A parent's report tells of its children too. */
function children({ children: plans = [], report }: PlanRoleProps) {
  if (plans.length === 0) return [];
  return [
    new PolicyStatement({
      actions: [
        'arc-region-switch:CancelPlanExecution',
        'arc-region-switch:GetPlanExecution',
        ...(report === undefined ? [] : ['arc-region-switch:ListPlanExecutionEvents']),
        'arc-region-switch:ListPlanExecutions',
        'arc-region-switch:StartPlanExecution',
        'arc-region-switch:UpdatePlanExecution',
      ],
      resources: [...plans],
    }),
  ];
}

function alarms({ alarms: watched = [] }: PlanRoleProps) {
  if (watched.length === 0) return [];
  return [
    new PolicyStatement({
      actions: ['cloudwatch:DescribeAlarmHistory', 'cloudwatch:DescribeAlarms'],
      resources: [...watched],
    }),
  ];
}

/** @see https://docs.aws.amazon.com/r53recovery/latest/dg/security_iam_region_switch_reports.html */
function report({ account, report: to }: PlanRoleProps) {
  if (to === undefined) return [];
  return [
    new PolicyStatement({
      actions: ['s3:PutObject'],
      resources: [`arn:aws:s3:::${to.bucketName}/${to.prefix}/*`],
      conditions: { StringEquals: { 's3:ResourceAccount': account } },
    }),
  ];
}

/** Every half hour ARC asks IAM whether the role could do what the plan wants. */
function evaluation(role: IRole): PolicyStatement {
  return new PolicyStatement({
    actions: ['iam:SimulatePrincipalPolicy'],
    resources: [role.roleArn],
  });
}

export interface ApproverRoleProps {
  /** Account whose people may take it, with a second factor. */
  readonly account: string;
}

/** Whoever takes it says yes or no to waiting steps, and can do nothing else. */
export class ApproverRole extends Construct {
  /** ARN, for approvals. */
  public readonly arn: string;
  private readonly role: Role;

  public constructor(scope: Construct, id: string, props: ApproverRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: 'Approves steps of Region switch plans',
      assumedBy: new AccountPrincipal(props.account).withConditions({
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      }),
    });
    this.arn = this.role.roleArn;
  }

  /** @param plans ARNs */
  public mayApprove(plans: readonly string[]): void {
    const statement = new PolicyStatement({
      actions: ['arc-region-switch:ApprovePlanExecutionStep'],
      resources: [...plans],
    });
    new Policy(this, 'Policy', { statements: [statement], roles: [this.role] });
  }
}
