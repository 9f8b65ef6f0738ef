import type { Construct } from 'constructs';
import { Names } from '../config';
import type { DsqlStore, RegionName } from '../config';
import { BindingReader } from '../constructs/binding';
import { DsqlPeering } from '../constructs/database';
import type { Artifacts } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

export interface StorePeeringProps extends RegionalStackProps {
  /** The store with two clusters. */
  readonly store: DsqlStore;
  /** Generated id of the cluster in this Region. */
  readonly clusterId: string;
  /** Region of the other cluster. */
  readonly peer: RegionName;
  /** Region that keeps changes for both. */
  readonly witnessRegion: RegionName;
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'handlers'>;
}

/** Tells a Region's cluster of its peer, once the clusters of both Regions are there. */
export class StorePeering extends MeridianStack {
  public constructor(scope: Construct, id: string, props: StorePeeringProps) {
    const { deployment, region, store, clusterId, peer, witnessRegion, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'peering',
      stackName: new Names(deployment).peeringStack(store.name, region.name),
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: the peer of ${store.name} in ${region.name}`,
    });
    const consumer = region.name;
    const binding = { kind: 'dsql-cluster', store: store.name, producer: peer, consumer } as const;
    const peerArn = new BindingReader(this, 'Peer', { deployment, binding }).value;
    new DsqlPeering(this, 'Peering', {
      ...{ clusterId, witnessRegion, peerArn },
      region: region.name,
      account: deployment.account,
      handler: artifacts.handlers.peering,
    });
  }
}
