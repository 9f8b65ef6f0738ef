import type { Construct } from 'constructs';
import type { Cluster } from '../config';
import { ReaderScaling } from '../constructs/database';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

export interface ReadersProps extends RegionalStackProps {
  /** Clusters with a member in this Region whose readers scale. */
  readonly clusters: readonly Cluster[];
}

/** How many readers a Region's clusters have. It changes none of those that the data stacks declare. */
export class Readers extends MeridianStack {
  public constructor(scope: Construct, id: string, props: ReadersProps) {
    const { deployment, region } = props;
    super(scope, id, {
      deployment,
      kind: 'readers',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: scaling of readers in ${region.name}`,
    });
    for (const { store, shard } of props.clusters) {
      new ReaderScaling(this, `${store.name}-${shard}`, {
        cluster: this.names.cluster(store.name, shard, region.name),
        store,
      });
    }
  }
}
