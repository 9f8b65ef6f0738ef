import { CfnCluster } from 'aws-cdk-lib/aws-dsql';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { Names } from '../../config';
import type { Deployment, DsqlStore } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface DsqlClusterProps {
  /** The resolved declaration. */
  readonly deployment: Pick<Deployment, 'name' | 'account' | 'domainName' | 'protection'>;
  /** Store whose cluster in the stack's Region this is. */
  readonly store: DsqlStore;
}

/**
 * One Region's cluster of a `dsql` store. Two of them stand in wait, each with the witness, until
 * {@link DsqlPeering} of a later stack tells them of each other: AWS generates their ids. Encrypted
 * with a key that AWS owns, which may be exchanged at any time; clients come by IAM and TLS, from any
 * network. Where it answers is in an SSM parameter of a computed name.
 *
 * Billed by work done (DPU) and GB, nothing while idle.
 *
 * @stateful backups are AWS Backup's alone
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/what-is-aurora-dsql.html
 */
export class DsqlCluster extends Construct {
  /** Generated id; known only at deployment. */
  public readonly clusterId: string;
  /** ARN with the generated id. */
  public readonly clusterArn: string;

  public constructor(scope: Construct, id: string, props: DsqlClusterProps) {
    super(scope, id);
    const { deployment, store } = props;
    const { witnessRegion } = store;
    const names = new Names(deployment);
    const { removalPolicy, deletionProtection } = lifecycleOf(deployment.protection);
    const cluster = new CfnCluster(this, 'Resource', {
      deletionProtectionEnabled: deletionProtection,
      ...(witnessRegion !== undefined && { multiRegionProperties: { witnessRegion } }),
      tags: [{ key: 'Name', value: names.storeName(store.name) }],
    });
    cluster.applyRemovalPolicy(removalPolicy);
    new StringParameter(this, 'Endpoint', {
      parameterName: names.storeEndpoint(store.name),
      stringValue: cluster.attrEndpoint,
      description: `Where ${store.name} answers in this Region`,
    });
    this.clusterId = cluster.attrIdentifier;
    this.clusterArn = cluster.attrResourceArn;
  }
}
