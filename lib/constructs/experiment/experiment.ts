import { CfnExperimentTemplate } from 'aws-cdk-lib/aws-fis';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';
import { MOST_TARGETS } from './experiment-part';
import type { ExperimentPart, ExperimentTarget } from './experiment-part';

export interface ExperimentProps {
  /** Tag `Name`, by which a person finds it. */
  readonly experimentName: string;
  /** What is taken away, for whoever looks for the right one. */
  readonly description: string;
  /** Account of the targets. */
  readonly account: string;
  /** Region of the targets. */
  readonly region: RegionName;
  /** Carried out at the same time; at least one. */
  readonly parts: readonly ExperimentPart[];
  /** ARN of the alarm that stops it, and in whose state ALARM it does not start. */
  readonly stopAlarmArn: string;
  /** Where its course is written. */
  readonly log: ILogGroup;
}

/**
 * An experiment of the Fault Injection Service that a person starts and an alarm stops. Its role may do
 * to its own targets what its own actions need, and nothing else. A target that depends on the moment
 * (the clusters whose writer is in a zone) may be empty; one that does not must be there, or it fails.
 *
 * Costs 0.10 USD for each minute of each action, and nothing while it does not run.
 *
 * @throws RangeError without parts, or with more targets by ARN than the service takes
 * @see https://docs.aws.amazon.com/fis/latest/userguide/experiment-templates.html
 */
export class Experiment extends Construct {
  public constructor(scope: Construct, id: string, props: ExperimentProps) {
    super(scope, id);
    const { account, region, parts, log } = props;
    check(this.node.path, parts);
    const role = new Role(this, 'Role', {
      description: `Carries out: ${props.description}`,
      assumedBy: new ServicePrincipal('fis.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:aws:fis:${region}:${account}:experiment/*` },
        },
      }),
    });
    const statements = [...parts.flatMap((part) => part.statements), ...logging()];
    const policy = new Policy(this, 'Policy', { statements, roles: [role] });
    const template = new CfnExperimentTemplate(this, 'Resource', {
      description: props.description,
      roleArn: role.roleArn,
      targets: Object.fromEntries(parts.map(({ name, target }) => [name, targetOf(target)])),
      actions: Object.fromEntries(parts.map((part) => [part.name, actionOf(part)])),
      stopConditions: [{ source: 'aws:cloudwatch:alarm', value: props.stopAlarmArn }],
      logConfiguration: {
        cloudWatchLogsConfiguration: { LogGroupArn: log.logGroupArn },
        logSchemaVersion: 2,
      },
      experimentOptions: {
        accountTargeting: 'single-account',
        emptyTargetResolutionMode: parts.some(({ target }) => ofTheMoment(target))
          ? 'skip'
          : 'fail',
      },
      tags: { Name: props.experimentName },
    });
    template.node.addDependency(policy);
  }
}

function check(path: string, parts: readonly ExperimentPart[]): void {
  if (parts.length === 0) throw new RangeError(`${path}: \`parts\` must be at least one, got: 0`);
  for (const { name, target } of parts) {
    if (!('arns' in target.by)) continue;
    const { length } = target.by.arns;
    if (length < 1 || length > MOST_TARGETS) {
      const range = `1 to ${String(MOST_TARGETS)} ARNs`;
      throw new RangeError(`${path}: target ${name} must have ${range}, got: ${String(length)}`);
    }
  }
}

function ofTheMoment({ filters, parameters }: ExperimentTarget): boolean {
  return filters !== undefined || parameters !== undefined;
}

function targetOf({ type, by, filters, parameters }: ExperimentTarget) {
  return {
    resourceType: type,
    selectionMode: 'ALL',
    ...('arns' in by ? { resourceArns: [...by.arns] } : { resourceTags: { ...by.tags } }),
    ...(filters !== undefined && {
      filters: Object.entries(filters).map(([path, value]) => ({ path, values: [value] })),
    }),
    ...(parameters !== undefined && { parameters: { ...parameters } }),
  };
}

function actionOf({ name, actionId, parameters, target }: ExperimentPart) {
  return {
    actionId,
    ...(parameters !== undefined && { parameters: { ...parameters } }),
    targets: { [target.role]: name },
  };
}

/** To deliver what an experiment does, and to let the delivery into the log group. */
function logging(): readonly PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: [
        'logs:CreateLogDelivery',
        'logs:DescribeLogGroups',
        'logs:DescribeResourcePolicies',
        'logs:PutResourcePolicy',
      ],
      resources: ['*'],
    }),
  ];
}
