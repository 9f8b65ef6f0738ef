import { CfnGlobalCluster } from 'aws-cdk-lib/aws-neptune';
import { Construct } from 'constructs';
import { Names } from '../../config';
import type { Deployment, NeptuneStore, RegionName } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface NeptuneGlobalProps {
  /** The resolved declaration. */
  readonly deployment: Pick<Deployment, 'name' | 'account' | 'domainName' | 'protection'>;
  /** Store that it holds together. */
  readonly store: NeptuneStore;
  /** Where the cluster was born that it wraps. */
  readonly birthRegion: RegionName;
}

/**
 * The global database of a `neptune` store: it wraps the cluster that was born alone, so that a graph
 * of one Region grows without being rebuilt; version and encryption are the source's.
 *
 * @stateful members leave it before it can be deleted
 * @see https://docs.aws.amazon.com/neptune/latest/userguide/neptune-global-database.html
 */
export class NeptuneGlobal extends Construct {
  public constructor(scope: Construct, id: string, props: NeptuneGlobalProps) {
    super(scope, id);
    const { deployment, store, birthRegion } = props;
    const names = new Names(deployment);
    const { removalPolicy, deletionProtection } = lifecycleOf(deployment.protection);
    const global = new CfnGlobalCluster(this, 'Resource', {
      globalClusterIdentifier: names.storeName(store.name),
      sourceDbClusterIdentifier: names.storeClusterArn(store.name, birthRegion),
      deletionProtection,
    });
    global.applyRemovalPolicy(removalPolicy);
  }
}
