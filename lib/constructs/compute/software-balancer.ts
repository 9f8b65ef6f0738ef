import { CfnAutoScalingGroup, CfnScalingPolicy } from 'aws-cdk-lib/aws-autoscaling';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IDependable } from 'constructs';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';
import { BACKEND, FASTEST_LUA, SECRETS_FILE, fastestLua, haproxyConfiguration } from './haproxy';
import type { HaproxyAdmission, SoftwareAlgorithm } from './haproxy';
import {
  HAPROXY_DIRECTORY,
  HAPROXY_SOCKET,
  HAPROXY_USER,
  balancerUserData,
} from './private/balancer-user-data';
import { GROUP, instances, rollOut, signalOf } from './private/server-group';
import { ServerTemplate } from './private/server-template';
import { SERVER_PORT } from './service-compute';

export interface SoftwareBalancerProps {
  /** Region of the stack. */
  readonly region: RegionName;
  /** The Region's network. */
  readonly vpc: IVpc;
  /** How the server is chosen. */
  readonly algorithm: SoftwareAlgorithm;
  /** The servers: name of their Auto Scaling group, and the most of them that there can be. */
  readonly servers: { readonly group: string; readonly most: number };
  /** Path on which a server says that it lives. */
  readonly healthPath: string;
  /** Group that admits the callers and is admitted by the servers. */
  readonly securityGroup: ISecurityGroup;
  /** Target group with which the balancers register, of a {@link NetworkBalancer} as a rule. */
  readonly target: { readonly arn: string; readonly listener: IDependable };
  /**
   * What is demanded of requests: the secret of this name in `x-origin-verify`, which `statements` let a
   * balancer read, but for the open paths and names. @default nothing
   */
  readonly admits?: HaproxyAdmission & {
    readonly secret: string;
    readonly statements: readonly PolicyStatement[];
  };
  /** Seconds in which the share of a new server grows to its full. @default 30 */
  readonly slowStartSeconds?: number;
  /** The module that follows the servers, as text. */
  readonly discovery: string;
  /** Graviton type. @default c7g.large */
  readonly instanceType?: string;
  /** Fewest balancers, equally many in each zone. @default 3 */
  readonly minInstances?: number;
  /** Most balancers. @default four times the fewest */
  readonly maxInstances?: number;
}

/** Per cent of the processors at which balancers are added. */
const CPU_PERCENT = 50;

/**
 * A tier of HAProxy on instances of their own, between a network load balancer and the servers, for
 * what the managed balancers lack: the fastest answer first, a hash of the URI, one of two at random,
 * a hash of the source that a lost server hardly disturbs. Each balancer decides by what it sees itself.
 * It asks the Region's EC2 who the servers are; while that does not answer, those that it knows stay,
 * and its own checks leave out who has gone.
 *
 * Costs what its instances cost: three of c7g.large are 0.2175 USD an hour. Use it where a measured
 * gain pays for that and for one more hop.
 *
 * @see https://docs.haproxy.org/2.8/configuration.html#4.2-balance
 */
export class SoftwareBalancer extends Construct {
  /** Name of the group of balancers. */
  public readonly groupName: string;

  public constructor(scope: Construct, id: string, props: SoftwareBalancerProps) {
    super(scope, id);
    const minInstances = props.minInstances ?? 3;
    const maxInstances = props.maxInstances ?? 4 * minInstances;
    checkBounds(minInstances, maxInstances);
    const subnets = props.vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS });
    const group = new CfnAutoScalingGroup(this, 'Resource', {
      ...GROUP,
      minSize: String(minInstances),
      maxSize: String(maxInstances),
      vpcZoneIdentifier: subnets.subnetIds,
      targetGroupArns: [props.target.arn],
    });
    const instanceType = props.instanceType ?? 'c7g.large';
    const template = new ServerTemplate(this, 'Template', {
      description: `Software balancers in ${props.region}`,
      instanceType,
      securityGroups: [props.securityGroup],
      // EC2 has no resource to which the right to list instances could be bound.
      statements: [
        new PolicyStatement({ actions: ['ec2:DescribeInstances'], resources: ['*'] }),
        ...(props.admits?.statements ?? []),
      ],
      userData: this.userData(props, group),
    });
    group.mixedInstancesPolicy = instances(
      { instanceTypes: [instanceType], spot: undefined },
      template,
    );
    rollOut(group, { minInstances, maxInstances });
    group.node.addDependency(props.target.listener);
    new CfnScalingPolicy(this, 'Cpu', {
      autoScalingGroupName: group.ref,
      policyType: 'TargetTrackingScaling',
      targetTrackingConfiguration: {
        targetValue: CPU_PERCENT,
        predefinedMetricSpecification: { predefinedMetricType: 'ASGAverageCPUUtilization' },
      },
    });
    this.groupName = group.ref;
  }

  private userData(props: SoftwareBalancerProps, group: CfnAutoScalingGroup): string {
    const { algorithm, servers, healthPath, admits, slowStartSeconds } = props;
    return balancerUserData({
      configuration: haproxyConfiguration({
        ...{ algorithm, healthPath, bind: `:${SERVER_PORT}` },
        servers: { places: servers.most, port: SERVER_PORT },
        ...{ directory: HAPROXY_DIRECTORY, socket: HAPROXY_SOCKET, user: HAPROXY_USER },
        ...(admits && { admits }),
        ...(slowStartSeconds !== undefined && { slowStartSeconds }),
      }),
      more: {
        ...(algorithm === 'fastest-response' && { [FASTEST_LUA]: fastestLua(BACKEND) }),
        // Filled by what follows the servers, before it names any.
        ...(admits && { [SECRETS_FILE]: '' }),
      },
      discovery: props.discovery,
      environment: {
        BALANCER_SOCKET: HAPROXY_SOCKET,
        BALANCER_BACKEND: BACKEND,
        BALANCER_GROUP: servers.group,
        BALANCER_REGION: props.region,
        BALANCER_PORT: String(SERVER_PORT),
        ...(admits && {
          BALANCER_SECRET: admits.secret,
          BALANCER_SECRETS_FILE: `${HAPROXY_DIRECTORY}/${SECRETS_FILE}`,
        }),
      },
      port: SERVER_PORT,
      signal: signalOf(group),
    });
  }
}

function checkBounds(min: number, max: number): void {
  if (!Number.isInteger(min) || min < 1) {
    throw new RangeError(`\`minInstances\` must be an integer from 1 on, got: ${min}`);
  }
  if (!Number.isInteger(max) || max <= min) {
    throw new RangeError(`\`maxInstances\` must be an integer above ${min}, got: ${max}`);
  }
}
