import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Scaling } from '../../../config';

export interface StepAlarmProps {
  /** Where the metric is. */
  readonly namespace: 'AWS/EC2' | 'AWS/ECS';
  /** What it is of. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Per cent of the processors above which the first step is taken. */
  readonly above: number;
  /** ARN of the policy that has the steps. */
  readonly policyArn: string;
}

/** Starts step scaling. It is no alarm for a person: nobody hears it, and it is there to ring. */
export class StepAlarm extends Construct {
  public constructor(scope: Construct, id: string, props: StepAlarmProps) {
    super(scope, id);
    new CfnAlarm(this, 'Resource', {
      alarmDescription: 'Takes the steps of scaling',
      namespace: props.namespace,
      metricName: 'CPUUtilization',
      statistic: 'Average',
      dimensions: Object.entries(props.dimensions).map(([name, value]) => ({ name, value })),
      period: 60,
      evaluationPeriods: 1,
      threshold: props.above,
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'missing',
      alarmActions: [props.policyArn],
    });
  }
}

export interface StepAdjustment {
  readonly metricIntervalLowerBound: number;
  readonly metricIntervalUpperBound?: number;
  readonly scalingAdjustment: number;
}

/** Each step from its own bound, counted from the first one's, to the next one's. */
export function stepAdjustments(steps: Scaling['steps']): StepAdjustment[] {
  const base = steps[0]?.aboveCpuPercent ?? 0;
  return steps.map(({ aboveCpuPercent, addPercent }, index) => {
    const next = steps[index + 1];
    return {
      metricIntervalLowerBound: aboveCpuPercent - base,
      ...(next && { metricIntervalUpperBound: next.aboveCpuPercent - base }),
      scalingAdjustment: addPercent,
    };
  });
}
