import { Duration } from 'aws-cdk-lib';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { ZoneDelegationRecord } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

export interface DelegatedSubdomainProps {
  /** The product's zone. */
  readonly zone: IHostedZone;
  /** Whole name of the subdomain, without the final dot. */
  readonly name: string;
  /** Name servers of the zone that answers for it. */
  readonly nameServers: readonly string[];
}

/**
 * Hands a subdomain to another zone, which may be another account's. Its own records are no concern
 * of this deployment. A day's TTL would outlive a mistake for a day, so it is an hour.
 */
export class DelegatedSubdomain extends Construct {
  public constructor(scope: Construct, id: string, props: DelegatedSubdomainProps) {
    super(scope, id);
    new ZoneDelegationRecord(this, 'Resource', {
      zone: props.zone,
      recordName: `${props.name}.`,
      nameServers: [...props.nameServers],
      ttl: Duration.hours(1),
      comment: `${props.name} is answered for elsewhere`,
    });
  }
}
