import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';

export interface WebAclProps {
  /** Name of the list and, behind `aws-waf-logs-`, of its log. */
  readonly aclName: string;
  /** `CLOUDFRONT` lists stand in us-east-1. */
  readonly scope: 'CLOUDFRONT' | 'REGIONAL';
  /** Account of the stack. */
  readonly account: string;
  /** Region of the stack. */
  readonly region: RegionName;
  /** Rules in the order in which they are asked. */
  readonly rules: readonly WebRule[];
}

/** A rule of a web access control list, without what all of ours have in common. */
export interface WebRule {
  readonly name: string;
  readonly statement: CfnWebACL.StatementProperty;
  /** What becomes of a matching request; a group of rules decides by itself. @default group */
  readonly action?: 'block';
}

/** Headers whose values open something, and so do not belong into a log. */
const REDACTED = ['authorization', 'cookie', 'x-origin-verify'];

/**
 * A firewall for requests that lets pass what no rule blocks, with a log of what was blocked or
 * counted, kept for a month. Costs 5 USD a month, and 1 USD for each rule.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
 */
export class WebAcl extends Construct {
  /** ARN of the list; known only at deployment. */
  public readonly webAclArn: string;

  public constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const { aclName, account, region } = props;
    const acl = new CfnWebACL(this, 'Resource', {
      name: aclName,
      scope: props.scope,
      defaultAction: { allow: {} },
      visibilityConfig: visible(aclName),
      rules: props.rules.map(({ name, statement, action }, priority) => ({
        name,
        priority,
        statement,
        ...(action === 'block' ? { action: { block: {} } } : { overrideAction: { none: {} } }),
        visibilityConfig: visible(`${aclName}-${name}`),
      })),
    });
    this.webAclArn = acl.attrArn;
    const logGroupName = `aws-waf-logs-${aclName}`;
    const log = new LogGroup(this, 'Log', {
      logGroupName,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      // Not the group's attribute, which ends in `:*` and is refused here.
      logDestinationConfigs: [`arn:aws:logs:${region}:${account}:log-group:${logGroupName}`],
      redactedFields: REDACTED.map((header) => ({ singleHeader: { Name: header } })),
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
    });
    logging.node.addDependency(log);
  }
}

function visible(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
