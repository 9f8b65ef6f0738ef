import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assembly } from '../../../assembly';
import type { CacheProvider } from '../../cache';
import type { RunHome } from '../../home';
import { MARKER } from '../../home';
import type { Place, Readers, Survey, TwinPlan } from '../../plan';
import { planTwin, surveyAssembly } from '../../plan';
import type { Programs } from '../../programs';
import type { Layout } from './allocate';
import { takeGround } from './ground';
import { startCaches } from './caches';
import type { Child, ChildContext } from './children';
import { migrate, startClusterChild, startGatewayChild, startTablesChild } from './children';
import type { DatabaseOptions, DatabaseServer, PreparedDatabases } from './databases';
import { authorityOf, startDatabases } from './databases';
import type { FrontPorts, Fronts } from './fronts';
import { startProxiesOf } from './proxies';
import { startFronts } from './fronts';
import type { RunningLink, RunningLinkOptions } from './link';
import type { RunningParts } from './parts';
import { startRunningLink } from './link';
import { fillBuckets, standIns } from './stand-ins';
import type { RunningRegion } from './status';
import { Stopped, waitFor } from '../../processes';
import type { Supervisor } from '../../processes';

export interface StartOptions {
  readonly name: string;
  readonly home: RunHome;
  readonly assembly: Assembly;
  /** Made while the assembly is being synthesized. */
  readonly databases: Promise<PreparedDatabases>;
  readonly programs: Promise<Programs>;
  /** Who serves in the place of caches. */
  readonly cache: Promise<CacheProvider>;
  readonly supervisor: Supervisor;
  readonly timeScale: number;
  /** Whether Regions that write run zone by zone. @default false */
  readonly zones?: boolean;
  /** Whose readers run. @default of every cluster, where there are few, else of those that write */
  readonly readers?: Readers | undefined;
  /** So much later, in milliseconds, readers show what their cluster's first instance has. @default 0 */
  readonly readerLagMs?: number | undefined;
  readonly ports: FrontPorts;
  /** @default an address for each part where this machine has them, else one, and ports apart */
  readonly layout?: Layout | undefined;
  /** The network between Regions from the beginning. @default as far as they are apart */
  readonly link?: Pick<RunningLinkOptions, 'condition' | 'seed'>;
  readonly onProgress: (step: string) => void;
}

/** A twin that is ready. */
export interface Twin extends Pick<
  Fronts,
  'report' | 'status' | 'offerDrills' | 'offerFaults' | 'operate'
> {
  readonly parts: RunningParts;
}

const BUCKETS = 'buckets';

/**
 * Starts everything that the templates describe and waits until every Region can serve.
 *
 * @throws PlanError for templates that the twin cannot run
 * @throws Stopped where the supervisor was told to stop meanwhile
 */
export async function startTwin(options: StartOptions): Promise<Twin> {
  const startedAt = Date.now();
  const { assembly, home, supervisor, timeScale, onProgress } = options;
  onProgress('reading the templates');
  const provider = await options.cache;
  const zones = options.zones === true;
  const survey = surveyAssembly(assembly, provider, { readers: options.readers, zones });
  const marker = { [MARKER]: home.directory };
  const ground = await takeGround(survey, options.layout, supervisor);
  const { places, control } = ground;
  const logs = join(home.directory, 'logs');
  await mkdir(logs, { recursive: true, mode: 0o700 });
  const context: ChildContext = { programs: await options.programs, logs, marker };
  const launch = (child: Promise<Child>) => supervisor.launch(child);
  const where = { ...ground, directory: home.directory, ...options.link };
  const link = await startRunningLink(context, where, launch);
  const { via } = link;
  const authority = authorityOf(home);
  const plan = planTwin(assembly, { places, marker, timeScale, via, zones, authority });

  onProgress('starting databases, caches and tables');
  const { engines } = home;
  const [databases, tables, caches] = await Promise.all([
    options.databases.then((prepared) =>
      startServers(prepared, { plan, marker, via, context }, options),
    ),
    startTables(context, { survey, plan, control, via }, options),
    startCaches(
      context,
      { provider, places, clustered: survey.clusteredCaches, engines },
      (cache) => supervisor.launch(cache),
    ),
  ]);
  supervisor.nextLayer();
  const { identity } = await options.databases;
  const proxies = await startProxiesOf(context, { ...plan, identity }, launch);

  onProgress('migrating, and starting load balancers');
  const [gateways] = await Promise.all([
    startGateways(context, plan, options),
    migrateAll(context, plan, databases, supervisor),
  ]);
  supervisor.nextLayer();
  const kept = lookAfter(databases, supervisor);

  onProgress('waiting until every Region can serve');
  const regions = plan.regions.map((region): RunningRegion => ({
    plan: region,
    tables: needed(tables, region.name),
    gateway: needed(gateways, region.name),
    proxies: proxies.get(region.name),
    databases: databases.filter(({ of }) => of.region === region.name),
    caches: caches.filter((cache) => cache.region === region.name),
    ...plan.steeringOf(region.balancer.key),
  }));
  const planned = { ...ground, plan, regions, survey, startedAt, lines: link.lines };
  const fronts = await startFronts({ ...options, ...planned });
  await kept;
  const { checks, steering, report, status, offerDrills, offerFaults, operate } = fronts;
  const buckets = join(home.directory, BUCKETS);
  const parts = { plan, regions, link, control, checks, steering, buckets, timeScale };
  return { report, status, offerDrills, offerFaults, operate, parts };
}

interface ServersPlan extends Pick<DatabaseOptions, 'marker' | 'via'> {
  readonly plan: TwinPlan;
  readonly context: ChildContext;
}

function startServers(
  prepared: PreparedDatabases,
  { plan, context, ...more }: ServersPlan,
  { home, supervisor, zones = false, readerLagMs = 0 }: StartOptions,
): Promise<readonly DatabaseServer[]> {
  const places = plan.regions.map((region) => region.places);
  const onRenewed: DatabaseOptions['onRenewed'] = (server) => {
    supervisor.renewed(server);
  };
  const { databases } = plan;
  const startCluster: DatabaseOptions['startCluster'] = (label, config) =>
    supervisor.launch(startClusterChild(context, label, config));
  const { engines } = home;
  const supervise: DatabaseOptions['supervise'] = (start) => supervisor.launch(start);
  const means = { zones, readerLagMs, supervise, startCluster };
  const options = { databases, places, engines, onRenewed, ...means, ...more };
  return startDatabases(prepared, options, (server) => supervisor.launch(server));
}

interface TablesPlan {
  readonly survey: Survey;
  readonly plan: TwinPlan;
  readonly control: Place;
  readonly via: RunningLink['via'];
}

async function startTables(
  context: ChildContext,
  { survey, plan, control, via }: TablesPlan,
  { home, supervisor }: StartOptions,
): Promise<ReadonlyMap<string, Child>> {
  const buckets = join(home.directory, BUCKETS);
  await fillBuckets(plan, buckets);
  const token = randomBytes(24).toString('base64url');
  const work = {
    directory: join(home.directory, 'queues'),
    instance: context.programs.instance,
    logs: context.logs,
  };
  const configs = standIns(plan, { account: survey.account, buckets, token, control, via, work });
  const all = [configs.control, ...configs.regions];
  const children = await Promise.all(
    all.map(async (config) => {
      const child = await supervisor.launch(startTablesChild(context, config));
      return [config.region, child] as const;
    }),
  );
  return new Map(children);
}

async function startGateways(
  context: ChildContext,
  plan: TwinPlan,
  { supervisor, timeScale }: StartOptions,
): Promise<ReadonlyMap<string, Child>> {
  const children = await Promise.all(
    plan.regions.map(async ({ name, places, balancer, functions, servers, directEdge }) => {
      const child = startGatewayChild(context, {
        ...{ region: name, ...places.gateway, edgePort: places.edge.port, edge: directEdge },
        ...{ listener: balancer.listener, targetGroups: balancer.targetGroups, functions },
        ...{ servers, timeScale },
      });
      return [name, await supervisor.launch(child)] as const;
    }),
  );
  return new Map(children);
}

/** The writers' Regions first: the others' standbys get the schemas from them. */
async function migrateAll(
  context: ChildContext,
  plan: TwinPlan,
  databases: readonly DatabaseServer[],
  supervisor: Supervisor,
): Promise<void> {
  const writing = new Set(
    databases.filter(({ of }) => of.role === 'writer').map(({ of }) => of.region),
  );
  const launch = (child: Promise<Child>) => supervisor.launch(child);
  const first = plan.regions.filter(({ name }) => writing.has(name));
  const then = plan.regions.filter(({ name }) => !writing.has(name));
  await Promise.all(first.map((region) => migrate(context, region, launch)));
  await Promise.all(then.map((region) => migrate(context, region, launch)));
}

/** Until commits wait for a reader, in milliseconds. */
const JOIN_MS = 30_000;

/** Resolves once whatever is acknowledged is in two instances, where two run. */
async function lookAfter(
  databases: readonly DatabaseServer[],
  supervisor: Supervisor,
): Promise<void> {
  const clusters = databases.flatMap((it) => it.keep?.() ?? []);
  for (const it of clusters) supervisor.add(it);
  const joined = async () => {
    const views = await Promise.all(clusters.map((it) => it.view()));
    return views.every(({ synchronous }) => synchronous) || undefined;
  };
  await waitFor('readers that confirm commits', JOIN_MS, joined, 100);
}

function needed(children: ReadonlyMap<string, Child>, region: string): Child {
  const child = children.get(region);
  if (child === undefined) throw new Stopped();
  return child;
}
