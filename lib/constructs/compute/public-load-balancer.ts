import { Duration, SecretValue } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import type {
  ApplicationTargetGroup,
  IApplicationLoadBalancer,
  WeightedTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import {
  ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { ApplicationBalancing } from '../../config';
import { ACCESS_LOG_PREFIX } from '../storage';
import { AdmittingDoor } from './private/door-admission';
import type { DoorAdmission } from './private/door-admission';
import { FunctionTargets, ServerTargets } from './private/target-groups';

export interface PublicLoadBalancerProps extends DoorAdmission {
  /** Zone in which the certificate is validated. */
  readonly zone: IHostedZone;
  /** Names that the certificate covers; the first is its subject. */
  readonly hosts: readonly [string, ...string[]];
  /** The function that answers, and its share of the requests. @default none */
  readonly functions?: { readonly target: IFunction; readonly weight: number };
  /** Port of the servers that answer, and their share of the requests. @default none */
  readonly servers?: { readonly port: number; readonly weight: number };
  /** Port of the instances that answer, and their share of the requests. @default none */
  readonly instances?: { readonly port: number; readonly weight: number };
  /** Path on which a target says that it lives. */
  readonly healthPath: string;
  /** Path on which a target says that it can serve, for the DNS health check. */
  readonly readyPath: string;
  /** Paths that servers and instances answer and the function never, if there are any. @default none */
  readonly livePaths?: readonly string[];
  /** Name of the secret that a caller sends in `x-origin-verify`. */
  readonly originSecret: string;
  /** Whether it has private addresses alone, in the network of the servers. @default false */
  readonly internal?: boolean;
  /** Name of the Region's log bucket. */
  readonly logBucket: string;
  /** How it treats clients, zones and servers. */
  readonly loadBalancing: ApplicationBalancing;
}

type Placed = Required<
  Pick<PublicLoadBalancerProps, 'vpc' | 'logBucket' | 'loadBalancing' | 'internal'>
>;

/** Whom a rule of the listener admits, and to what. */
interface Admission {
  readonly id: string;
  readonly priority: number;
  readonly condition: ListenerCondition;
  readonly all: readonly WeightedTargetGroup[];
  readonly livePaths: readonly string[];
}

/**
 * The Region's door: HTTPS only, for CloudFront, the Route 53 checkers and the servers of the peers
 * only, and beyond the health paths only with the origin secret; everything else gets 403. Requests
 * are shared among the kinds of compute by weight: a kind without a healthy target still gets its
 * share, so a weight is changed by a deployment, and each kind must stand on its own.
 *
 * Where `openHosts` names some, anybody may connect, and ask for those names alone: the firewall has
 * to know such clients by their own address.
 *
 * Where it is `internal`, CloudFront comes by a VPC origin from its own list of addresses, and checkers
 * and peers come through CloudFront: there is one security group then.
 *
 * CloudFront's list counts as 55 of a security group's 60 rules, so the others have a second group.
 * Costs about 0.0225 USD an hour and 0.008 USD for each capacity unit an hour.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html
 */
export class PublicLoadBalancer extends AdmittingDoor {
  /** The Region's load balancer. */
  public readonly loadBalancer: IApplicationLoadBalancer;
  /** `app/NAME/ID`, as metrics know it; known only at deployment. */
  public readonly fullName: string;
  /** Where servers register, if there are any. */
  public readonly serverGroup: ApplicationTargetGroup | undefined;
  /** Where instances register, if there are any. */
  public readonly instanceGroup: ApplicationTargetGroup | undefined;
  /** Where the function is registered, if there is one. */
  public readonly functionGroup: ApplicationTargetGroup | undefined;
  /** Groups from which it calls its targets. */
  public readonly securityGroups: readonly ISecurityGroup[];

  public constructor(scope: Construct, id: string, props: PublicLoadBalancerProps) {
    super(scope, id);
    const { cloudFrontPrefixList, healthCheckers, peers, openHosts } = props;
    const admission = {
      ...{ vpc: props.vpc, cloudFrontPrefixList, healthCheckers, peers },
      ...(openHosts && { openHosts }),
    };
    const edge = this.admitCloudFront(admission);
    const others = props.internal === true ? [] : [this.admitCheckersAndPeers(admission)];
    this.securityGroups = [edge, ...others];
    const { vpc, loadBalancing, logBucket, internal = false } = props;
    const balancer = this.balancer({ vpc, loadBalancing, logBucket, internal }, edge);
    for (const group of others) balancer.addSecurityGroup(group);
    this.loadBalancer = balancer;
    this.fullName = balancer.loadBalancerFullName;
    const { functions, servers, instances, healthPath } = props;
    if (functions !== undefined) {
      const { target } = functions;
      this.functionGroup = new FunctionTargets(this, 'Targets', { target, healthPath });
    }
    const group = (name: string, port: number, by: TargetType.IP | TargetType.INSTANCE) =>
      new ServerTargets(this, name, { vpc, port, healthPath, loadBalancing, by });
    if (servers) this.serverGroup = group('Servers', servers.port, TargetType.IP);
    if (instances) this.instanceGroup = group('Instances', instances.port, TargetType.INSTANCE);
    const { livePaths = [] } = props;
    this.route(this.listener(balancer, props), props, livePaths);
  }

  private balancer(
    { vpc, logBucket, loadBalancing, internal }: Placed,
    securityGroup: ISecurityGroup,
  ): ApplicationLoadBalancer {
    const subnetType = internal ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PUBLIC;
    const balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      vpcSubnets: { subnetType },
      internetFacing: !internal,
      securityGroup,
      dropInvalidHeaderFields: true,
      idleTimeout: Duration.seconds(loadBalancing.idleTimeoutSeconds),
      // Clients leave a drained Region after so long, not after the hour that is the default.
      clientKeepAlive: Duration.seconds(loadBalancing.keepAliveSeconds),
    });
    const logs = { enabled: 'true', bucket: logBucket, prefix: ACCESS_LOG_PREFIX };
    for (const [name, value] of Object.entries(logs)) {
      balancer.setAttribute(`access_logs.s3.${name}`, value);
    }
    // Without the firewall's answer requests pass: the edge has a firewall of its own.
    balancer.setAttribute('waf.fail_open.enabled', 'true');
    if (loadBalancing.zonalShift) balancer.setAttribute('zonal_shift.config.enabled', 'true');
    return balancer;
  }

  private listener(
    loadBalancer: ApplicationLoadBalancer,
    props: PublicLoadBalancerProps,
  ): ApplicationListener {
    const [domainName, ...subjectAlternativeNames] = props.hosts;
    const certificate = new Certificate(this, 'Certificate', {
      domainName,
      subjectAlternativeNames,
      validation: CertificateValidation.fromDns(props.zone),
    });
    return new ApplicationListener(this, 'Listener', {
      loadBalancer,
      protocol: ApplicationProtocol.HTTPS,
      sslPolicy: SslPolicy.TLS13_12_RES_PQ,
      certificates: [certificate],
      // The security groups decide who may connect.
      open: false,
      defaultAction: ListenerAction.fixedResponse(403, {
        contentType: 'text/plain',
        messageBody: 'Forbidden',
      }),
    });
  }

  private route(
    listener: ApplicationListener,
    props: PublicLoadBalancerProps,
    livePaths: readonly string[],
  ): void {
    const all = this.weighted(props);
    const forward = ListenerAction.weightedForward(all);
    listener.addAction('Health', {
      priority: 10,
      conditions: [
        ListenerCondition.pathPatterns([...new Set([props.healthPath, props.readyPath])]),
      ],
      action: forward,
    });
    const secret = SecretValue.secretsManager(props.originSecret).unsafeUnwrap();
    const verified = ListenerCondition.httpHeader('x-origin-verify', [secret]);
    const admit = (id: string, priority: number, condition: ListenerCondition): void => {
      this.admit(listener, { id, priority, condition, all, livePaths });
    };
    admit('Verified', 20, verified);
    if (props.openHosts === undefined) return;
    admit('Open', 30, ListenerCondition.hostHeaders([...props.openHosts]));
  }

  /** Connections that stay open go to servers alone, where there are any; the rest to everybody. */
  private admit(
    listener: ApplicationListener,
    { id, priority, condition, all, livePaths }: Admission,
  ): void {
    const servers = all.filter(
      ({ targetGroup, weight = 0 }) => targetGroup !== this.functionGroup && weight > 0,
    );
    if (livePaths.length > 0 && servers.length > 0 && servers.length < all.length) {
      listener.addAction(`${id}Live`, {
        priority: priority - 5,
        conditions: [condition, ListenerCondition.pathPatterns([...livePaths])],
        action: ListenerAction.weightedForward(servers),
      });
    }
    listener.addAction(id, {
      priority,
      conditions: [condition],
      action: ListenerAction.weightedForward([...all]),
    });
  }

  private weighted({
    functions,
    servers,
    instances,
  }: PublicLoadBalancerProps): WeightedTargetGroup[] {
    const groups = [
      { targetGroup: this.functionGroup, weight: functions?.weight ?? 0 },
      { targetGroup: this.serverGroup, weight: servers?.weight ?? 0 },
      { targetGroup: this.instanceGroup, weight: instances?.weight ?? 0 },
    ];
    const created = groups.flatMap(({ targetGroup, weight }) =>
      targetGroup === undefined ? [] : [{ targetGroup, weight }],
    );
    if (created.length === 0) {
      throw new RangeError('`functions`, `servers` or `instances` must be given, got: none');
    }
    return created;
  }
}
