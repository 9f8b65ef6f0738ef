import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Construct } from 'constructs';
import type { AuroraStore } from '../../config';

export interface ReaderScalingProps {
  /** Identifier of the cluster, computed. */
  readonly cluster: string;
  /** Fewest and most instances, the writer among them. */
  readonly store: Pick<AuroraStore, 'instancesPerRegion' | 'maxInstancesPerRegion'>;
}

const NAMESPACE = 'rds';
const DIMENSION = 'rds:cluster:ReadReplicaCount';
/** Percent: what is left carries the readers of a zone that is lost, while new ones start. */
const CPU_PERCENT = 60;
const COOL_DOWN_SECONDS = 300;

/**
 * Adds readers to a cluster of this Region while those that it has are busy, and takes away again what
 * it added, never the declared ones. A reader takes minutes to start, so that it follows the hours of a
 * day, not a minute's rush. Each costs what an instance of the cluster's class costs by the hour.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html
 */
export class ReaderScaling extends Construct {
  public constructor(scope: Construct, id: string, props: ReaderScalingProps) {
    super(scope, id);
    const { cluster, store } = props;
    const target = new CfnScalableTarget(this, 'Target', {
      serviceNamespace: NAMESPACE,
      scalableDimension: DIMENSION,
      resourceId: `cluster:${cluster}`,
      minCapacity: store.instancesPerRegion - 1,
      maxCapacity: store.maxInstancesPerRegion - 1,
    });
    new CfnScalingPolicy(this, 'Resource', {
      policyName: `${cluster}-readers`,
      policyType: 'TargetTrackingScaling',
      scalingTargetId: target.ref,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: {
          predefinedMetricType: 'RDSReaderAverageCPUUtilization',
        },
        targetValue: CPU_PERCENT,
        scaleInCooldown: COOL_DOWN_SECONDS,
        scaleOutCooldown: COOL_DOWN_SECONDS,
      },
    });
  }
}
