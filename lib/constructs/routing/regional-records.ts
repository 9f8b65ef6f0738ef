import type { ILoadBalancerV2 } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IHealthCheck, IHostedZone } from 'aws-cdk-lib/aws-route53';
import { ARecord, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { RegionName, SteeringRecord } from '../../config';
import { RoutedRecord } from './routed-record';

export interface RegionalRecordsProps {
  /** The product's zone. */
  readonly zone: IHostedZone;
  /** Region of the stack. */
  readonly region: RegionName;
  /** Name of this Region alone, for its health check and for peers that forward writes to it. */
  readonly regionalHost: string;
  /** The Region's share of the name that all Regions have in common. */
  readonly steering: readonly SteeringRecord[];
  /** The Region's load balancer. */
  readonly loadBalancer: ILoadBalancerV2;
  /** Whether the Region may be sent users. */
  readonly healthCheck: IHealthCheck;
  /** Id of the collection of client networks. @default none, unless routing is IP-based */
  readonly cidrCollectionId?: string;
}

/**
 * The Region's share of DNS. Each Region owns its own records of the common name, so that no Region is
 * deployed for another's sake; with all of them unhealthy Route 53 answers as if all were healthy.
 * Alias records: no charge for the queries and the load balancer's TTL of 60 s.
 */
export class RegionalRecords extends Construct {
  public constructor(scope: Construct, id: string, props: RegionalRecordsProps) {
    super(scope, id);
    const { zone, region, loadBalancer, healthCheck, cidrCollectionId } = props;
    new ARecord(this, 'Regional', {
      zone,
      // With its dot a name is never taken to be relative to the zone.
      recordName: `${props.regionalHost}.`,
      target: RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer)),
      comment: `Load balancer of ${region}`,
    });
    for (const { id: suffix, name, setIdentifier, policy, target } of props.steering) {
      new RoutedRecord(this, `Origin${suffix}`, {
        ...{ zone, name, setIdentifier, policy },
        target: target === 'balancer' ? { loadBalancer } : target,
        // The health of another name is that of the records behind it.
        ...(target === 'balancer' && { healthCheck }),
        ...(cidrCollectionId !== undefined && { cidrCollectionId }),
        comment: commentOf(policy, region),
      });
    }
  }
}

function commentOf({ kind }: SteeringRecord['policy'], region: RegionName): string {
  return kind === 'latency' ? `Nearest healthy Region: ${region}` : `Routed by ${kind}: ${region}`;
}
