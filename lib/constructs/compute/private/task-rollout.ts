import type { CfnService } from 'aws-cdk-lib/aws-ecs';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { FargateDeployment } from '../../../config';

export interface ShiftRoleProps {
  /** Both groups that tasks register with in turn. */
  readonly groups: readonly ITargetGroup[];
  /** The listener whose weights are moved. */
  readonly listenerArn: string;
}

/**
 * What ECS may do to move connections from old tasks to new ones: no more than the listener and the groups
 * of one service.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
 */
export class ShiftRole extends Role {
  public constructor(scope: Construct, id: string, props: ShiftRoleProps) {
    const elb = (...names: readonly string[]) => names.map((it) => `elasticloadbalancing:${it}`);
    const describe = ['Listeners', 'Rules', 'TargetGroups', 'TargetHealth'];
    const statements = [
      // Of what only describes, none takes a resource.
      new PolicyStatement({
        actions: elb(...describe.map((what) => `Describe${what}`)),
        resources: ['*'],
      }),
      new PolicyStatement({
        actions: elb('RegisterTargets', 'DeregisterTargets'),
        resources: props.groups.map(({ targetGroupArn }) => targetGroupArn),
      }),
      new PolicyStatement({ actions: elb('ModifyListener'), resources: [props.listenerArn] }),
    ];
    super(scope, id, {
      description: 'Moves connections to new tasks',
      assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
      inlinePolicies: { Move: new PolicyDocument({ statements }) },
    });
  }
}

const CAPACITY = { minimumHealthyPercent: 100, maximumPercent: 200 };

/**
 * Of a service. The circuit breaker takes back a rolling update alone; the others are taken back by alarms.
 *
 * @param alarmNames alarms that end a deployment which is no rolling update
 */
export function deploymentOf(
  deployment: FargateDeployment,
  alarmNames: readonly string[],
): CfnService.DeploymentConfigurationProperty {
  const alarms = { alarmNames: [...alarmNames], enable: true, rollback: true };
  switch (deployment.strategy) {
    case 'rolling':
      return { ...CAPACITY, deploymentCircuitBreaker: { enable: true, rollback: true } };
    case 'blue-green':
      return {
        ...{ ...CAPACITY, alarms, strategy: 'BLUE_GREEN' },
        bakeTimeInMinutes: deployment.bakeMinutes,
      };
    case 'canary':
      return {
        ...{ ...CAPACITY, alarms, strategy: 'CANARY', bakeTimeInMinutes: deployment.bakeMinutes },
        canaryConfiguration: {
          canaryPercent: deployment.percent,
          canaryBakeTimeInMinutes: deployment.minutes,
        },
      };
    case 'linear':
      return {
        ...{ ...CAPACITY, alarms, strategy: 'LINEAR', bakeTimeInMinutes: deployment.bakeMinutes },
        linearConfiguration: {
          stepPercent: deployment.percent,
          stepBakeTimeInMinutes: deployment.minutes,
        },
      };
  }
}
