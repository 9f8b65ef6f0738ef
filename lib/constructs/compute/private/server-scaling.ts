import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { CfnService } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { FargateCompute } from '../../../config';

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

/** Per cent of the processor at which tasks are added: half is left for a burst until they run. */
const CPU_TARGET = 50;
/** Seconds; adds at once what is missing, and takes away slowly what may be needed again. */
const COOLDOWN = { scaleInCooldown: 300, scaleOutCooldown: 60 };

/**
 * Adds and removes tasks by processor and by requests, whichever asks for more; never fewer than the
 * declared demand needs without one Region and one zone.
 */
export class ServerScaling extends Construct {
  private readonly target: CfnScalableTarget;

  public constructor(scope: Construct, id: string, props: ServerScalingProps) {
    super(scope, id);
    const { servers, resourceId } = props;
    this.target = new CfnScalableTarget(this, 'Target', {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId,
      minCapacity: servers.minTasks,
      maxCapacity: servers.maxTasks,
    });
    this.target.addResourceDependency(props.service);
    this.track('Cpu', resourceId, CPU_TARGET, {
      predefinedMetricType: 'ECSServiceAverageCPUUtilization',
    });
    // The metric counts by the minute.
    this.track('Requests', resourceId, servers.requestsPerSecond * 60, {
      predefinedMetricType: 'ALBRequestCountPerTarget',
      resourceLabel: props.label,
    });
  }

  private track(
    id: string,
    resourceId: string,
    targetValue: number,
    metric: CfnScalingPolicy.PredefinedMetricSpecificationProperty,
  ): void {
    new CfnScalingPolicy(this, id, {
      policyName: `${resourceId}/${id}`,
      policyType: 'TargetTrackingScaling',
      scalingTargetId: this.target.ref,
      targetTrackingScalingPolicyConfiguration: {
        ...COOLDOWN,
        targetValue,
        predefinedMetricSpecification: metric,
      },
    });
  }
}
