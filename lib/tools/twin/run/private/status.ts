import { REGIONS } from '../../../../config/regions';
import type { PlannedRegion, RegionPlaces } from '../../plan';
import type { ProxyView } from '../../proxy';
import type { CheckClock, HealthState } from '../../health';
import type { Line } from '../../link';
import type { Footprint } from './footprint';
import type { QueueDepth } from '../../queues';
import type { ReplicationState } from '../../tables';
import type { RunningCache } from './caches';
import type { Child } from './children';
import type { DatabaseServer } from './databases';
import type { LagMonitor } from './lag';
import { proxyViews } from './proxies';
import type { Traffic, TrafficMonitor } from './traffic';
import type { Report, RegionReport } from './report';
import type { VantageView } from './steering';
import type { Supervised } from '../../processes';

/** What the page shows and `twin status` says; null is "not known"; docs/schemas/twin-status.schema.json. */
export interface Status extends Omit<Report, 'regions' | 'parts'> {
  readonly regions: Readonly<Record<string, RegionStatus>>;
  /** What it takes of this machine; null where not known. */
  readonly footprint: Footprint | null;
  /** The network between Regions. */
  readonly link: readonly Line[];
  readonly vantages: readonly {
    readonly city: string;
    readonly country: string;
    readonly subnet: string;
    readonly region: string | null;
  }[];
}

export interface RegionStatus extends RegionReport {
  readonly city: string;
  readonly balancer: string;
  /** Whether DNS may answer with the Region; null while no check has answered. */
  readonly healthy: boolean | null;
  /** How DNS finds out, as the templates configure it; null where it decides on no check. */
  readonly check: CheckClock | null;
  /** What its load balancer serves; null where it does not tell. */
  readonly traffic: Traffic | null;
  readonly databases: readonly DatabaseStatus[];
  readonly caches: readonly CacheStatus[];
  /** Changes of tables on their way to the other Regions, by Region; null where not known. */
  readonly replication: ReplicationState | null;
  /** How full its queues are, by name; null where not known. */
  readonly queues: Readonly<Record<string, QueueDepth>> | null;
  /** Labels of processes that have ended. */
  readonly ended: readonly string[];
}

export interface DatabaseStatus {
  readonly name: string;
  /** Databases that are copies of one another share it: a store's shard. */
  readonly group: string;
  readonly address: string;
  readonly writes: boolean | null;
  readonly lagBytes: number | null;
  readonly lagSeconds: number | null;
  /** What follows it inside its Region for reads alone; null where nothing does. */
  readonly reader: ReaderStatus | null;
  /** What stands before it; null where nothing does. */
  readonly proxy: ProxyStatus | null;
}

export interface ReaderStatus {
  readonly name: string;
  readonly address: string;
  /** How far it is behind the database that it follows; null where not known. */
  readonly lagBytes: number | null;
  readonly lagSeconds: number | null;
}

export interface ProxyStatus {
  readonly address: string;
  /** Where it leads to readers. */
  readonly readers: string;
  /** How it is; null where it does not tell. */
  readonly pool: ProxyView | null;
}

export interface CacheStatus {
  readonly address: string;
  /** Such as `valkey 9.1.2`, or `stand-in`. */
  readonly engine: string;
  readonly real: boolean;
  readonly runs: boolean;
}

/** The running parts of one Region. */
export interface RunningRegion {
  readonly plan: PlannedRegion;
  readonly tables: Child;
  readonly gateway: Child;
  /** Before its clusters, where there are some. */
  readonly proxies: Child | undefined;
  readonly databases: readonly DatabaseServer[];
  readonly caches: readonly RunningCache[];
  /** Key of the health check on which DNS decides; undefined where it decides on none. */
  readonly healthCheck: string | undefined;
  /** Name that DNS answers with this Region alone. */
  readonly host: string | undefined;
}

export interface StatusSources {
  readonly isDead: (supervised: Supervised) => boolean;
  readonly health: (key: string) => HealthState;
  readonly clock: (key: string) => CheckClock | undefined;
  readonly lag: LagMonitor;
  readonly traffic: TrafficMonitor;
}

/** All that runs for a Region. */
export function partsOf(region: RunningRegion): readonly Supervised[] {
  const { tables, gateway, proxies, caches } = region;
  const servers = databaseServersOf(region);
  return [tables, gateway, ...(proxies === undefined ? [] : [proxies]), ...servers, ...caches];
}

/** Its databases, readers too. */
export function databaseServersOf({ databases }: RunningRegion): readonly Supervised[] {
  return databases.flatMap((it) => (it.reader === undefined ? [it] : [it, it.reader]));
}

export async function regionStatus(
  region: RunningRegion,
  sources: StatusSources,
): Promise<RegionStatus> {
  const { plan, tables, gateway, proxies, databases, caches, healthCheck } = region;
  const { edge, gateway: balancer } = plan.places;
  const [replication, queues, pools] = await Promise.all([
    tables.ask('replication').catch(() => null),
    tables.ask('queues').catch(() => null),
    proxyViews(proxies),
  ]);
  const ended = partsOf(region)
    .filter(sources.isDead)
    .map(({ label }) => label);
  const views = databases.map((server) => ({ server, view: sources.lag.view(server) }));
  const writes = views.map(({ view }) => view.writes);
  return {
    url: `http://${edge.address}:${edge.port}`,
    dns: region.host ?? null,
    writer: writes.includes(true) ? true : writes.includes(undefined) ? null : false,
    dead: ended.length > 0,
    city: REGIONS[plan.name]?.city ?? plan.name,
    balancer: `http://${balancer.address}:${balancer.port}`,
    healthy: healthCheck === undefined ? null : (sources.health(healthCheck) ?? null),
    check: healthCheck === undefined ? null : (sources.clock(healthCheck) ?? null),
    traffic: sources.traffic.view(gateway) ?? null,
    databases: views.map(({ server, view }) => ({
      name: server.of.identifier,
      group: server.of.group,
      address: `${server.place.address}:${server.place.port}`,
      writes: view.writes ?? null,
      lagBytes: view.lagBytes ?? null,
      lagSeconds: view.lagSeconds ?? null,
      reader: readerStatus(server, sources.lag),
      proxy: proxyStatus(server, plan.places.proxies, pools[server.of.identifier]),
    })),
    caches: caches.map((cache) => {
      const { address, port, engine, real } = cache.server;
      return { address: `${address}:${port}`, engine, real, runs: !sources.isDead(cache) };
    }),
    replication: replication as ReplicationState | null,
    queues: queues as RegionStatus['queues'],
    ended,
  };
}

function readerStatus({ reader }: DatabaseServer, lag: LagMonitor): ReaderStatus | null {
  if (reader === undefined) return null;
  const { identifier: name, place } = reader;
  const { lagBytes = null, lagSeconds = null } = lag.viewOfReader(reader);
  return { name, address: `${place.address}:${place.port}`, lagBytes, lagSeconds };
}

function proxyStatus(
  { of }: DatabaseServer,
  places: RegionPlaces['proxies'],
  pool: ProxyView | undefined,
): ProxyStatus | null {
  const found = places?.get(of.key);
  if (found === undefined) return null;
  const { writer, reader } = found;
  return {
    address: `${writer.address}:${writer.port}`,
    readers: `${reader.address}:${reader.port}`,
    pool: pool ?? null,
  };
}

export function vantageStatus(views: readonly VantageView[]): Status['vantages'] {
  return views.map(({ region, ...view }) => ({ ...view, region: region ?? null }));
}
