import type { Work } from '../private/custom-resource';

/** `ResourceProperties` of `Custom::MeridianPeering`. */
export interface PeeringProperties {
  /** Id of the cluster of the function's own Region. */
  readonly Cluster: string;
  readonly WitnessRegion: string;
  /** ARNs of the clusters in other Regions. */
  readonly Peers: readonly string[];
}

/** What DSQL knows of a cluster's peers. */
export interface MultiRegion {
  readonly witnessRegion: string;
  readonly clusters: readonly string[];
}

/** The two calls that it needs. */
export interface Clusters {
  /** ARNs that belong together now, the cluster's own may be among them. */
  peersOf(cluster: string): Promise<readonly string[]>;
  /** @param token the same for each try of one request */
  update(cluster: string, to: MultiRegion, token: string): Promise<void>;
}

/**
 * Makes a cluster the peer of those in other Regions. Both sides are told: DSQL waits for the second.
 * What is peered already is left alone, so that a deployment changes nothing twice. Deleting says
 * nothing to DSQL: peers part only by being deleted, all of them.
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/configuring-multi-region-clusters.html
 */
export function peeringWork(clusters: Clusters): Work<PeeringProperties> {
  return async ({ RequestType, RequestId, PhysicalResourceId, ResourceProperties }) => {
    const { Cluster, WitnessRegion, Peers } = ResourceProperties;
    const id = `${Cluster}/peers`;
    if (RequestType === 'Delete') return PhysicalResourceId ?? id;
    const known = await clusters.peersOf(Cluster);
    if (!Peers.every((peer) => known.includes(peer))) {
      await clusters.update(Cluster, { witnessRegion: WitnessRegion, clusters: Peers }, RequestId);
    }
    return id;
  };
}
