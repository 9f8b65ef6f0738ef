import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Names } from '../config';
import type { Deployment, RegionName, Service as ServiceConfig } from '../config';
import type { Artifacts, ServiceProps } from '../stacks';
import { after, byRegion, of } from './private/arrange';
import { declareBackups } from './private/backup-stage';
import { declareCaches } from './private/cache-stage';
import { declareData } from './private/data-stage';
import type { DataNeeds, DataStacks } from './private/data-stage';
import { declareProxies } from './private/proxy-stage';
import { declareServer } from './private/server-stage';
import { declareStores } from './private/store-stage';
import {
  Alarms,
  Canaries,
  Control,
  Credentials,
  Edge,
  EdgeFoundation,
  Experiments,
  Foundation,
  HealthAlarms,
  Migration,
  Network,
  Queues,
  Recovery,
  RecoveryReports,
  Rotation,
  Routing,
  Service,
  Spending,
  UploadReplication,
  Work,
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
 * Regions, the secondaries; migrations, caches, queues; services and work; alarms; edge, so that somebody watches before
 * users come; canaries. Only data that is *created* from other data
 * makes a Region wait for another.
 */
export function declareStacks(scope: Construct, props: MeridianStageProps): void {
  const { deployment, artifacts } = props;
  const { server } = deployment;
  if (server !== undefined) {
    declareSpending(scope, deployment);
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
  const reached = declareProxies(scope, deployment, { networks, data, credentials, artifacts });
  const stores = declareStores(scope, deployment, {
    foundations,
    credentials,
    artifacts,
    networks,
  });
  const control = new Control(scope, 'Control', { deployment });
  const others = [...foundations.values(), control];
  const needs = { networks, data, stores, others, artifacts };
  const backups = declareBackups(scope, deployment, needs);

  const migrations = deployment.regions.map((region) => {
    const network = of(networks, region.name);
    const members = reached.members(region.name);
    return new Migration(scope, `Migration-${region.name}`, {
      deployment,
      region,
      network: network.outputs,
      members,
      artifacts,
    });
  });
  const before = [...data.stacks, ...reached.stacks, control, credentials];
  for (const migration of migrations) after(migration, before);

  const days = deployment.secretRotationDays;
  const rotations =
    days === undefined ? [] : [new Rotation(scope, 'Rotation', { deployment, artifacts, days })];
  for (const rotation of rotations) after(rotation, migrations);

  const [service] = deployment.services;
  if (service === undefined) {
    declareSpending(scope, deployment);
    return;
  }
  const standing = { zone, foundations, networks, data, migrations, backups, rotations };
  const ground = { ...standing, stores: stores.stacks };
  declareServing(scope, props, service, ground);
}

/** What stands before anything serves. */
interface Ground extends Pick<DataNeeds, 'foundations' | 'networks'> {
  readonly data: DataStacks;
  readonly zone: readonly Stack[];
  readonly stores: readonly Stack[];
  readonly migrations: readonly Stack[];
  readonly backups: readonly Stack[];
  readonly rotations: readonly Stack[];
}

/** Caches, queues, services and work; who watches them; then whom users come by. */
function declareServing(
  scope: Construct,
  props: MeridianStageProps,
  service: ServiceConfig,
  { zone, foundations, networks, data, stores, migrations, backups, rotations }: Ground,
): void {
  const { deployment, artifacts } = props;
  const caches = declareCaches(scope, deployment, { foundations, networks, artifacts });
  const services = declareServices(scope, props, service, { networks, caches });
  const queues = declareQueues(scope, deployment, foundations);
  const work = declareWork(scope, props, service, { networks, caches });
  const routing = hasSharedRouting(deployment) ? [new Routing(scope, 'Routing', props)] : [];
  for (const stack of routing) after(stack, zone);
  const needs = [...zone, ...routing, ...stores, ...migrations, ...networks.values()];
  for (const stack of services.values()) after(stack, [...needs, ...queues]);
  for (const stack of work)
    after(stack, [...stores, ...migrations, ...networks.values(), ...queues]);
  const alarms = declareAlarms(scope, deployment, services);
  declareSpending(scope, deployment, alarms);
  for (const stack of declareExperiments(scope, deployment, { networks, services }))
    after(stack, alarms);
  const edge = new Edge(scope, 'Edge', { deployment, artifacts });
  const copies = declareCopies(scope, props, foundations);
  const kept = [...zone, ...backups, ...copies];
  after(edge, [...kept, ...rotations, ...services.values(), ...work, ...alarms]);
  declareCanaries(scope, props, { networks, edge });
  declareRecovery(scope, deployment, [...data.stacks, edge]);
}

/** Plans that move what is written, and where they are reported on. */
function declareRecovery(scope: Construct, deployment: Deployment, needs: readonly Stack[]): void {
  const { recovery } = deployment;
  if (recovery === undefined) return;
  const reports = recovery.reports
    ? [new RecoveryReports(scope, 'RecoveryReports', { deployment, recovery })]
    : [];
  after(new Recovery(scope, 'Recovery', { deployment, recovery }), [...needs, ...reports]);
}

type Regional<T> = ReadonlyMap<RegionName, T>;

interface Serving {
  readonly networks: DataNeeds['networks'];
  readonly caches: Regional<string | undefined>;
}

function declareServices(
  scope: Construct,
  { deployment, artifacts }: MeridianStageProps,
  service: ServiceConfig,
  serving: Serving,
): Regional<Service> {
  return byRegion(deployment, (region) => {
    const reached = reachedFrom(region, serving);
    const props = { deployment, region, service, artifacts, ...reached };
    return new Service(scope, `Service-${region.name}`, props);
  });
}

/** What servers and workers of a Region reach. */
function reachedFrom(
  { name }: Deployment['regions'][number],
  { networks, caches }: Serving,
): Pick<ServiceProps, 'network' | 'cacheEndpoint'> {
  const endpoint = caches.get(name);
  return {
    network: of(networks, name).outputs,
    ...(endpoint !== undefined && { cacheEndpoint: endpoint }),
  };
}

/** The Regions' queues, and what could not be processed. */
function declareQueues(
  scope: Construct,
  deployment: Deployment,
  foundations: DataNeeds['foundations'],
): readonly Queues[] {
  if (deployment.queues.length === 0 && deployment.jobs.length === 0) return [];
  const stacks = byRegion(deployment, (region) => {
    const { keyArn } = of(foundations, region.name);
    return new Queues(scope, `Queues-${region.name}`, { deployment, region, keyArn });
  });
  return [...stacks.values()];
}

/** Copies of uploads in all other Regions: a bucket that is copied to must be there. */
function declareCopies(
  scope: Construct,
  { deployment, artifacts }: MeridianStageProps,
  foundations: DataNeeds['foundations'],
): readonly Stack[] {
  if (deployment.uploads === undefined || deployment.regions.length === 1) return [];
  const stacks = byRegion(deployment, (region) => {
    const props = { deployment, region, artifacts };
    return new UploadReplication(scope, `UploadReplication-${region.name}`, props);
  });
  for (const stack of stacks.values()) after(stack, [...foundations.values()]);
  return [...stacks.values()];
}

/** What empties the queues, and what is done on a schedule. */
function declareWork(
  scope: Construct,
  { deployment, artifacts }: MeridianStageProps,
  service: ServiceConfig,
  serving: Serving,
): readonly Work[] {
  const consumed = deployment.queues.some(({ consumer }) => consumer !== undefined);
  if (!consumed && deployment.jobs.length === 0) return [];
  const stacks = byRegion(deployment, (region) => {
    const reached = reachedFrom(region, serving);
    const props = { deployment, region, service, artifacts, ...reached };
    return new Work(scope, `Work-${region.name}`, props);
  });
  return [...stacks.values()];
}

/** What a person may take away from a Region: alarms, which stop it, come before. */
function declareExperiments(
  scope: Construct,
  deployment: Deployment,
  { networks, services }: Pick<DataNeeds, 'networks'> & { readonly services: Regional<Service> },
): readonly Stack[] {
  const { experiments } = deployment;
  if (experiments === undefined) return [];
  const stacks = byRegion(deployment, (region) => {
    const network = of(networks, region.name).outputs;
    const service = of(services, region.name).outputs;
    const props = { deployment, region, experiments, network, service };
    return new Experiments(scope, `Experiments-${region.name}`, props);
  });
  return [...stacks.values()];
}

/** Who asks as users do: only when there is an answer. */
function declareCanaries(
  scope: Construct,
  { deployment, artifacts }: MeridianStageProps,
  { networks, edge }: Pick<DataNeeds, 'networks'> & { readonly edge: Stack },
): void {
  if (deployment.observability.canaries === undefined) return;
  byRegion(deployment, (region) => {
    const network = of(networks, region.name).outputs;
    const props = { deployment, region, network, artifacts };
    const canaries = new Canaries(scope, `Canaries-${region.name}`, props);
    after(canaries, [edge]);
    return canaries;
  });
}

/** @param alarms with the topic that a budget rings too, where there is one */
function declareSpending(
  scope: Construct,
  deployment: Deployment,
  alarms: readonly Stack[] = [],
): void {
  const { budget } = deployment.observability;
  if (budget === undefined) return;
  const topicArn = new Names(deployment).alarmTopicArn(deployment.edgeRegion);
  const rung = alarms.length === 0 ? {} : { topicArn };
  after(new Spending(scope, 'Spending', { deployment, budget, ...rung }), alarms);
}

/** Each Region's own alarms, and in the edge's Region those about Regions. */
function declareAlarms(
  scope: Construct,
  deployment: Deployment,
  services: Regional<Service>,
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
