import { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  NetworkListener,
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type {
  INetworkLoadBalancer,
  INetworkTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { healthCheck } from './private/health-check';

/** Who of the targets gets a connection: by the whole flow, or by the client's address alone. */
export type Affinity = 'flow' | 'source-ip';

export interface NetworkBalancerProps {
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Port on which clients connect, by TCP. */
  readonly port: number;
  /** Port on which targets listen. */
  readonly targetPort: number;
  /** Path on which a target says that it lives. */
  readonly healthPath: string;
  /** Groups that decide who may connect. */
  readonly securityGroups: readonly ISecurityGroup[];
  /** @default flow */
  readonly affinity?: Affinity;
  /** Whether it has public addresses. @default false */
  readonly internetFacing?: boolean;
  /** Whether a zone's node also sends to targets of other zones, which costs by the GB. @default true */
  readonly crossZone?: boolean;
  /** Whether traffic can be moved away from a zone. @default true */
  readonly zonalShift?: boolean;
  /** Longest time in which a target that leaves may end connections, 0 to 3600. @default 60 */
  readonly deregistrationSeconds?: number;
}

/**
 * A load balancer for connections, which looks into none of them: a fixed address for each zone, the
 * client's own address at the target. By the flow (five values hashed) connections of one client are
 * spread; by the source address (the field's IP hash) they stay with one target, all clients behind
 * one gateway among them. Below TLS targets or listeners there is no affinity, so it speaks TCP.
 *
 * Costs 0.0225 USD an hour and 0.006 USD for each capacity unit an hour, public addresses apart.
 * Limits: 50 listeners, 500 targets for each zone while zones help each other.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
 */
export class NetworkBalancer extends Construct {
  /** The load balancer. */
  public readonly loadBalancer: INetworkLoadBalancer;
  /** Where targets register, by their id. */
  public readonly targetGroup: INetworkTargetGroup;

  public constructor(scope: Construct, id: string, props: NetworkBalancerProps) {
    super(scope, id);
    const { vpc, internetFacing = false } = props;
    const loadBalancer = new NetworkLoadBalancer(this, 'Resource', {
      vpc,
      internetFacing,
      vpcSubnets: {
        subnetType: internetFacing ? SubnetType.PUBLIC : SubnetType.PRIVATE_WITH_EGRESS,
      },
      crossZoneEnabled: props.crossZone ?? true,
      zonalShift: props.zonalShift ?? true,
      securityGroups: [...props.securityGroups],
    });
    const targetGroup = this.targets(props);
    new NetworkListener(this, 'Listener', {
      loadBalancer,
      port: props.port,
      protocol: Protocol.TCP,
      defaultTargetGroups: [targetGroup],
    });
    this.loadBalancer = loadBalancer;
    this.targetGroup = targetGroup;
  }

  private targets(props: NetworkBalancerProps): NetworkTargetGroup {
    const seconds = props.deregistrationSeconds ?? 60;
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > 3600) {
      throw new RangeError(`\`deregistrationSeconds\` must be between 0 and 3600, got: ${seconds}`);
    }
    const group = new NetworkTargetGroup(this, 'Targets', {
      vpc: props.vpc,
      port: props.targetPort,
      protocol: Protocol.TCP,
      targetType: TargetType.INSTANCE,
      preserveClientIp: true,
      deregistrationDelay: Duration.seconds(seconds),
      // What still holds after that is cut, so that clients look for another target.
      connectionTermination: true,
      healthCheck: { protocol: Protocol.HTTP, ...healthCheck(props.healthPath) },
    });
    if (props.affinity === 'source-ip') {
      group.setAttribute('stickiness.enabled', 'true');
      group.setAttribute('stickiness.type', 'source_ip');
    }
    return group;
  }
}
