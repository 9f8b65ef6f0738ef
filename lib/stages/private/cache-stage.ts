import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { datastoreRole } from '../../config';
import type { Deployment, RegionName } from '../../config';
import { Cache, CacheGlobal } from '../../stacks';
import type { Artifacts } from '../../stacks';
import { after, byRegion, of } from './arrange';
import type { DataNeeds } from './data-stage';

export interface CacheNeeds extends Pick<DataNeeds, 'foundations' | 'networks'> {
  readonly artifacts: Pick<Artifacts, 'handlers'>;
}

/**
 * The Regions' caches, by Region. With a global datastore: the primary's first, then the datastore
 * around it, then the secondaries, which join it.
 *
 * @returns their addresses
 */
export function declareCaches(
  scope: Construct,
  deployment: Deployment,
  { foundations, networks, artifacts }: CacheNeeds,
): ReadonlyMap<RegionName, string | undefined> {
  const { cache } = deployment;
  if (cache === undefined) return byRegion(deployment, () => undefined);
  const caches = byRegion(deployment, (region) => {
    const network = of(networks, region.name).outputs;
    const { keyArn } = of(foundations, region.name);
    const common = { deployment, region, network };
    return new Cache(scope, `Cache-${region.name}`, { ...common, cache, keyArn });
  });
  const datastore = cache.kind === 'nodes' ? cache.globalDatastore : undefined;
  if (cache.kind === 'nodes' && datastore !== undefined) {
    const props = { deployment, cache, datastore, artifacts };
    const around: Stack = new CacheGlobal(scope, 'CacheGlobal', props);
    after(around, [of(caches, datastore.primary)]);
    for (const [region, stack] of caches) {
      if (datastoreRole(cache, region) === 'secondary') after(stack, [around]);
    }
  }
  return new Map([...caches].map(([region, { endpoint }]) => [region, endpoint]));
}
