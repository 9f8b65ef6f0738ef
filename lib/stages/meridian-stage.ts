import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Deployment, RegionName, Service as ServiceConfig } from '../config';
import type { Artifacts } from '../stacks';
import {
  Control,
  Credentials,
  Data,
  Edge,
  Foundation,
  GlobalData,
  Migration,
  Network,
  Service,
  Zone,
} from '../stacks';

export interface MeridianStageProps {
  /** The resolved declaration. */
  readonly deployment: Deployment;
  /** Bundles and files, built before constructs run. */
  readonly artifacts: Artifacts;
}

/**
 * Declares every stack of a deployment and the order of their deployment, which plain
 * `cdk deploy --all` follows. The stacks stand directly below the application (not in a CDK `Stage`),
 * so that they are named by kind and Region alone.
 *
 * Order: zone, keys and buckets, credentials; networks; the birth Region's clusters, what spans
 * Regions, the secondaries; migrations; services; edge. Only data that is *created* from other data
 * makes a Region wait for another.
 */
export function declareStacks(scope: Construct, props: MeridianStageProps): void {
  const { deployment, artifacts } = props;
  const zone = deployment.zone === undefined ? [new Zone(scope, 'Zone', props)] : [];
  const foundations = deployment.regions.map(
    (region) => new Foundation(scope, `Foundation-${region.name}`, { deployment, region }),
  );
  const credentials = new Credentials(scope, 'Credentials', { deployment });
  after(credentials, foundations);
  const networks = byRegion(
    deployment,
    (region) => new Network(scope, `Network-${region.name}`, { deployment, region, artifacts }),
  );
  const data = declareData(scope, deployment, { foundations, credentials, networks });
  const control = new Control(scope, 'Control', { deployment });

  const migrations = deployment.regions.map((region) => {
    const network = of(networks, region.name);
    const members = of(data, region.name).members;
    return new Migration(scope, `Migration-${region.name}`, {
      deployment,
      region,
      network: network.outputs,
      members,
      artifacts,
    });
  });
  for (const migration of migrations) after(migration, [...data.values(), control, credentials]);

  const [service] = deployment.services;
  if (service === undefined) return;
  const services = declareServices(scope, props, service, networks);
  for (const stack of services) after(stack, [...zone, ...migrations, ...networks.values()]);
  after(new Edge(scope, 'Edge', { deployment, artifacts }), [...zone, ...services]);
}

interface DataNeeds {
  readonly foundations: readonly Stack[];
  readonly credentials: Stack;
  readonly networks: ReadonlyMap<RegionName, Network>;
}

/** The birth Region's clusters first, then the global cluster around them, then the secondaries. */
function declareData(
  scope: Construct,
  deployment: Deployment,
  needs: DataNeeds,
): ReadonlyMap<RegionName, Data> {
  const data = byRegion(deployment, (region) => {
    const network = of(needs.networks, region.name).outputs;
    return new Data(scope, `Data-${region.name}`, { deployment, region, network });
  });
  const birth = of(data, deployment.birthRegion);
  after(birth, [needs.credentials]);
  const globalData = new GlobalData(scope, 'GlobalData', { deployment });
  after(globalData, [birth, ...needs.foundations]);
  for (const stack of data.values()) if (stack !== birth) after(stack, [globalData]);
  return data;
}

function declareServices(
  scope: Construct,
  { deployment, artifacts }: MeridianStageProps,
  service: ServiceConfig,
  networks: ReadonlyMap<RegionName, Network>,
): readonly Service[] {
  return deployment.regions.map((region) => {
    const network = of(networks, region.name).outputs;
    const id = `Service-${region.name}`;
    return new Service(scope, id, { deployment, region, service, network, artifacts });
  });
}

function byRegion<T>(
  { regions }: Deployment,
  make: (region: Deployment['regions'][number]) => T,
): ReadonlyMap<RegionName, T> {
  return new Map(regions.map((region) => [region.name, make(region)]));
}

function of<T>(stacks: ReadonlyMap<RegionName, T>, region: RegionName): T {
  const stack = stacks.get(region);
  if (stack === undefined) throw new RangeError(`\`region\` must be a serving one, got: ${region}`);
  return stack;
}

function after(stack: Stack, needs: readonly Stack[]): void {
  for (const need of needs) stack.addStackDependency(need);
}
