import { Duration } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  NetworkListener,
  NetworkListenerAction,
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { INetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { LoadBalancing } from '../../config';
import { ACCESS_LOG_PREFIX } from '../storage';
import { healthCheck } from './private/health-check';
import { thresholds } from './private/target-groups';

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
  /** What TLS ends with here. @default none: bytes are passed on as they come, by TCP */
  readonly certificate?: ICertificate;
  /** By what targets register: tasks by their address, instances by their id. @default instances */
  readonly by?: TargetType.IP | TargetType.INSTANCE;
  /** With fewer healthy targets, what to do. @default as AWS has it: with none, all get connections */
  readonly minimumHealthy?: LoadBalancing['minimumHealthy'];
  /** Whether a second, equal group stands by, which ECS moves connections to and from. @default false */
  readonly alternate?: boolean;
  /** Name of the Region's log bucket; there are lines for TLS connections alone. @default no log */
  readonly logBucket?: string;
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
 * one gateway among them. Where TLS ends here there is no such affinity.
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
  public readonly targetGroup: NetworkTargetGroup;
  /** The other of the two groups that tasks register with in turn, if there is one. */
  public readonly alternateGroup: NetworkTargetGroup | undefined;
  /** Of the listener on which clients connect. */
  public readonly listenerArn: string;
  /** `net/NAME/ID`, as metrics know it; known only at deployment. */
  public readonly fullName: string;

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
    const logs = { enabled: 'true', bucket: props.logBucket, prefix: ACCESS_LOG_PREFIX };
    for (const [name, value] of Object.entries(props.logBucket === undefined ? {} : logs)) {
      loadBalancer.setAttribute(`access_logs.s3.${name}`, value);
    }
    const targetGroup = this.targets('Targets', props);
    const alternate = props.alternate === true ? this.targets('Alternate', props) : undefined;
    const { port, certificate } = props;
    const listener = new NetworkListener(this, 'Listener', {
      ...{ loadBalancer, port },
      ...(alternate === undefined
        ? { defaultTargetGroups: [targetGroup] }
        : { defaultAction: firstOf(targetGroup, alternate) }),
      ...(certificate === undefined
        ? { protocol: Protocol.TCP }
        : {
            protocol: Protocol.TLS,
            certificates: [certificate],
            sslPolicy: SslPolicy.TLS13_12_RES_PQ,
          }),
    });
    this.loadBalancer = loadBalancer;
    this.fullName = loadBalancer.loadBalancerFullName;
    this.targetGroup = targetGroup;
    this.alternateGroup = alternate;
    this.listenerArn = listener.listenerArn;
  }

  /**
   * A second group of targets that is only asked for its health, so that whoever runs them replaces the
   * dead: a group is checked as soon as a listener forwards to it, and no security group opens its port.
   */
  public watch(id: string, port: number, props: NetworkBalancerProps): NetworkTargetGroup {
    const group = this.targets(id, props);
    new NetworkListener(this, `${id}Listener`, {
      ...{ loadBalancer: this.loadBalancer, port, protocol: Protocol.TCP },
      defaultTargetGroups: [group],
    });
    return group;
  }

  private targets(id: string, props: NetworkBalancerProps): NetworkTargetGroup {
    const seconds = props.deregistrationSeconds ?? 60;
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > 3600) {
      throw new RangeError(`\`deregistrationSeconds\` must be between 0 and 3600, got: ${seconds}`);
    }
    const group = new NetworkTargetGroup(this, id, {
      vpc: props.vpc,
      port: props.targetPort,
      protocol: Protocol.TCP,
      targetType: props.by ?? TargetType.INSTANCE,
      preserveClientIp: true,
      deregistrationDelay: Duration.seconds(seconds),
      // What still holds after that is cut, so that clients look for another target.
      connectionTermination: true,
      healthCheck: { protocol: Protocol.HTTP, ...healthCheck(props.healthPath) },
    });
    for (const [name, value] of Object.entries(
      props.minimumHealthy === undefined
        ? {}
        : thresholds({ minimumHealthy: props.minimumHealthy }),
    )) {
      group.setAttribute(`target_group_health.${name}`, value);
    }
    if (props.affinity === 'source-ip') {
      if (props.certificate !== undefined) {
        throw new RangeError('`affinity` must be "flow" where TLS ends here, got: "source-ip"');
      }
      group.setAttribute('stickiness.enabled', 'true');
      group.setAttribute('stickiness.type', 'source_ip');
    }
    return group;
  }
}

/** All to the first; whoever deploys moves the weights. */
function firstOf(first: NetworkTargetGroup, other: NetworkTargetGroup): NetworkListenerAction {
  return NetworkListenerAction.weightedForward([
    { targetGroup: first, weight: 1 },
    { targetGroup: other, weight: 0 },
  ]);
}
