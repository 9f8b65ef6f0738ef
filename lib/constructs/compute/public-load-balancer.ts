import { Duration, SecretValue } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  CfnSecurityGroupIngress,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
} from 'aws-cdk-lib/aws-ec2';
import type {
  ApplicationTargetGroup,
  IApplicationLoadBalancer,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import {
  ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup as TargetGroup,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { FunctionTarget } from './private/function-target';

export interface PublicLoadBalancerProps {
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Zone in which the certificate is validated. */
  readonly zone: IHostedZone;
  /** Names that the certificate covers; the first is its subject. */
  readonly hosts: readonly [string, ...string[]];
  /** The function that answers. */
  readonly target: IFunction;
  /** Path on which the target says that it lives. */
  readonly healthPath: string;
  /** Path on which the target says that it can serve, for the DNS health check. */
  readonly readyPath: string;
  /** Name of the secret that a caller sends in `x-origin-verify`. */
  readonly originSecret: string;
  /** Id of the Region's managed prefix list of CloudFront's origin-facing addresses. */
  readonly cloudFrontPrefixList: string;
  /** IPv4 blocks of the Route 53 checkers. */
  readonly healthCheckers: readonly string[];
  /** IPv4 blocks from which the peers' servers call. */
  readonly peers: readonly string[];
}

const HTTPS = Port.tcp(443);

/**
 * The Region's door: HTTPS only, for CloudFront, the Route 53 checkers and the servers of the peers
 * only, and beyond the health paths only with the origin secret; everything else gets 403.
 *
 * CloudFront's list counts as 55 of a security group's 60 rules, so the others have a second group.
 * Costs about 0.0225 USD an hour and 0.008 USD for each capacity unit an hour.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html
 */
export class PublicLoadBalancer extends Construct {
  /** The Region's load balancer. */
  public readonly loadBalancer: IApplicationLoadBalancer;

  public constructor(scope: Construct, id: string, props: PublicLoadBalancerProps) {
    super(scope, id);
    const balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      vpc: props.vpc,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      internetFacing: true,
      securityGroup: this.admitCloudFront(props),
      dropInvalidHeaderFields: true,
      idleTimeout: Duration.seconds(60),
      // Clients leave a drained Region within a minute, not after the hour that is the default.
      clientKeepAlive: Duration.seconds(60),
    });
    balancer.addSecurityGroup(this.admitCheckersAndPeers(props));
    this.loadBalancer = balancer;

    const [domainName, ...subjectAlternativeNames] = props.hosts;
    const certificate = new Certificate(this, 'Certificate', {
      domainName,
      subjectAlternativeNames,
      validation: CertificateValidation.fromDns(props.zone),
    });
    const listener = new ApplicationListener(this, 'Listener', {
      loadBalancer: balancer,
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
    this.route(listener, this.targetGroup(props), props);
  }

  private route(
    listener: ApplicationListener,
    group: ApplicationTargetGroup,
    props: PublicLoadBalancerProps,
  ): void {
    listener.addAction('Health', {
      priority: 10,
      conditions: [
        ListenerCondition.pathPatterns([...new Set([props.healthPath, props.readyPath])]),
      ],
      action: ListenerAction.forward([group]),
    });
    const secret = SecretValue.secretsManager(props.originSecret).unsafeUnwrap();
    listener.addAction('Verified', {
      priority: 20,
      conditions: [ListenerCondition.httpHeader('x-origin-verify', [secret])],
      action: ListenerAction.forward([group]),
    });
  }

  private targetGroup(props: PublicLoadBalancerProps): ApplicationTargetGroup {
    return new TargetGroup(this, 'Targets', {
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

  private admitCloudFront(props: PublicLoadBalancerProps): ISecurityGroup {
    const group = new SecurityGroup(this, 'Edge', {
      vpc: props.vpc,
      description: 'HTTPS from CloudFront',
      allowAllOutbound: false,
    });
    // Not `addIngressRule`, whose logical id would carry the list's and differ between Regions.
    new CfnSecurityGroupIngress(this, 'FromCloudFront', {
      groupId: group.securityGroupId,
      description: 'CloudFront',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      sourcePrefixListId: props.cloudFrontPrefixList,
    });
    return group;
  }

  private admitCheckersAndPeers(props: PublicLoadBalancerProps): ISecurityGroup {
    const group = new SecurityGroup(this, 'CheckersAndPeers', {
      vpc: props.vpc,
      description: 'HTTPS from Route 53 health checkers and from the servers of the peers',
      allowAllOutbound: false,
    });
    for (const cidr of props.healthCheckers) {
      group.addIngressRule(Peer.ipv4(cidr), HTTPS, 'Route 53 health checker');
    }
    for (const cidr of props.peers) group.addIngressRule(Peer.ipv4(cidr), HTTPS, 'Peer Region');
    return group;
  }
}
