import type { RegionName } from './declaration';
import type { Deployment } from './deployment';
import { storesOf } from './stores';
import type { AuroraStore } from './stores';

/** In place of a shard's name where a store has one cluster for everybody. */
export const EVERYBODY = 'all';

/** A global cluster: one store's share of one shard, with a member in each of its Regions. */
export interface Cluster {
  readonly store: AuroraStore;
  /** Name of the shard, or {@link EVERYBODY}. */
  readonly shard: string;
  /** Where it is preferably written. */
  readonly home: RegionName;
  /** Where it is created; every other member starts as a copy. */
  readonly birthRegion: RegionName;
  /** Regions with a member, in the order of the deployment. */
  readonly regions: readonly RegionName[];
  /** Those of them where the member has instances, so that it answers and can be promoted. */
  readonly serving: readonly RegionName[];
}

type Held = Pick<Deployment, 'stores' | 'shards' | 'birthRegion'>;

/** Every Aurora cluster of a deployment, by store and then by shard. */
export function clustersOf({ stores, shards, birthRegion }: Held): readonly Cluster[] {
  return storesOf({ stores }, 'aurora').flatMap((store): readonly Cluster[] => {
    const { regions } = store;
    const cluster = (place: Omit<Cluster, 'store' | 'serving'>): Cluster => ({
      ...{ store, ...place },
      serving: place.regions.filter((region) => !store.headless.includes(region)),
    });
    if (!store.sharded)
      return [cluster({ shard: EVERYBODY, home: birthRegion, birthRegion, regions })];
    return shards.map((shard) =>
      cluster({
        shard: shard.name,
        home: shard.home,
        birthRegion: shard.birthRegion,
        regions: regions.filter((region) => shard.regions.includes(region)),
      }),
    );
  });
}

/** Regions in which clusters are born, the deployment's own first. */
export function birthRegionsOf(deployment: Held): readonly RegionName[] {
  const born = clustersOf(deployment).map(({ birthRegion }) => birthRegion);
  return [...new Set([deployment.birthRegion, ...born])];
}
