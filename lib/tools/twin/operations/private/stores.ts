import type { MigrationProperties, TopologySeed } from '../../../../../lambda/topology';
import type { DeskFacts } from '../model';

/** Domains by store, as migrations are told of them: the topology document names no stores. */
export function storesOf(
  migrations: readonly { readonly properties: unknown }[],
): DeskFacts['stores'] {
  const stores = new Map<string, Set<string>>();
  for (const { properties } of migrations) {
    const seed = JSON.parse((properties as MigrationProperties).Seed) as TopologySeed;
    for (const { domains } of Object.values(seed.shards)) {
      for (const [domain, { store }] of Object.entries(domains)) {
        stores.set(store, (stores.get(store) ?? new Set()).add(domain));
      }
    }
  }
  return Object.fromEntries([...stores].map(([store, domains]) => [store, [...domains]]));
}
