import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type {
  INetworkLoadBalancer,
  NetworkTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { LoadBalancing } from '../../config';
import { BALANCER_ALIVE } from './haproxy';
import type { NetworkBalancerProps } from './network-balancer';
import { NetworkBalancer } from './network-balancer';
import { AdmittingDoor } from './private/door-admission';
import type { DoorAdmission } from './private/door-admission';
import { ServerSecurityGroup } from './private/server-security-group';
import { SERVER_PORT } from './service-compute';

export interface NetworkDoorProps extends DoorAdmission {
  /** Zone in which the certificate is validated. */
  readonly zone: IHostedZone;
  /** Names that the certificate covers; the first is its subject. */
  readonly hosts: readonly [string, ...string[]];
  /** What stands behind it: tasks, instances, or a tier of balancers before instances. */
  readonly behind: 'servers' | 'instances' | 'balancers';
  /** Whether new tasks stand beside the old ones until connections have moved. @default false */
  readonly shifts?: boolean;
  /** Path on which a server says that it lives. */
  readonly healthPath: string;
  /** Name of the Region's log bucket. */
  readonly logBucket: string;
  /** How it treats zones and servers. */
  readonly loadBalancing: Exclude<LoadBalancing, { readonly kind: 'application' }>;
}

/** Nobody may connect here: servers behind the software balancers are asked whether they live. */
const WATCH_PORT = 8081;

/**
 * The Region's door where it hands over connections: a network load balancer on which TLS ends, for
 * CloudFront, the Route 53 checkers and the peers only, or for anybody where there are `openHosts`. It
 * reads no request: a web ACL stands at CloudFront alone, and the origin secret is demanded by what
 * stands behind it. Balancers get the connections where there are any, and the servers are only watched.
 *
 * Costs as {@link NetworkBalancer} does. Limits: as there; a source address has no affinity below TLS.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-tls-listener.html
 */
export class NetworkDoor extends AdmittingDoor {
  /** The Region's load balancer. */
  public readonly loadBalancer: INetworkLoadBalancer;
  /** `net/NAME/ID`, as metrics know it; known only at deployment. */
  public readonly fullName: string;
  /** Where servers or instances register. */
  public readonly serverGroup: NetworkTargetGroup;
  /** What ECS moves connections with, if it does. */
  public readonly shift:
    { readonly alternate: NetworkTargetGroup; readonly listenerArn: string } | undefined;
  /** Where balancers register, if there are any. */
  public readonly balancerGroup: NetworkTargetGroup | undefined;
  /** Groups from which servers are called. */
  public readonly securityGroups: readonly ISecurityGroup[];
  /** Group of the balancers: admits the door, and opens HTTPS to AWS. */
  public readonly balancerSecurityGroup: ISecurityGroup | undefined;

  public constructor(scope: Construct, id: string, props: NetworkDoorProps) {
    super(scope, id);
    const { vpc, behind, loadBalancing, healthPath } = props;
    const { cloudFrontPrefixList, healthCheckers, peers, openHosts } = props;
    const admission = {
      ...{ vpc: props.vpc, cloudFrontPrefixList, healthCheckers, peers },
      ...(openHosts && { openHosts }),
    };
    const callers = [this.admitCloudFront(admission), this.admitCheckersAndPeers(admission)];
    const [domainName, ...subjectAlternativeNames] = props.hosts;
    const certificate = new Certificate(this, 'Certificate', {
      ...{ domainName, subjectAlternativeNames },
      validation: CertificateValidation.fromDns(props.zone),
    });
    const tiered = behind === 'balancers';
    const server: NetworkBalancerProps = {
      ...{ vpc, certificate, healthPath, internetFacing: true, logBucket: props.logBucket },
      ...{ port: 443, targetPort: SERVER_PORT, securityGroups: callers },
      by: behind === 'servers' ? TargetType.IP : TargetType.INSTANCE,
      crossZone: loadBalancing.crossZone,
      zonalShift: loadBalancing.zonalShift,
      minimumHealthy: loadBalancing.minimumHealthy,
      deregistrationSeconds: loadBalancing.deregistrationSeconds,
    };
    const balancer = new NetworkBalancer(this, 'Balancer', {
      ...server,
      ...(tiered && { healthPath: BALANCER_ALIVE }),
      ...(props.shifts === true && { alternate: true }),
    });
    this.loadBalancer = balancer.loadBalancer;
    this.fullName = balancer.fullName;
    const { alternateGroup, listenerArn } = balancer;
    this.shift = alternateGroup && { alternate: alternateGroup, listenerArn };
    this.serverGroup = tiered
      ? balancer.watch('Servers', WATCH_PORT, server)
      : balancer.targetGroup;
    this.balancerGroup = tiered ? balancer.targetGroup : undefined;
    this.balancerSecurityGroup = tiered
      ? new ServerSecurityGroup(this, 'Tier', {
          ...{ vpc, port: SERVER_PORT, callers },
          description: 'Software balancers, from the load balancer',
          opensHttps: true,
        })
      : undefined;
    const tier = this.balancerSecurityGroup === undefined ? [] : [this.balancerSecurityGroup];
    this.securityGroups = [...callers, ...tier];
  }
}
