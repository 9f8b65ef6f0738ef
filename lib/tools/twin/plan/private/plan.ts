import type { Assembly } from '../../../assembly';
import type { EdgeBehavior, EdgeConfig, EdgeTarget } from '../../edge';
import { CACHE_TYPES, rewriteCaches } from '../../cache';
import type { FunctionConfig, ServerConfig } from '../../gateway';
import type { HealthCheckConfig } from '../../health';
import type { PlannedBalancer } from './balancer';
import { findBalancer, planBalancer } from './balancer';
import type { PlannedBlobs } from './blobs';
import { planBlobs } from './blobs';
import type { PlannedObject } from './content';
import { planBuckets, planMigrations, planObjects } from './content';
import type { PlannedDatabase } from './databases';
import { clustersOf, isHeadless, isLimitless, planDatabases } from './databases';
import { planEdge, privateDoors } from './distribution';
import { configuredLeaseMs, planFunction } from './functions';
import { planHealthChecks } from './health';
import { INSTANCES, planInstances } from './instances';
import type { CacheEngine, Part } from './inventory';
import { inventory } from './inventory';
import {
  findOneServer,
  ONE_SERVER_BUCKETS,
  oneServerDatabase,
  oneServerSite,
  planOneServer,
} from './one-server';
import type { OneServer } from './one-server';
import type { Place, RegionPlaces } from './places';
import { balancerName, localAnswers, rewriteDatabases, rewriteHosts } from './places';
import type { PlannedProxy } from './proxies';
import { planProxies, proxiedClusters } from './proxies';
import { PlanError, TemplateReader } from './reader';
import type { PlannedSecret } from './secrets';
import { planSecrets, resolveDynamic } from './secrets';
import type { PlannedQueues } from './queues';
import type { ReaderChoice } from './readers';
import { clustersWithReader } from './readers';
import { planQueues } from './queues';
import { planServers } from './servers';
import type { PlannedTable } from './tables';
import { planTables } from './tables';
import { inZones } from './zones';

/** What has to be known before ports are chosen. */
export interface Survey {
  readonly account: string;
  /** Regions that serve, in the order of the manifest. */
  readonly regions: readonly string[];
  /** Keys of the database clusters, by Region. */
  readonly databases: Readonly<Record<string, readonly string[]>>;
  /** Keys of the clusters beside whose first instance a reader runs. */
  readonly readers: ReadonlySet<string>;
  /** Keys of the clusters that have a proxy. */
  readonly proxied: ReadonlySet<string>;
  /** Keys of the caches, by Region. */
  readonly caches: Readonly<Record<string, readonly string[]>>;
  /** Keys of the caches in cluster mode. */
  readonly clusteredCaches: ReadonlySet<string>;
  readonly parts: readonly Part[];
}

/**
 * Regions with a load balancer are those that serve; without any, that of the one server.
 *
 * @param cache who will serve in the place of caches
 * @throws PlanError where there is none
 */
export function surveyAssembly(
  assembly: Assembly,
  cache: CacheEngine,
  choice: ReaderChoice = {},
): Survey {
  const reader = new TemplateReader(assembly);
  const balancers = reader.resources('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const regions = [...new Set(balancers.map(({ stack }) => stack.region))];
  const one = findOneServer(reader);
  if (one !== undefined) return surveyOneServer(one, inventory(assembly, cache, choice));
  if (regions.length === 0) {
    const problem = 'no Region of it has a load balancer or a server with its data volume';
    throw new PlanError(assembly.directory, problem);
  }
  const keysOf = (types: readonly string[]) => {
    const found = types
      .flatMap((type) => reader.resources(type))
      .filter((it) => !isLimitless(reader, it) && !isHeadless(reader, it));
    const within = (region: string) => found.filter(({ stack }) => stack.region === region);
    return Object.fromEntries(
      regions.map((region) => [region, within(region).map(({ key }) => key)]),
    );
  };
  return {
    account: balancers[0]?.stack.account ?? '',
    regions,
    databases: keysOf(['AWS::RDS::DBCluster']),
    readers: clustersWithReader(reader, clustersOf(reader), choice),
    proxied: proxiedClusters(reader),
    caches: keysOf(CACHE_TYPES),
    clusteredCaches: clusteredCaches(reader),
    parts: inventory(assembly, cache, choice),
  };
}

/** Serverless ones always are, of nodes those with shards. */
function clusteredCaches(reader: TemplateReader): ReadonlySet<string> {
  const caches = CACHE_TYPES.flatMap((type) => reader.resources(type));
  const clustered = caches.filter(
    ({ type, properties }) =>
      type.endsWith('::ServerlessCache') ||
      'NumNodeGroups' in properties ||
      'ReplicasPerNodeGroup' in properties,
  );
  return new Set(clustered.map(({ key }) => key));
}

function surveyOneServer({ region, group, volume }: OneServer, parts: readonly Part[]): Survey {
  return {
    ...{ account: group.stack.account, regions: [region], parts },
    databases: { [region]: [volume.key] },
    caches: { [region]: [] },
    readers: new Set(),
    proxied: new Set(),
    clusteredCaches: new Set(),
  };
}

export interface PlanOptions {
  readonly places: readonly RegionPlaces[];
  /** Marks every process of the twin. */
  readonly marker: Readonly<Record<string, string>>;
  /** By how much time runs faster. @default 1 */
  readonly timeScale?: number;
  /** File of the authority that vouches for databases. */
  readonly authority: string;
  /** Whether Regions that write run zone by zone. @default false */
  readonly zones?: boolean;
  /** The place by which a Region reaches another's. @default that place itself */
  readonly via?: (region: string, place: Place) => Place;
}

/** Everything to start, with local addresses in place of what a deployment would generate. */
export interface TwinPlan {
  readonly secrets: readonly PlannedSecret[];
  readonly databases: readonly PlannedDatabase[];
  readonly proxies: readonly PlannedProxy[];
  readonly tables: readonly PlannedTable[];
  readonly objects: readonly PlannedObject[];
  readonly buckets: readonly string[];
  /** Buckets that take uploads. */
  readonly blobs: readonly PlannedBlobs[];
  readonly healthChecks: readonly HealthCheckConfig[];
  /** Of the distribution; undefined where there is none. */
  readonly edge: EdgeConfig | undefined;
  readonly regions: readonly PlannedRegion[];
  /** Name that DNS answers with one Region's load balancer or another's. */
  readonly commonHost: string | undefined;
  /** How DNS names a load balancer, by the key of its resource. */
  readonly steeringOf: (balancer: string) => BalancerSteering;
}

export interface BalancerSteering {
  /** Name that DNS answers with this load balancer alone. */
  readonly host: string | undefined;
  /** Key of the health check on which its share of a common name depends. */
  readonly healthCheck: string | undefined;
}

export interface PlannedRegion {
  readonly name: string;
  readonly places: RegionPlaces;
  readonly balancer: PlannedBalancer;
  /** By key of the resource. */
  readonly functions: Readonly<Record<string, FunctionConfig>>;
  /** By key of their service. */
  readonly servers: Readonly<Record<string, ServerConfig>>;
  readonly queues: PlannedQueues;
  readonly migrations: readonly { readonly of: FunctionConfig; readonly properties: unknown }[];
  /** The workload's lease where time is not compressed, in milliseconds. */
  readonly configuredLeaseMs: number;
  /** What the Region's own listener for people does: the CDN's part, in this Region alone. */
  readonly directEdge: EdgeConfig;
}

/** @throws PlanError naming what the twin cannot run */
export function planTwin(assembly: Assembly, options: PlanOptions): TwinPlan {
  const bare = new TemplateReader(assembly);
  const answers = localAnswers(bare);
  const secrets = planSecrets(new TemplateReader(assembly, answers));
  const databases = rewriteDatabases(options.places);
  const caches = rewriteCaches(new Map(options.places.flatMap((it) => [...it.caches])));
  const buckets = rewriteBuckets(options.places);
  const reader = new TemplateReader(assembly, answers, (text) =>
    buckets(resolveDynamic(text, secrets)),
  );
  const one = findOneServer(reader);
  const records = [
    ...balancerRecords(reader),
    ...privateRecords(reader),
    ...(one === undefined ? [] : serverRecord(one)),
  ];
  const urls = new Map(options.places.map((it) => [it.region, urlOf(it.gateway)]));
  const own = records.filter(({ common }) => !common);
  const hosts = hostUrls(own, options.places, (_, place) => place);
  const via = options.via ?? ((_: string, place: Place) => place);
  /** Evaluates what runs in a Region, which reaches the others over the link. */
  const localTo = (region: string) => {
    const seen = rewriteHosts(hostUrls(own, options.places, (_, place) => via(region, place)));
    return new TemplateReader(assembly, answers, (text) =>
      seen(caches(databases(resolveDynamic(text, secrets)))),
    );
  };
  const edge = planEdge(reader, {
    balancers: Object.fromEntries(urls),
    objects: Object.fromEntries(options.places.map((it) => [it.region, urlOf(it.tables)])),
  });
  const blobs = planBlobs(reader);
  const planned = one === undefined ? planDatabases(reader) : [oneServerDatabase(one, reader)];
  const writes = (region: string) =>
    planned.some((it) => it.region === region && it.role === 'writer');
  const locate = (host: string) => hosts.get(host) ?? bucketUrl(host, options.places);
  return {
    secrets,
    databases: planned,
    proxies: planProxies(assembly, answers, secrets),
    tables: planTables(reader),
    objects: [...planObjects(reader), ...(one === undefined ? [] : oneServerSite(one))],
    buckets: [...planBuckets(reader), ...(one === undefined ? [] : ONE_SERVER_BUCKETS)],
    healthChecks: planHealthChecks(reader, locate),
    edge,
    blobs,
    regions: options.places.map((places) => {
      const local = localTo(places.region);
      if (one !== undefined) return planServerRegion(one, local, places, options);
      const region = planRegion(local, places, edge, options);
      return options.zones === true && writes(region.name) ? inZones(reader, region) : region;
    }),
    commonHost: records.find(({ common }) => common)?.host,
    steeringOf: (balancer) => ({
      host: records.find((it) => it.balancer === balancer && !it.common)?.host,
      healthCheck: records.find((it) => it.balancer === balancer && it.healthCheck !== undefined)
        ?.healthCheck,
    }),
  };
}

/** Base URL of the load balancer behind each name that stands for one Region. */
function hostUrls(
  records: readonly BalancerRecord[],
  places: readonly RegionPlaces[],
  seen: (region: string, gateway: Place) => Place,
): ReadonlyMap<string, string> {
  return new Map(
    records.flatMap(({ host, region }) => {
      const gateway = places.find((it) => it.region === region)?.gateway;
      return gateway === undefined ? [] : [[host, urlOf(seen(region, gateway))] as const];
    }),
  );
}

function planRegion(
  reader: TemplateReader,
  places: RegionPlaces,
  edge: EdgeConfig | undefined,
  { marker, timeScale = 1, authority }: PlanOptions,
): PlannedRegion {
  const { region } = places;
  const balancer = findBalancer(reader, region);
  if (balancer === undefined) throw new PlanError(region, 'it has no load balancer');
  const planned = planBalancer(reader, balancer);
  const local = { endpoint: urlOf(places.tables), marker, timeScale, authority };
  return {
    name: region,
    places,
    balancer: planned,
    functions: Object.fromEntries(
      planned.functions.map((resource) => [resource.key, planFunction(reader, resource, local)]),
    ),
    servers: Object.fromEntries(
      planned.services.map((resource, index) => {
        const plan = resource.type === INSTANCES ? planInstances : planServers;
        const servers = plan(reader, resource, local, places.servers);
        // They share an address and start side by side: only the first may have its own port.
        return [resource.key, index === 0 ? servers : { ...servers, port: 0 }];
      }),
    ),
    queues: planQueues(reader, region, local),
    migrations: planMigrations(reader)
      .filter((migration) => migration.region === region)
      .map(({ function: of, properties }) => ({ of: planFunction(reader, of, local), properties })),
    configuredLeaseMs: configuredLeaseMs(reader, planned.functions[0]),
    directEdge: directEdge(planned, places, edge),
  };
}

/** The Region of the one server: its nginx stands where others have a load balancer. */
function planServerRegion(
  one: OneServer,
  reader: TemplateReader,
  places: RegionPlaces,
  { marker, timeScale = 1, authority }: PlanOptions,
): PlannedRegion {
  const database = places.databases.get(one.volume.key);
  if (database === undefined) throw new PlanError(one.volume.key, 'its database has no place');
  const objects = urlOf(places.tables);
  const local = { endpoint: objects, marker, timeScale, authority };
  const parts = planOneServer(one, reader, local, { database, objects, servers: places.servers });
  const { balancer, server, migration, edge } = parts;
  return {
    ...{ name: one.region, places, balancer, functions: {} },
    servers: { [one.group.key]: server },
    queues: { queues: [], work: [] },
    migrations: [migration],
    configuredLeaseMs: configuredLeaseMs(reader, undefined),
    directEdge: directEdge(balancer, places, edge),
  };
}

/**
 * The distribution's part in one Region alone, so that people can call that Region with plain curl.
 * Paths that the load balancer serves to anyone, such as health, go straight to it; so does the API
 * where it has a name that anyone may ask for, and then bears that name.
 */
function directEdge(
  balancer: PlannedBalancer,
  places: RegionPlaces,
  edge: EdgeConfig | undefined,
): EdgeConfig {
  const open = balancer.listener.rules.flatMap(({ conditions }) => {
    const [first, second] = conditions;
    return first?.field === 'path-pattern' && second === undefined ? first.values : [];
  });
  const openHost = balancer.listener.rules.flatMap(({ conditions: [first, second] }) =>
    first?.field === 'host-header' && second === undefined ? first.values : [],
  )[0];
  const urls = { [places.region]: urlOf(places.gateway) };
  const target: EdgeTarget = { kind: 'balancers', host: places.region, urls, headers: {} };
  const api = openHost === undefined ? [] : [{ ...target, headers: { host: openHost } }];
  return {
    behaviors: [
      ...open.map((pattern) => ({ pattern, target })),
      ...api.map((named) => ({ pattern: '/api/*', target: named })),
      ...(edge?.behaviors ?? []).map((behavior) => within(behavior, places.region)),
    ],
    otherwise: edge?.otherwise ?? { target },
    rootObject: edge?.rootObject ?? '',
    region: places.region,
  };
}

/** In one Region alone nothing is picked. */
function within(behavior: EdgeBehavior, region: string): EdgeBehavior {
  const { pattern, target } = behavior;
  if (target.kind !== 'picked') return behavior;
  const own = Object.values(target.origins).find((origin) => origin.region === region);
  if (own === undefined) return behavior;
  const { url, headers } = own;
  return {
    pattern,
    target: { kind: 'balancers', host: region, urls: { [region]: url }, headers },
  };
}

interface BalancerRecord {
  readonly host: string;
  readonly balancer: string;
  readonly region: string;
  /** Shared with other Regions' load balancers. */
  readonly common: boolean;
  readonly healthCheck: string | undefined;
}

/** Names of the zone that are aliases of load balancers. */
function balancerRecords(reader: TemplateReader): readonly BalancerRecord[] {
  const balancers = new Map(
    reader
      .resources('AWS::ElasticLoadBalancingV2::LoadBalancer')
      .map((balancer) => [balancerName(balancer.key), balancer]),
  );
  return reader.resources('AWS::Route53::RecordSet').flatMap((record) => {
    const alias = reader.text(record, 'AliasTarget', 'DNSName')?.replace(/^dualstack\./, '');
    const balancer = alias === undefined ? undefined : balancers.get(alias);
    if (balancer === undefined) return [];
    return {
      host: reader.needed(record, 'Name').toLowerCase().replace(/\.$/, ''),
      balancer: balancer.key,
      region: balancer.stack.region,
      common: reader.text(record, 'SetIdentifier') !== undefined,
      healthCheck: reader.text(record, 'HealthCheckId'),
    };
  });
}

/** The product's name leads to the one server. */
function serverRecord({ region, group, settings }: OneServer): readonly BalancerRecord[] {
  const host = settings['DOMAIN_NAME'] ?? '';
  return [{ host, balancer: group.key, region, common: false, healthCheck: undefined }];
}

/** A private load balancer has the Region's own name, which leads to the edge, and its check. */
function privateRecords(reader: TemplateReader): readonly BalancerRecord[] {
  const distributions = reader.resources('AWS::CloudFront::Distribution');
  return distributions.flatMap((distribution) =>
    privateDoors(reader, distribution).map(({ host, balancer }) => {
      const { region } = balancer.stack;
      const healthCheck = reader
        .resources('AWS::Route53::HealthCheck', region)
        .find((check) => reader.text(check, 'HealthCheckConfig', 'Type') === 'CALCULATED')?.key;
      return { host, region, healthCheck, balancer: balancer.key, common: false };
    }),
  );
}

/** A bucket is served by the stand-ins of its Region. */
function bucketUrl(host: string, places: readonly RegionPlaces[]): string | undefined {
  const region = /\.s3\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.[1];
  const found = places.find((candidate) => candidate.region === region);
  return found === undefined ? undefined : urlOf(found.tables);
}

/** Replaces the addresses of buckets by those of their Regions' stand-ins. */
function rewriteBuckets(places: readonly RegionPlaces[]): (text: string) => string {
  return (text) =>
    text.replace(
      /https:\/\/([a-z0-9-]+\.s3\.[a-z0-9-]+\.amazonaws\.com)(?![a-z0-9.-])/g,
      (whole, host: string) => bucketUrl(host, places) ?? whole,
    );
}

function urlOf({ address, port }: Place): string {
  return `http://${address}:${port}`;
}
