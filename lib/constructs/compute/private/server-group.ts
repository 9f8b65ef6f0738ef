import { Stack } from 'aws-cdk-lib';
import type { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { Ec2Compute } from '../../../config';
import type { ServerTemplate } from './server-template';
import type { Signal } from './user-data';

/** Seconds from its start until an instance counts in what is measured. */
export const WARMUP_SECONDS = 90;

/** Settings that every group has: even zones, and none that is left keeps ending what it cannot reach. */
export const GROUP = {
  // The load balancer's word: an instance whose server does not live is replaced.
  healthCheckType: 'ELB',
  healthCheckGracePeriod: 180,
  defaultInstanceWarmup: WARMUP_SECONDS,
  availabilityZoneDistribution: { capacityDistributionStrategy: 'balanced-best-effort' },
  availabilityZoneImpairmentPolicy: {
    zonalShiftEnabled: true,
    impairedZoneHealthCheckBehavior: 'IgnoreUnhealthy',
  },
  instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 200 },
  metricsCollection: [{ granularity: '1Minute', metrics: ['GroupInServiceInstances'] }],
};

export function instances(
  { instanceTypes, spot }: Pick<Ec2Compute, 'instanceTypes' | 'spot'>,
  { resource }: ServerTemplate,
): CfnAutoScalingGroup.MixedInstancesPolicyProperty {
  return {
    launchTemplate: {
      launchTemplateSpecification: {
        launchTemplateId: resource.ref,
        version: resource.attrLatestVersionNumber,
      },
      overrides: instanceTypes.map((instanceType) => ({ instanceType })),
    },
    instancesDistribution: {
      onDemandAllocationStrategy: 'prioritized',
      onDemandBaseCapacity: spot?.onDemandFloor ?? 0,
      onDemandPercentageAboveBaseCapacity: spot === undefined ? 100 : 100 - spot.percent,
      ...(spot !== undefined && { spotAllocationStrategy: 'price-capacity-optimized' }),
    },
  };
}

/** Old servers serve until new ones have said that they live; if those do not, all stays as it was. */
export function rollOut(
  group: CfnAutoScalingGroup,
  { minInstances, maxInstances }: Pick<Ec2Compute, 'minInstances' | 'maxInstances'>,
): void {
  const third = Math.max(Math.ceil(minInstances / 3), 1);
  group.cfnOptions.creationPolicy = {
    resourceSignal: { count: minInstances, timeout: 'PT15M' },
  };
  group.cfnOptions.updatePolicy = {
    autoScalingRollingUpdate: {
      maxBatchSize: third,
      // Below the most, as CloudFormation demands.
      minInstancesInService: Math.min(minInstances, maxInstances - 1),
      minSuccessfulInstancesPercent: 100,
      pauseTime: 'PT10M',
      waitOnResourceSignals: true,
      suspendProcesses: [
        'AZRebalance',
        'AlarmNotification',
        'HealthCheck',
        'ReplaceUnhealthy',
        'ScheduledActions',
      ],
    },
  };
}

/** Whom the instances of a group tell whether they came to live. */
export function signalOf(group: CfnAutoScalingGroup): Signal {
  const { stackName, region } = Stack.of(group);
  return { stack: stackName, resource: String(Stack.of(group).resolve(group.logicalId)), region };
}
