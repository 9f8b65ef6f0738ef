import { CfnScalingPolicy, CfnScheduledAction, CfnWarmPool } from 'aws-cdk-lib/aws-autoscaling';
import type { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Construct } from 'constructs';
import type { Ec2Compute } from '../../../config';
import { StepAlarm, stepAdjustments } from './step-alarm';
import { WARMUP_SECONDS } from './server-group';
import { queueAge } from './queue-age';

export interface InstanceScalingProps {
  /** The group that is scaled. */
  readonly group: CfnAutoScalingGroup;
  /** What was declared and computed for it. */
  readonly servers: Ec2Compute;
  /** Names of load balancer and target group. */
  readonly label: string;
}

/**
 * Adds and removes instances by every declared policy, whichever asks for more; never fewer than the
 * declared demand needs without one Region and one zone, unless a schedule asks for even more.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
 */
export class InstanceScaling extends Construct {
  private readonly groupName: string;

  public constructor(scope: Construct, id: string, props: InstanceScalingProps) {
    super(scope, id);
    const { servers, group, label } = props;
    const { scaling } = servers;
    this.groupName = group.ref;
    if (scaling.cpuPercent !== undefined) {
      this.track('Cpu', scaling.cpuPercent, {
        predefinedMetricSpecification: { predefinedMetricType: 'ASGAverageCPUUtilization' },
      });
    }
    if (scaling.requests) {
      // The metric counts by the minute.
      this.track('Requests', servers.requestsPerSecond * 60, {
        predefinedMetricSpecification: {
          predefinedMetricType: 'ALBRequestCountPerTarget',
          resourceLabel: label,
        },
      });
    }
    if (scaling.queueAge !== undefined) {
      const { queue, seconds } = scaling.queueAge;
      this.track('QueueAge', seconds, { customizedMetricSpecification: queueAge(queue) });
    }
    this.steps(scaling.steps);
    this.schedules(scaling.schedules);
    this.predict(scaling);
    if (servers.warmPool > 0) this.warm(servers.warmPool);
  }

  private track(
    id: string,
    targetValue: number,
    metric: Omit<CfnScalingPolicy.TargetTrackingConfigurationProperty, 'targetValue'>,
  ): void {
    new CfnScalingPolicy(this, id, {
      autoScalingGroupName: this.groupName,
      policyType: 'TargetTrackingScaling',
      targetTrackingConfiguration: { targetValue, ...metric },
    });
  }

  private steps(steps: Ec2Compute['scaling']['steps']): void {
    const [first] = steps;
    if (first === undefined) return;
    const policy = new CfnScalingPolicy(this, 'Steps', {
      autoScalingGroupName: this.groupName,
      policyType: 'StepScaling',
      adjustmentType: 'PercentChangeInCapacity',
      metricAggregationType: 'Average',
      minAdjustmentMagnitude: 1,
      estimatedInstanceWarmup: WARMUP_SECONDS,
      stepAdjustments: stepAdjustments(steps),
    });
    new StepAlarm(this, 'StepAlarm', {
      namespace: 'AWS/EC2',
      dimensions: { AutoScalingGroupName: this.groupName },
      above: first.aboveCpuPercent,
      policyArn: policy.ref,
    });
  }

  private schedules(schedules: Ec2Compute['scaling']['schedules']): void {
    for (const { name, cron, timeZone, min, max } of schedules) {
      new CfnScheduledAction(this, `Schedule-${name}`, {
        autoScalingGroupName: this.groupName,
        recurrence: cron,
        timeZone,
        minSize: min,
        maxSize: max,
      });
    }
  }

  private predict({ predictive, cpuPercent }: Ec2Compute['scaling']): void {
    if (predictive === undefined) return;
    new CfnScalingPolicy(this, 'Predictive', {
      autoScalingGroupName: this.groupName,
      policyType: 'PredictiveScaling',
      predictiveScalingConfiguration: {
        mode: predictive === 'forecast-only' ? 'ForecastOnly' : 'ForecastAndScale',
        schedulingBufferTime: 300,
        metricSpecifications: [
          {
            targetValue: cpuPercent ?? 50,
            predefinedMetricPairSpecification: { predefinedMetricType: 'ASGCPUUtilization' },
          },
        ],
      },
    });
  }

  /** Stopped, they cost their volumes only; one that scaling takes away goes back to the pool. */
  private warm(minSize: number): void {
    new CfnWarmPool(this, 'WarmPool', {
      autoScalingGroupName: this.groupName,
      minSize,
      maxGroupPreparedCapacity: -1,
      poolState: 'Stopped',
      instanceReusePolicy: { reuseOnScaleIn: true },
    });
  }
}
