import { CfnGlobalCluster } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { Names } from '../../config';
import type { AuroraStore, Deployment, RegionName } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface AuroraGlobalClusterProps {
  /** The resolved declaration. */
  readonly deployment: Pick<Deployment, 'name' | 'account' | 'domainName' | 'protection'>;
  /** Store that the cluster belongs to. */
  readonly store: AuroraStore;
  /** Name of the shard whose clusters it joins. */
  readonly shard: string;
  /** Where the cluster was born that it wraps. */
  readonly birthRegion: RegionName;
}

/**
 * Wraps the cluster that was born alone, which is how a deployment of one Region grows without being
 * rebuilt; engine, version and encryption are the source's and may not be said again.
 *
 * @stateful members leave it before it can be deleted
 */
export class AuroraGlobalCluster extends Construct {
  public constructor(scope: Construct, id: string, props: AuroraGlobalClusterProps) {
    super(scope, id);
    const { deployment, store, shard, birthRegion } = props;
    const names = new Names(deployment);
    const { removalPolicy, deletionProtection } = lifecycleOf(deployment.protection);
    const cluster = new CfnGlobalCluster(this, 'Resource', {
      globalClusterIdentifier: names.globalCluster(store.name, shard),
      sourceDbClusterIdentifier: names.clusterArn(store.name, shard, birthRegion),
      deletionProtection,
    });
    cluster.applyRemovalPolicy(removalPolicy);
  }
}
