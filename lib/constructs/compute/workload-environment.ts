import type {
  MigrationEnvironment,
  RotationEnvironment,
  WorkloadEnvironment,
} from '../../../lambda/environment';
import {
  codePartsOf,
  EVENT_QUEUE,
  Names,
  poolsOf,
  rotatedBehindProxies,
  SAMPLE_POOLS,
  tablesOf,
} from '../../config';
import type { Deployment, RegionName } from '../../config';
import { nearestRegions } from './private/nearest-regions';

/** The workload's whole environment in one Region; all but the cache's address are computed names. */
export function workloadEnvironment(
  deployment: Deployment,
  region: RegionName,
  /** Of the Region's cache, `rediss://host:port`. */
  cacheEndpoint?: string,
): WorkloadEnvironment {
  const names = new Names(deployment);
  const peers = deployment.regions.map(({ name }) => `${name}=https://${names.regionalHost(name)}`);
  return {
    ...migrationEnvironment(deployment, region),
    SESSION_TABLE: names.table('sessions'),
    DIRECTORY_TABLE: names.table('directory'),
    SIGNING_SECRET: names.signingSecret(),
    ORIGIN_SECRET: names.originSecret(),
    ...originDemanded(deployment),
    PEER_URLS: peers.join(','),
    ...(cacheEndpoint !== undefined && { CACHE_ENDPOINT: cacheEndpoint }),
    ...eventQueue(deployment),
    ...(deployment.uploads !== undefined && { UPLOAD_BUCKET: names.bucket('uploads', region) }),
    ...ownTables(deployment),
    ...traceShare(deployment),
  };
}

/** Of servers alone: how many connections each may open, where its own default would be too many. */
export function serverPool(deployment: Deployment): Pick<WorkloadEnvironment, 'POOL_SIZE'> {
  const size = poolsOf(deployment)?.server ?? SAMPLE_POOLS.server;
  return size === SAMPLE_POOLS.server ? {} : { POOL_SIZE: String(size) };
}

function traceShare({ observability }: Deployment): Pick<WorkloadEnvironment, 'TRACE_SHARE'> {
  const { tracing } = observability;
  return tracing === undefined ? {} : { TRACE_SHARE: String(tracing.sampledShare) };
}

/** What the sample workload keeps in tables of its own. */
function ownTables(
  deployment: Deployment,
): Pick<WorkloadEnvironment, 'NOTIFICATION_TABLE' | 'DRAFT_TABLE'> {
  const names = new Names(deployment);
  const tables = tablesOf(deployment);
  return {
    ...(tables.includes('notifications') && { NOTIFICATION_TABLE: names.table('notifications') }),
    ...(tables.includes('drafts') && { DRAFT_TABLE: names.table('drafts') }),
  };
}

/** A network load balancer reads no header; where anybody may connect to it, there is none to demand. */
function originDemanded({
  services,
  edge,
}: Deployment): Pick<WorkloadEnvironment, 'ORIGIN_DEMANDED'> {
  const unread = services.some(({ loadBalancing }) => loadBalancing.kind === 'network');
  return unread && edge.mode === 'cdn' ? { ORIGIN_DEMANDED: 'yes' } : {};
}

function eventQueue(deployment: Deployment): Pick<WorkloadEnvironment, 'EVENT_QUEUE'> {
  const queue = deployment.queues.find(({ name, fifo }) => name === EVENT_QUEUE && fifo);
  if (queue === undefined) return {};
  const name = new Names(deployment).queue(queue);
  return { EVENT_QUEUE: `https://sqs.{region}.amazonaws.com/${deployment.account}/${name}` };
}

/** The rotation function's environment, in the birth Region. */
export function rotationEnvironment(deployment: Deployment): RotationEnvironment {
  const names = new Names(deployment);
  const region = deployment.birthRegion;
  const proxied = rotatedBehindProxies(deployment).map(
    ({ name }) => `${names.domainSecret(name)}=${names.leftUserSecret(name)}`,
  );
  return {
    MERIDIAN_REGION: region,
    TOPOLOGY_TABLE: names.table('topology'),
    TOPOLOGY_REGIONS: nearestRegions(region, deployment.controlRegions).join(','),
    SIGNING_SECRET: names.signingSecret(),
    MIGRATION_FUNCTION: names.migrationFunction(),
    ...(proxied.length > 0 && { PROXIED_SECRETS: proxied.join(',') }),
  };
}

/** The migration function's environment in one Region. */
export function migrationEnvironment(
  deployment: Deployment,
  region: RegionName,
): MigrationEnvironment {
  return {
    MERIDIAN_REGION: region,
    TOPOLOGY_TABLE: new Names(deployment).table('topology'),
    TOPOLOGY_REGIONS: nearestRegions(region, deployment.controlRegions).join(','),
    DATABASE_TLS: 'verify-full',
  };
}

/** Whom the migration function asks before it removes what older code uses. */
export function runningCode(
  deployment: Deployment,
  region: RegionName,
): Pick<MigrationEnvironment, 'SERVING_REGIONS' | 'SCHEMA_PARAMETERS'> {
  const names = new Names(deployment);
  const others = deployment.regions.map(({ name }) => name).filter((name) => name !== region);
  return {
    SERVING_REGIONS: [region, ...others].join(','),
    SCHEMA_PARAMETERS: codePartsOf(deployment)
      .map((part) => names.schemaParameter(part))
      .join(','),
  };
}

/**
 * Certificates of the databases: since Node.js 20 the Lambda runtime trusts only Node's own list and
 * keeps Amazon's authorities in this file.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
export const DATABASE_CERTIFICATES = { NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' } as const;
