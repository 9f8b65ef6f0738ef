import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Alarm, CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import type { ILambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import type { Function as LambdaFunction, IAlias } from 'aws-cdk-lib/aws-lambda';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { LambdaCompute, LambdaRollout } from '../../../config';

export interface FunctionRolloutProps {
  /** The function. */
  readonly function: LambdaFunction;
  /** What was declared of it. */
  readonly of: LambdaCompute;
}

const CONFIGURATIONS: Readonly<Record<LambdaRollout, ILambdaDeploymentConfig | undefined>> = {
  'all-at-once': undefined,
  'canary-10-percent-5-minutes': LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  'canary-10-percent-15-minutes': LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES,
  'linear-10-percent-every-1-minute': LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
  'linear-10-percent-every-3-minutes': LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_3MINUTES,
};
/** Name of the version that serves. */
const ALIAS = 'live';
/** Of the instances that are ready; above it more are made ready. */
const MOST_USED = 0.7;

/**
 * The name `live` for the version that serves: with it instances can be kept ready, and a new version
 * gets a part of the requests first. An alarm on the errors of that version takes it back.
 *
 * Instances that are kept ready cost about 0.0000033 USD a second for each GB, used or not.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
export class FunctionRollout extends Construct {
  /** Serves under the name `live`. */
  public readonly alias: IAlias;

  public constructor(scope: Construct, id: string, props: FunctionRolloutProps) {
    super(scope, id);
    const { provisioned, rollout } = props.of;
    const alias = new Alias(this, 'Live', {
      aliasName: ALIAS,
      version: props.function.currentVersion,
      provisionedConcurrentExecutions: provisioned?.min,
    });
    this.alias = alias;
    if (provisioned !== undefined && provisioned.max > provisioned.min) {
      this.scale(provisioned, props.function.functionName);
    }
    const deploymentConfig = CONFIGURATIONS[rollout];
    if (deploymentConfig === undefined) return;
    new LambdaDeploymentGroup(this, 'Rollout', {
      application: new LambdaApplication(this, 'Application'),
      alias,
      deploymentConfig,
      alarms: [this.errors(props.function.functionName)],
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
    });
  }

  private scale(
    { min, max }: { readonly min: number; readonly max: number },
    functionName: string,
  ): void {
    const target = new CfnScalableTarget(this, 'Target', {
      serviceNamespace: 'lambda',
      scalableDimension: 'lambda:function:ProvisionedConcurrency',
      resourceId: `function:${functionName}:${ALIAS}`,
      minCapacity: min,
      maxCapacity: max,
    });
    target.node.addDependency(this.alias);
    new CfnScalingPolicy(this, 'Ready', {
      policyName: 'Ready',
      policyType: 'TargetTrackingScaling',
      scalingTargetId: target.ref,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: MOST_USED,
        predefinedMetricSpecification: {
          predefinedMetricType: 'LambdaProvisionedConcurrencyUtilization',
        },
      },
    });
  }

  /** Watches a deployment; whoever has to hear of errors hears the alarms of the Region. */
  private errors(functionName: string): IAlarm {
    const alarm = new CfnAlarm(this, 'Errors', {
      alarmDescription: 'Takes a new version of the function back',
      namespace: 'AWS/Lambda',
      metricName: 'Errors',
      statistic: 'Sum',
      dimensions: [
        { name: 'FunctionName', value: functionName },
        { name: 'Resource', value: `${functionName}:${ALIAS}` },
      ],
      period: 60,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
    });
    return Alarm.fromAlarmArn(this, 'TakesBack', alarm.attrArn);
  }
}
