import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Deployment, RegionName, Service as ServiceConfig } from '../config';
import type { Artifacts } from '../stacks';
import { after, byRegion, of } from './private/arrange';
import { declareData } from './private/data-stage';
import type { DataNeeds } from './private/data-stage';
import { declareServer } from './private/server-stage';
import {
  Alarms,
  Cache,
  Control,
  Credentials,
  Edge,
  EdgeFoundation,
  Foundation,
  HealthAlarms,
  Migration,
  Network,
  Rotation,
  Routing,
  Service,
  Zone,
  hasSharedRouting,
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
 * Regions, the secondaries; migrations, caches; services; alarms; edge, so that somebody watches before
 * users come. Only data that is *created* from other data
 * makes a Region wait for another.
 */
export function declareStacks(scope: Construct, props: MeridianStageProps): void {
  const { deployment, artifacts } = props;
  const { server } = deployment;
  if (server !== undefined) {
    declareServer(scope, { deployment, artifacts, server });
    return;
  }
  const zone = deployment.zone === undefined ? [new Zone(scope, 'Zone', props)] : [];
  const foundations = byRegion(
    deployment,
    (region) => new Foundation(scope, `Foundation-${region.name}`, { deployment, region }),
  );
  const credentials = new Credentials(scope, 'Credentials', { deployment });
  after(credentials, [...foundations.values()]);
  const networks = byRegion(deployment, (region) => {
    const network = new Network(scope, `Network-${region.name}`, { deployment, region, artifacts });
    after(network, [of(foundations, region.name)]);
    return network;
  });
  const data = declareData(scope, deployment, { foundations, credentials, networks });
  const control = new Control(scope, 'Control', { deployment });

  const migrations = deployment.regions.map((region) => {
    const network = of(networks, region.name);
    const members = data.members(region.name);
    return new Migration(scope, `Migration-${region.name}`, {
      deployment,
      region,
      network: network.outputs,
      members,
      artifacts,
    });
  });
  for (const migration of migrations) after(migration, [...data.stacks, control, credentials]);

  const days = deployment.secretRotationDays;
  const rotations =
    days === undefined ? [] : [new Rotation(scope, 'Rotation', { deployment, artifacts, days })];
  for (const rotation of rotations) after(rotation, migrations);

  const [service] = deployment.services;
  if (service === undefined) return;
  const services = declareServices(scope, props, service, { foundations, networks });
  const routing = hasSharedRouting(deployment) ? [new Routing(scope, 'Routing', props)] : [];
  for (const stack of routing) after(stack, zone);
  const needs = [...zone, ...routing, ...migrations, ...networks.values()];
  for (const stack of services.values()) after(stack, needs);
  const alarms = declareAlarms(scope, deployment, services);
  const edge = new Edge(scope, 'Edge', { deployment, artifacts });
  after(edge, [...zone, ...rotations, ...services.values(), ...alarms]);
}

/** Each Region's cache, then what serves with it. */
function declareServices(
  scope: Construct,
  { deployment, artifacts }: MeridianStageProps,
  service: ServiceConfig,
  { foundations, networks }: Omit<DataNeeds, 'credentials'>,
): ReadonlyMap<RegionName, Service> {
  const { cache } = deployment;
  return byRegion(deployment, (region) => {
    const common = { deployment, region, network: of(networks, region.name).outputs };
    const { keyArn } = of(foundations, region.name);
    const endpoint =
      cache && new Cache(scope, `Cache-${region.name}`, { ...common, cache, keyArn }).endpoint;
    return new Service(scope, `Service-${region.name}`, {
      ...common,
      service,
      artifacts,
      ...(endpoint !== undefined && { cacheEndpoint: endpoint }),
    });
  });
}

/** Each Region's own alarms, and in the edge's Region those about Regions. */
function declareAlarms(
  scope: Construct,
  deployment: Deployment,
  services: ReadonlyMap<RegionName, Service>,
): readonly Stack[] {
  const { edgeRegion, regions } = deployment;
  const alarms = byRegion(deployment, (region) => {
    const service = of(services, region.name).outputs;
    return new Alarms(scope, `Alarms-${region.name}`, { deployment, region, service });
  });
  const serves = regions.some(({ name }) => name === edgeRegion);
  const foundation = serves ? [] : [new EdgeFoundation(scope, 'EdgeFoundation', { deployment })];
  const health = new HealthAlarms(scope, 'HealthAlarms', { deployment });
  after(health, [...foundation, ...services.values(), ...alarms.values()]);
  return [...alarms.values(), health];
}
