import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { birthRegionsOf, clustersOf } from '../../config';
import type { Cluster, Deployment, RegionName } from '../../config';
import type { Foundation, MemberOutputs, Network } from '../../stacks';
import { Data, GlobalData, Readers } from '../../stacks';
import { after, of } from './arrange';

/** What clusters stand on. */
export interface DataNeeds {
  readonly foundations: ReadonlyMap<RegionName, Foundation>;
  readonly credentials: Stack;
  readonly networks: ReadonlyMap<RegionName, Network>;
}

/** The stacks of all clusters. */
export interface DataStacks {
  /** Members that stand in a Region. */
  readonly members: (region: RegionName) => readonly MemberOutputs[];
  readonly stacks: readonly Stack[];
}

/**
 * For each Region in which clusters are born: those first, then the global clusters around them, then
 * the secondaries. The tables stand beside the global clusters of the deployment's own birth Region.
 */
export function declareData(
  scope: Construct,
  deployment: Deployment,
  needs: DataNeeds,
): DataStacks {
  const cohorts = birthRegionsOf(deployment).map((birth) =>
    declareCohort(scope, deployment, needs, birth),
  );
  declareReaders(
    scope,
    deployment,
    cohorts.map(({ data }) => data),
  );
  return {
    members: (region) => cohorts.flatMap(({ data }) => data.get(region)?.members ?? []),
    stacks: cohorts.flatMap(({ data, global }) => [...data.values(), ...global]),
  };
}

interface Cohort {
  readonly data: ReadonlyMap<RegionName, Data>;
  readonly global: readonly Stack[];
}

function declareCohort(
  scope: Construct,
  deployment: Deployment,
  { foundations, credentials, networks }: DataNeeds,
  birth: RegionName,
): Cohort {
  const clusters = clustersOf(deployment).filter(({ birthRegion }) => birthRegion === birth);
  const own = birth === deployment.birthRegion;
  const cohort = own ? {} : { cohort: birth };
  const data = new Map(
    deployment.regions.flatMap((region): readonly (readonly [RegionName, Data])[] => {
      const members = membersIn(clusters, region.name);
      if (members.length === 0) return [];
      const id = own ? `Data-${region.name}` : `Data-${region.name}-from-${birth}`;
      const network = of(networks, region.name).outputs;
      const props = { deployment, region, network, clusters: members, ...cohort };
      return [[region.name, new Data(scope, id, props)]];
    }),
  );
  const born = data.get(birth);
  if (born !== undefined) after(born, [credentials]);
  // A cluster of one Region is no part of a global one yet; it is wrapped when a second comes.
  const wrapped = clusters.filter(({ regions }) => regions.length > 1);
  if (!own && wrapped.length === 0) return { data, global: [] };
  const global = new GlobalData(scope, own ? 'GlobalData' : `GlobalData-${birth}`, {
    deployment,
    clusters: wrapped,
    ...cohort,
  });
  after(global, [...(born === undefined ? [] : [born]), ...foundations.values()]);
  for (const stack of data.values()) if (stack !== born) after(stack, [global]);
  return { data, global: [global] };
}

function membersIn(clusters: readonly Cluster[], region: RegionName): readonly Cluster[] {
  return clusters.filter(({ regions }) => regions.includes(region));
}

/** Readers that come and go, apart from the data: nothing waits for them. */
function declareReaders(
  scope: Construct,
  deployment: Deployment,
  cohorts: readonly ReadonlyMap<RegionName, Data>[],
): void {
  const scaled = clustersOf(deployment).filter(
    ({ store }) => store.maxInstancesPerRegion > store.instancesPerRegion,
  );
  for (const region of deployment.regions) {
    const clusters = scaled.filter(({ serving }) => serving.includes(region.name));
    if (clusters.length === 0) continue;
    const readers = new Readers(scope, `Readers-${region.name}`, { deployment, region, clusters });
    after(
      readers,
      cohorts.flatMap((data) => data.get(region.name) ?? []),
    );
  }
}
