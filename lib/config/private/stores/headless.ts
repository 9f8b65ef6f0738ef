import { clustersOf } from '../../clusters';
import type { RegionName } from '../../declaration';
import type { Deployment } from '../../deployment';
import type { Field } from '../field';

/** Regions of an `aurora` store whose members have storage and no instance; none by default. */
export function readHeadless(
  field: Field | undefined,
  regions: readonly RegionName[],
): readonly RegionName[] {
  if (field?.present !== true) return [];
  const allowed = `a list of different Regions of the store, out of ${regions.join(', ')}`;
  const items = field.list(allowed) ?? [];
  const names = items.flatMap((item) => item.reference(regions, 'a Region of the store') ?? []);
  if (new Set(names).size !== names.length) field.reject(allowed, names.join(', '));
  return names;
}

/** A cluster is born with an instance, and only one with instances takes writes. */
export function checkHeadless(
  stores: Field,
  held: Pick<Deployment, 'stores' | 'shards' | 'birthRegion'>,
): void {
  const faults = new Set<string>();
  for (const { store, shard, home, birthRegion, regions } of clustersOf(held)) {
    const field = stores.below(`${store.name}.headless`);
    const bare = regions.filter((region) => store.headless.includes(region));
    for (const region of bare) {
      const what = region === birthRegion ? 'born' : region === home ? 'written' : undefined;
      if (what === undefined || faults.has(`${store.name} ${region}`)) continue;
      faults.add(`${store.name} ${region}`);
      const of = store.sharded ? `shard ${shard} of ` : '';
      field.reject(
        'Regions where nothing of the store is born or at home: storage without instances takes no writes',
        `${region}, where ${of}${store.name} is ${what}`,
      );
    }
  }
}
