import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { storesOf } from '../../config';
import type { Deployment, DsqlStore, NeptuneStore, RegionName } from '../../config';
import type { Artifacts, Foundation, Network } from '../../stacks';
import {
  StoreCluster,
  StoreGlobalGraph,
  StoreGraph,
  StoreKeyspace,
  StoreLimitless,
  StorePeering,
  StoreTables,
} from '../../stacks';
import { after, of } from './arrange';

/** What stores of other engines than `aurora` stand on. */
export interface StoreNeeds {
  readonly foundations: ReadonlyMap<RegionName, Foundation>;
  readonly credentials: Stack;
  readonly artifacts: Pick<Artifacts, 'handlers'>;
  /** With private subnets; nowhere where there is one server. */
  readonly networks: ReadonlyMap<RegionName, Network>;
}

/** The stacks of stores of other engines than `aurora`. */
export interface StoreStacks {
  readonly stacks: readonly Stack[];
  /**
   * ARN of a `dsql` store's cluster in a Region, with the id that AWS generates.
   *
   * @throws RangeError where there is none
   */
  readonly dsqlArn: (store: string, region: RegionName) => string;
}

/** Stores of other engines than `aurora`, each in stacks of its own: one more touches no other. */
export function declareStores(
  scope: Construct,
  deployment: Deployment,
  needs: StoreNeeds,
): StoreStacks {
  const clusters: DsqlCluster[] = [];
  const stacks = [
    ...declareTables(scope, deployment, needs),
    // Encrypted with keys that AWS owns, it stands on nothing.
    ...storesOf(deployment, 'keyspaces').map(
      (store) => new StoreKeyspace(scope, `Store-${store.name}`, { deployment, store }),
    ),
    ...declareLimitless(scope, deployment, needs),
    ...storesOf(deployment, 'dsql').flatMap((store) => {
      const declared = declareDsql(scope, deployment, store, needs);
      clusters.push(...declared.clusters);
      return declared.stacks;
    }),
    ...storesOf(deployment, 'neptune').flatMap((store) =>
      declareGraph(scope, deployment, store, needs),
    ),
  ];
  return {
    stacks,
    dsqlArn: (store, region) => {
      const found = clusters.find((it) => it.store === store && it.region.name === region);
      if (found === undefined) {
        throw new RangeError(`\`store\` must have a cluster in ${region}, got: ${store}`);
      }
      return found.stack.clusterArn;
    },
  };
}

interface DsqlCluster {
  readonly store: string;
  readonly region: Deployment['regions'][number];
  readonly stack: StoreCluster;
}

interface DsqlStacks {
  readonly clusters: readonly DsqlCluster[];
  readonly stacks: readonly Stack[];
}

function declareTables(
  scope: Construct,
  deployment: Deployment,
  { foundations }: StoreNeeds,
): readonly Stack[] {
  return storesOf(deployment, 'dynamodb').map((store) => {
    const tables = new StoreTables(scope, `Store-${store.name}`, { deployment, store });
    const keys = store.regions.map((region) => of(foundations, region));
    after(tables, keys);
    return tables;
  });
}

function declareLimitless(
  scope: Construct,
  deployment: Deployment,
  { credentials, networks }: StoreNeeds,
): readonly Stack[] {
  return storesOf(deployment, 'aurora-limitless').flatMap((store) =>
    store.regions.map((region) => {
      const network = of(networks, region);
      const props = { deployment, store, network: network.outputs };
      const stack = new StoreLimitless(scope, `Store-${store.name}`, props);
      after(stack, [credentials, network]);
      return stack;
    }),
  );
}

/** Clusters first, in each Region; then each is told of the other. */
function declareDsql(
  scope: Construct,
  deployment: Deployment,
  store: DsqlStore,
  { artifacts }: StoreNeeds,
): DsqlStacks {
  const common = { deployment, store, artifacts };
  const clusters = deployment.regions
    .filter(({ name }) => store.regions.includes(name))
    .map((region) => {
      const id = `Store-${store.name}-${region.name}`;
      const stack = new StoreCluster(scope, id, { ...common, region });
      return { store: store.name, region, stack };
    });
  const { witnessRegion } = store;
  const stacks = clusters.map(({ stack }) => stack);
  const [one, other] = clusters;
  if (witnessRegion === undefined || one === undefined || other === undefined)
    return { clusters, stacks };
  const pairs = [
    [one, other],
    [other, one],
  ] as const;
  const peerings = pairs.map(
    ([
      { region, stack },
      {
        region: { name: peer },
      },
    ]) => {
      const { clusterId } = stack;
      const props = { ...common, region, peer, clusterId, witnessRegion };
      const peering = new StorePeering(scope, `Peering-${store.name}-${region.name}`, props);
      after(peering, stacks);
      return peering;
    },
  );
  return { clusters, stacks: [...stacks, ...peerings] };
}

/** The birth Region first, then what stands around its cluster, then the others, which join that. */
function declareGraph(
  scope: Construct,
  deployment: Deployment,
  store: NeptuneStore,
  { foundations, networks }: StoreNeeds,
): readonly Stack[] {
  const stacks = store.regions.flatMap((name) => {
    const region = deployment.regions.find((it) => it.name === name);
    if (region === undefined) return [];
    const network = of(networks, name);
    const props = { deployment, store, region, network: network.outputs };
    const stack = new StoreGraph(scope, `Store-${store.name}-${name}`, props);
    after(stack, [of(foundations, name), network]);
    return stack;
  });
  const [birth, ...others] = stacks;
  const [birthRegion] = store.regions;
  if (birth === undefined || birthRegion === undefined || others.length === 0) return stacks;
  const props = { deployment, store, birthRegion };
  const global = new StoreGlobalGraph(scope, `Store-${store.name}`, props);
  after(global, [birth]);
  for (const stack of others) after(stack, [global]);
  return [birth, global, ...others];
}
