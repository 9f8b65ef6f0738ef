import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IHealthCheck, IHostedZone } from 'aws-cdk-lib/aws-route53';
import { ARecord, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';

export interface RegionalRecordsProps {
  /** The product's zone. */
  readonly zone: IHostedZone;
  /** Region of the stack. */
  readonly region: RegionName;
  /** Name of this Region alone, for its health check and for peers that forward writes to it. */
  readonly regionalHost: string;
  /** Name shared by all Regions, answered with the nearest healthy one. */
  readonly originHost: string;
  /** The Region's load balancer. */
  readonly loadBalancer: IApplicationLoadBalancer;
  /** Whether the Region may be sent users. */
  readonly healthCheck: IHealthCheck;
}

/**
 * The Region's share of DNS. Each Region owns its own record of the common name, so that no Region is
 * deployed for another's sake; with all of them unhealthy Route 53 answers as if all were healthy.
 * Alias records: no charge for the queries and the load balancer's TTL of 60 s.
 */
export class RegionalRecords extends Construct {
  public constructor(scope: Construct, id: string, props: RegionalRecordsProps) {
    super(scope, id);
    const { zone, region, loadBalancer } = props;
    new ARecord(this, 'Regional', {
      zone,
      recordName: absolute(props.regionalHost),
      target: RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer)),
      comment: `Load balancer of ${region}`,
    });
    new ARecord(this, 'Origin', {
      zone,
      recordName: absolute(props.originHost),
      region,
      setIdentifier: region,
      healthCheck: props.healthCheck,
      target: RecordTarget.fromAlias(
        new LoadBalancerTarget(loadBalancer, { evaluateTargetHealth: true }),
      ),
      comment: `Nearest healthy Region: ${region}`,
    });
  }
}

/** With its dot a name is never taken to be relative to the zone. */
function absolute(host: string): string {
  return `${host}.`;
}
