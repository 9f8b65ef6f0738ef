import type { RegionName } from './declaration';
import type { Deployment, Domain } from './deployment';
import { EVERYBODY } from './clusters';
import { Names } from './names';
import { storesOf } from './stores';

/**
 * What the topology document is created from where none exists yet. The workload's migration
 * function reads it (`TopologySeed` in lambda/topology.ts has the same shape; this room knows no
 * other, so the shape is repeated and a test holds the two together).
 */
export interface TopologySeedData {
  readonly directory: { readonly home: RegionName };
  readonly logicalShards: readonly {
    readonly first: number;
    readonly last: number;
    readonly shard: string;
  }[];
  readonly shards: Readonly<Record<string, ShardSeedData>>;
}

export interface ShardSeedData {
  readonly home: RegionName;
  readonly domains: Readonly<Record<string, DomainSeedData>>;
}

export interface DomainSeedData {
  readonly store: string;
  /** Name of the PostgreSQL database: the domain's own name. */
  readonly database: string;
  readonly secret: string;
}

/** The seed of a deployment: every shard at its preferred home, ranges in ascending order. */
export function topologySeed(deployment: Deployment): TopologySeedData {
  const names = new Names(deployment);
  const { stores, birthRegion } = deployment;
  const undivided = new Set(
    storesOf({ stores }, 'aurora')
      .filter(({ sharded }) => !sharded)
      .map(({ name }) => name),
  );
  const seed = ({ name, store }: Domain): [string, DomainSeedData] => [
    name,
    { store, database: name, secret: names.domainSecret(name) },
  ];
  const whole = deployment.domains.filter(({ store }) => undivided.has(store)).map(seed);
  const cut = Object.fromEntries(
    deployment.domains.filter(({ store }) => !undivided.has(store)).map(seed),
  );
  return {
    directory: { home: birthRegion },
    logicalShards: deployment.shards
      .map(({ name, logical: [first, last] }) => ({ first, last, shard: name }))
      .sort((one, other) => one.first - other.first),
    shards: Object.fromEntries([
      ...deployment.shards.map(({ name, home }) => [name, { home, domains: cut }] as const),
      // Holds no logical shard: nobody's user id leads there.
      ...(whole.length > 0
        ? [[EVERYBODY, { home: birthRegion, domains: Object.fromEntries(whole) }] as const]
        : []),
    ]),
  };
}
