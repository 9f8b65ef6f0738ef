import { Duration } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationProtocol,
  ApplicationTargetGroup,
  TargetGroupLoadBalancingAlgorithmType,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { FunctionTarget } from './function-target';

export interface FunctionTargetsProps {
  /** The function. */
  readonly target: IFunction;
  /** Path on which it says that it lives. */
  readonly healthPath: string;
}

/** A function behind a load balancer. */
export class FunctionTargets extends ApplicationTargetGroup {
  public constructor(scope: Construct, id: string, props: FunctionTargetsProps) {
    super(scope, id, {
      targetType: TargetType.LAMBDA,
      targets: [new FunctionTarget(props.target)],
      healthCheck: {
        enabled: true,
        path: props.healthPath,
        healthyHttpCodes: '200',
        interval: Duration.seconds(35),
        timeout: Duration.seconds(30),
      },
    });
  }
}

export interface ServerTargetsProps {
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Port on which servers listen. */
  readonly port: number;
  /** Path on which a server says that it lives. */
  readonly healthPath: string;
}

/**
 * Servers behind a load balancer. They are asked whether they live, not whether their dependencies do:
 * the service ends a task that is found unhealthy, and during a failover of the database it would end
 * all of them. Whether a Region can serve is asked by Route 53, which sends users to another one.
 *
 * The server with the fewest requests in hand gets the next, so a slow one gets fewer; with that a
 * slow start would not be legal, and is not needed.
 */
export class ServerTargets extends ApplicationTargetGroup {
  public constructor(scope: Construct, id: string, props: ServerTargetsProps) {
    super(scope, id, {
      vpc: props.vpc,
      port: props.port,
      targetType: TargetType.IP,
      protocol: ApplicationProtocol.HTTP,
      loadBalancingAlgorithmType: TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
      // The longest request takes 30 s.
      deregistrationDelay: Duration.seconds(30),
      healthCheck: {
        path: props.healthPath,
        healthyHttpCodes: '200',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
    // With less than a third of them healthy it is rather the check that is wrong: use all.
    this.setAttribute(
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage',
      '33',
    );
    this.setAttribute('target_group_health.dns_failover.minimum_healthy_targets.count', '1');
  }
}
