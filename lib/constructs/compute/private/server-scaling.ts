import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { CfnService } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { CfnScalingPolicyProps } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { FargateCompute, Scaling, Schedule } from '../../../config';
import { queueAge } from './queue-age';
import { StepAlarm, stepAdjustments } from './step-alarm';

export interface ServerScalingProps {
  /** The service that is scaled. */
  readonly service: CfnService;
  /** Its name for scaling, `service/CLUSTER/SERVICE`. */
  readonly resourceId: string;
  /** What was declared and computed for it. */
  readonly servers: FargateCompute;
  /** Names of load balancer and target group. */
  readonly label: string;
}

/** Seconds; adds at once what is missing, and takes away slowly what may be needed again. */
const COOLDOWN = { scaleInCooldown: 300, scaleOutCooldown: 60 };

type Tracking = Omit<
  CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty,
  'targetValue'
>;

/**
 * Adds and removes tasks by every declared policy, whichever asks for more; never fewer than the
 * declared demand needs without one Region and one zone, unless a schedule asks for even more.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
 */
export class ServerScaling extends Construct {
  private readonly target: CfnScalableTarget;
  private readonly resourceId: string;

  public constructor(scope: Construct, id: string, props: ServerScalingProps) {
    super(scope, id);
    const { servers, resourceId } = props;
    const { scaling } = servers;
    this.resourceId = resourceId;
    this.target = new CfnScalableTarget(this, 'Target', {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId,
      minCapacity: servers.minTasks,
      maxCapacity: servers.maxTasks,
      ...(scaling.schedules.length > 0 && {
        scheduledActions: scaling.schedules.map(scheduledAction),
      }),
    });
    this.target.addResourceDependency(props.service);
    if (scaling.cpuPercent !== undefined) {
      this.track('Cpu', scaling.cpuPercent, {
        predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      });
    }
    if (scaling.requests) {
      const metric = {
        predefinedMetricType: 'ALBRequestCountPerTarget',
        resourceLabel: props.label,
      };
      // The metric counts by the minute.
      const each = servers.requestsPerSecond * 60;
      this.track('Requests', each, { predefinedMetricSpecification: metric });
    }
    if (scaling.queueAge !== undefined) {
      const { queue, seconds } = scaling.queueAge;
      this.track('QueueAge', seconds, { customizedMetricSpecification: queueAge(queue) });
    }
    this.steps(scaling.steps);
    this.predict(scaling);
  }

  private policy(
    id: string,
    props: Pick<CfnScalingPolicyProps, 'policyType'> & Partial<CfnScalingPolicyProps>,
  ): CfnScalingPolicy {
    return new CfnScalingPolicy(this, id, {
      policyName: `${this.resourceId}/${id}`,
      scalingTargetId: this.target.ref,
      ...props,
    });
  }

  private track(id: string, targetValue: number, metric: Tracking): void {
    this.policy(id, {
      policyType: 'TargetTrackingScaling',
      targetTrackingScalingPolicyConfiguration: { ...COOLDOWN, targetValue, ...metric },
    });
  }

  private steps(steps: Scaling['steps']): void {
    const [first] = steps;
    if (first === undefined) return;
    const policy = this.policy('Steps', {
      policyType: 'StepScaling',
      stepScalingPolicyConfiguration: {
        adjustmentType: 'PercentChangeInCapacity',
        metricAggregationType: 'Average',
        minAdjustmentMagnitude: 1,
        cooldown: COOLDOWN.scaleOutCooldown,
        stepAdjustments: stepAdjustments(steps),
      },
    });
    const [, cluster = '', service = ''] = this.resourceId.split('/');
    new StepAlarm(this, 'StepAlarm', {
      namespace: 'AWS/ECS',
      dimensions: { ClusterName: cluster, ServiceName: service },
      above: first.aboveCpuPercent,
      policyArn: policy.ref,
    });
  }

  private predict({ predictive, cpuPercent }: Scaling): void {
    if (predictive === undefined) return;
    this.policy('Predictive', {
      policyType: 'PredictiveScaling',
      predictiveScalingPolicyConfiguration: {
        mode: predictive === 'forecast-only' ? 'ForecastOnly' : 'ForecastAndScale',
        schedulingBufferTime: 300,
        metricSpecifications: [
          {
            targetValue: cpuPercent ?? 50,
            predefinedMetricPairSpecification: { predefinedMetricType: 'ECSServiceCPUUtilization' },
          },
        ],
      },
    });
  }
}

/** AWS has a sixth field, the year, and wants one of the two days to be `?`. */
function scheduledAction({
  name,
  cron,
  timeZone,
  min,
  max,
}: Schedule): CfnScalableTarget.ScheduledActionProperty {
  const [minute, hour, ofMonth, month, ofWeek] = cron.split(' ');
  const days = ofWeek === '*' ? [ofMonth, month, '?'] : ['?', month, ofWeek];
  return {
    scheduledActionName: name,
    schedule: `cron(${[minute, hour, ...days, '*'].join(' ')})`,
    timezone: timeZone,
    scalableTargetAction: { minCapacity: min, maxCapacity: max },
  };
}
