import { CfnGlobalReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';

export interface GlobalDatastoreProps {
  /** What AWS puts letters of its own before. */
  readonly suffix: string;
  /** Computed name of the cache that is written. */
  readonly primaryGroup: string;
  /** Its Region. */
  readonly primary: RegionName;
}

/**
 * A Region's cache as the primary of a global datastore. Copies reach the secondaries after they were
 * acknowledged, usually within a second; a secondary takes no writes until somebody makes it the primary.
 *
 * The secondaries are not named: each joins by the generated id, from a stack of its own Region, so that
 * none of them is in the way of this one.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastore.html
 */
export class GlobalDatastore extends Construct {
  /** Generated id, by which secondaries join; known only at deployment. */
  public readonly datastoreId: string;

  public constructor(scope: Construct, id: string, props: GlobalDatastoreProps) {
    super(scope, id);
    const { suffix, primary, primaryGroup } = props;
    const resource = new CfnGlobalReplicationGroup(this, 'Resource', {
      globalReplicationGroupIdSuffix: suffix,
      globalReplicationGroupDescription: 'One cache, copied to other Regions',
      automaticFailoverEnabled: true,
      members: [
        {
          replicationGroupId: primaryGroup,
          replicationGroupRegion: primary,
          role: 'PRIMARY',
        },
      ],
    });
    this.datastoreId = resource.attrGlobalReplicationGroupId;
  }
}
