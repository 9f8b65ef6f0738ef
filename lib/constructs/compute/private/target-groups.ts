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
import type { ApplicationBalancing, LoadBalancing, TargetAlgorithm } from '../../../config';
import { FunctionTarget } from './function-target';
import { healthCheck } from './health-check';

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
  /** How requests are shared among the servers. */
  readonly loadBalancing: ApplicationBalancing;
  /** By what they register: tasks by their address, instances by their id. */
  readonly by: TargetType.IP | TargetType.INSTANCE;
}

const ALGORITHMS: Readonly<Record<TargetAlgorithm, TargetGroupLoadBalancingAlgorithmType>> = {
  'round-robin': TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN,
  'least-outstanding-requests': TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
  'weighted-random': TargetGroupLoadBalancingAlgorithmType.WEIGHTED_RANDOM,
};

/**
 * Servers behind a load balancer. They are asked whether they live, not whether their dependencies do:
 * the service ends a task that is found unhealthy, and during a failover of the database it would end
 * all of them. Whether a Region can serve is asked by Route 53, which sends users to another one.
 *
 * Only what differs from AWS's own default is said. With too few of them healthy it is rather the
 * check that is wrong, and all are used.
 */
export class ServerTargets extends ApplicationTargetGroup {
  public constructor(scope: Construct, id: string, props: ServerTargetsProps) {
    const { loadBalancing: how } = props;
    super(scope, id, {
      vpc: props.vpc,
      port: props.port,
      targetType: props.by,
      protocol: ApplicationProtocol.HTTP,
      loadBalancingAlgorithmType: ALGORITHMS[how.algorithm],
      deregistrationDelay: Duration.seconds(how.deregistrationSeconds),
      ...(how.anomalyMitigation && { enableAnomalyMitigation: true }),
      ...(!how.crossZone && { crossZoneEnabled: false }),
      ...(how.slowStartSeconds !== undefined && {
        slowStart: Duration.seconds(how.slowStartSeconds),
      }),
      ...(how.stickinessSeconds !== undefined && {
        stickinessCookieDuration: Duration.seconds(how.stickinessSeconds),
      }),
      healthCheck: healthCheck(props.healthPath),
    });
    for (const [name, value] of Object.entries(thresholds(how))) {
      this.setAttribute(`target_group_health.${name}`, value);
    }
  }
}

/** Attributes of the bounds below which too few targets are healthy. */
export function thresholds({
  minimumHealthy,
}: Pick<LoadBalancing, 'minimumHealthy'>): Readonly<Record<string, string>> {
  const { routing, dns } = minimumHealthy;
  const [unhealthy, failover] = ['unhealthy_state_routing', 'dns_failover'].map(
    (action) => `${action}.minimum_healthy_targets`,
  );
  return {
    ...(routing.percentage !== undefined && {
      [`${unhealthy}.percentage`]: String(routing.percentage),
    }),
    ...(routing.count > 1 && { [`${unhealthy}.count`]: String(routing.count) }),
    [`${failover}.count`]: String(dns.count),
    ...(dns.percentage !== undefined && { [`${failover}.percentage`]: String(dns.percentage) }),
  };
}
