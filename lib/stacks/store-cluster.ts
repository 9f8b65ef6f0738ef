import type { Construct } from 'constructs';
import type { DsqlStore } from '../config';
import { BindingWriter } from '../constructs/binding';
import { DsqlCluster } from '../constructs/database';
import type { Artifacts } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';
import { RegionalStoreStack } from './private/store-stack';

export interface StoreClusterProps extends RegionalStackProps {
  /** The store whose cluster in this Region it is. */
  readonly store: DsqlStore;
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'handlers'>;
}

/** A Region's cluster of a `dsql` store; it writes its ARN where the peer reads it. */
export class StoreCluster extends RegionalStoreStack {
  /** Generated id; known only at deployment. */
  public readonly clusterId: string;
  /** ARN by that id, the one value that other stacks of the Region import. */
  public readonly clusterArn: string;

  public constructor(scope: Construct, id: string, props: StoreClusterProps) {
    const { deployment, region, store, artifacts } = props;
    super(scope, id, { deployment, region, store, what: store.name });
    const { clusterId, clusterArn } = new DsqlCluster(this, 'Cluster', { deployment, store });
    this.clusterId = clusterId;
    this.clusterArn = `arn:aws:dsql:${region.name}:${deployment.account}:cluster/${clusterId}`;
    for (const consumer of store.regions.filter((name) => name !== region.name)) {
      new BindingWriter(this, 'Arn', {
        deployment,
        binding: { kind: 'dsql-cluster', store: store.name, producer: region.name, consumer },
        value: clusterArn,
        handler: artifacts.handlers.binding,
      });
    }
  }
}
