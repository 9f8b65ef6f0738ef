import { CfnPlan } from 'aws-cdk-lib/aws-arcregionswitch';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';
import { faultsOf, minutesOf } from './private/check';
import type { PlanReport } from './plan-role';
import { renderWorkflow } from './private/render';
import type { RecoveryStep, RecoveryWorkflow } from './steps';

/** Whether one Region works at a time, or both do and one is taken out. */
export type RecoveryApproach = 'active-passive' | 'active-active';

export interface RegionSwitchPlanProps {
  /** At most 32 letters, digits and inner hyphens. */
  readonly planName: string;
  /** For whoever looks for the right one. */
  readonly description: string;
  /** Exactly two. */
  readonly regions: readonly RegionName[];
  /** An active-active one has workflows of both actions. */
  readonly approach: RecoveryApproach;
  /** Which of them works as a rule. @default none; an active-passive plan needs one */
  readonly primary?: RegionName;
  /** By which steps are carried out. */
  readonly role: IRole;
  /** At least one for each Region and action. */
  readonly workflows: readonly RecoveryWorkflow[];
  /** Seconds that no workflow may take longer than. @default not checked */
  readonly objectiveSeconds?: number;
  /** ARNs of alarms by a name each, whose end says that a Region has recovered. @default none */
  readonly alarms?: Readonly<Record<string, string>>;
  /** Where each execution is reported on; the role may write there. @default nowhere */
  readonly report?: PlanReport & { readonly account: string };
}

/**
 * A plan of ARC Region switch: steps that a person starts, and that are carried out by AWS in the Region
 * that is activated. It has no triggers, so nothing is promoted by itself. Everything that AWS would
 * refuse or leave out is refused here: two Regions, one level of children, names, functions in a
 * workflow that must run where a Region is lost, and steps that may take longer than the objective.
 *
 * @throws RangeError with every fault, each with its path
 * @see https://docs.aws.amazon.com/r53recovery/latest/dg/working-with-rs-execution-blocks.html
 */
export class RegionSwitchPlan extends Construct {
  /** As given. */
  public readonly planName: string;
  /** It holds six characters that AWS generates. */
  public readonly arn: string;
  /** The two, in the order given. */
  public readonly regions: readonly RegionName[];
  /** As given. */
  public readonly approach: RecoveryApproach;
  /** As given. */
  public readonly workflows: readonly RecoveryWorkflow[];
  /** Whether any step is another plan. */
  public readonly hasChildren: boolean;

  public constructor(scope: Construct, id: string, props: RegionSwitchPlanProps) {
    super(scope, id);
    this.planName = props.planName;
    const faults = [...faultsOf(props), ...this.nameTaken()];
    if (faults.length > 0) throw new RangeError(`${this.node.path}: ${faults.join('\n')}`);
    const { regions, approach, primary, workflows, objectiveSeconds, alarms, report } = props;
    this.regions = regions;
    this.approach = approach;
    this.workflows = workflows;
    this.hasChildren = workflows.some(({ steps }) => steps.some(isParent));
    const plan = new CfnPlan(this, 'Resource', {
      name: props.planName,
      description: props.description,
      executionRole: props.role.roleArn,
      recoveryApproach: approach === 'active-active' ? 'activeActive' : 'activePassive',
      regions: [...regions],
      ...(primary !== undefined && { primaryRegion: primary }),
      ...(objectiveSeconds !== undefined && {
        recoveryTimeObjectiveMinutes: Math.max(1, Math.floor(objectiveSeconds / 60)),
      }),
      ...(alarms !== undefined && { associatedAlarms: associated(alarms) }),
      ...(report !== undefined && { reportConfiguration: reported(report) }),
      workflows: workflows.map(renderWorkflow),
    });
    this.arn = plan.attrArn;
  }

  /** AWS tells plans of one name apart by six characters of its own: a person would start the wrong one. */
  private nameTaken(): readonly string[] {
    const { planName } = this;
    const owner = this.node.root.node
      .findAll()
      .find((it) => it !== this && it instanceof RegionSwitchPlan && it.planName === planName);
    const allowed = 'must be a name that no other plan of the application has';
    return owner === undefined
      ? []
      : [`\`planName\` ${allowed}, got: ${planName} of ${owner.node.path}`];
  }

  /** Minutes after which its longest workflow has ended at the latest. */
  public get minutes(): number {
    return Math.max(0, ...this.workflows.map(({ steps }) => minutesOf(steps)));
  }
}

function isParent(step: RecoveryStep): boolean {
  return step.kind === 'child' || (step.kind === 'parallel' && step.steps.some(isParent));
}

function associated(alarms: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(alarms).map(([name, resourceIdentifier]) => [
      name,
      { alarmType: 'applicationHealth', resourceIdentifier },
    ]),
  );
}

function reported({ account, bucketName, prefix }: PlanReport & { readonly account: string }) {
  const s3Configuration = { bucketOwner: account, bucketPath: `${bucketName}/${prefix}` };
  return { reportOutput: [{ s3Configuration }] };
}
