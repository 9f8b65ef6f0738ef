import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { Protection } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface PublicZoneProps {
  /** DNS name of the product. */
  readonly zoneName: string;
  /** Whether it survives its stack. */
  readonly protection: Protection;
}

/**
 * The product's zone, with accelerated recovery: if us-east-1 is lost, its records can be changed
 * again within 60 minutes. Costs 0.50 USD a month.
 *
 * @stateful a new zone has other name servers, and the registrar delegates to the old ones
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/accelerated-recovery.html
 */
export class PublicZone extends PublicHostedZone {
  public constructor(scope: Construct, id: string, props: PublicZoneProps) {
    super(scope, id, { zoneName: props.zoneName, acceleratedRecoveryEnabled: true });
    this.applyRemovalPolicy(lifecycleOf(props.protection).removalPolicy);
  }
}
