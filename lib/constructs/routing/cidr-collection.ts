import { CfnCidrCollection } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';

export interface CidrCollectionProps {
  /** Name of the collection in the account. */
  readonly collectionName: string;
  /** Blocks of addresses by the location that records refer to: the Region that serves them. */
  readonly networks: Readonly<Record<RegionName, readonly string[]>>;
}

/**
 * Networks of clients, for IP-based routing: all records of a name refer to one collection, so it
 * stands apart from the Regions. No charge for itself.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html
 */
export class CidrCollection extends Construct {
  /** Generated at deployment. */
  public readonly collectionId: string;

  public constructor(scope: Construct, id: string, props: CidrCollectionProps) {
    super(scope, id);
    const locations = Object.entries(props.networks).filter(([, blocks]) => blocks.length > 0);
    const collection = new CfnCidrCollection(this, 'Resource', {
      name: props.collectionName,
      locations: locations.map(([locationName, blocks]) => ({
        locationName,
        cidrList: [...blocks],
      })),
    });
    this.collectionId = collection.attrId;
  }
}
