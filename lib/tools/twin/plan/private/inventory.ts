import type { Assembly } from '../../../assembly';
import type { CacheProvider } from '../../cache';
import { CACHE_TYPES } from '../../cache';
import { recordSets } from '../../dns';
import { findHaproxy } from '../../gateway';
import { migrationHandlers } from './content';
import { clustersOf, isHeadless, isLimitless } from './databases';
import type { Engine } from './engines';
import { ENGINES, NO_LIMITLESS, OF_ONE_SERVER, REASONS } from './engines';
import { findOneServer } from './one-server';
import { asList, asObject, raw, TemplateReader } from './reader';
import { queuedFunctions } from './queues';
import type { ReaderChoice } from './readers';
import { clustersWithReader, idleInstances } from './readers';
import { functionBehind } from './target-groups';

/** What of a cache's provider is told. */
export type CacheEngine = Pick<CacheProvider, 'real' | 'label'> & { readonly remedy?: string };

/** How a kind of resource is run here. */
export interface Part {
  /** Type of the resource. */
  readonly resource: string;
  /** What runs in its place; for parts that are not run, why that changes little. */
  readonly engine: string;
  /** The same program as, or one of the same protocol and semantics as, at AWS. */
  readonly real: boolean;
  readonly state: 'real' | 'emulated' | 'not run';
  /** How the real program can be had, where it can. */
  readonly remedy?: string;
  /** Resources of the type in the templates that are run in this way. */
  readonly count: number;
}

const ONE_NODE = 'one node, no TLS';
/** How many nodes a cache has here, where it is not simply one. */
const NODES: Readonly<Record<string, string>> = {
  'AWS::ElastiCache::ServerlessCache': 'one node with every slot, no limits, no TLS',
};

const IDLE_READER =
  'further readers: one runs beside each first instance, `--readers` says in which clusters';
const HEADLESS = 'storage without instances, which nobody asks';
/** Of a type that nobody has thought of: no reference has one. */
const UNKNOWN = 'not known here: what it does is missing';
const SOFTWARE_TIER = 'AWS::AutoScaling::AutoScalingGroup';
const HAPROXY_REMEDY = 'install HAProxy, such as by `apt-get install haproxy`';
const DEPLOYS_ONLY = 'not needed to serve: writers of bindings, copiers, frameworks, rotation';

/** Every type of resource of the templates, once for each way it is run. */
export function inventory(
  assembly: Assembly,
  cache: CacheEngine,
  choice: ReaderChoice = {},
): readonly Part[] {
  const idle = idleResources(assembly, choice);
  const alone = findOneServer(new TemplateReader(assembly)) !== undefined;
  const software = hasSoftwareTier(assembly);
  const hasHaproxy = software && findHaproxy() !== undefined;
  const engines = {
    ...ENGINES,
    ...(alone && OF_ONE_SERVER),
    ...(software && ofSoftwareTier(hasHaproxy)),
  };
  const remedies = new Map([
    ...CACHE_TYPES.map((type) => [type, cache.remedy] as const),
    [SOFTWARE_TIER, software && !hasHaproxy ? HAPROXY_REMEDY : undefined] as const,
  ]);
  const parts = new Map<string, Part>();
  for (const { key, type, included } of assembly.resources()) {
    if (included === false || type === 'AWS::CDK::Metadata') continue;
    const [state, engine] = runs(type, idle.get(key), cache, engines);
    const id = `${type} ${state}`;
    const count = (parts.get(id)?.count ?? 0) + 1;
    const remedy = remedies.get(type);
    parts.set(id, {
      ...{ resource: type, engine, real: state === 'real', state, count },
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
  const order = ['real', 'emulated', 'not run'];
  return [...parts.values()].sort(
    (one, other) =>
      order.indexOf(one.state) - order.indexOf(other.state) ||
      one.resource.localeCompare(other.resource, 'en'),
  );
}

function hasSoftwareTier(assembly: Assembly): boolean {
  return assembly
    .resources({ type: 'AWS::EC2::LaunchTemplate' })
    .some(({ properties }) => JSON.stringify(properties).includes('/etc/haproxy/haproxy.cfg'));
}

/** @param real whether HAProxy is on this machine */
function ofSoftwareTier(real: boolean): Readonly<Record<string, Engine>> {
  const tier = real
    ? 'one real HAProxy before it, by the generated configuration'
    : "the gateway's nearest algorithm in place of HAProxy";
  return {
    [SOFTWARE_TIER]: [
      'emulated',
      `one server in a Region, replaced when it ends or is unhealthy; ${tier}`,
    ],
  };
}

function runs(
  type: string,
  idle: string | undefined,
  cache: CacheEngine,
  engines: Readonly<Record<string, Engine>>,
): readonly [state: Part['state'], engine: string] {
  if (idle !== undefined) return ['not run', idle];
  if (CACHE_TYPES.includes(type)) {
    return [cache.real ? 'real' : 'emulated', `${cache.label}; ${NODES[type] ?? ONE_NODE}`];
  }
  return engines[type] ?? ['not run', reasonOf(type)];
}

/** Resources that are not run though others of their type are, each with the reason. */
function idleResources(assembly: Assembly, choice: ReaderChoice): ReadonlyMap<string, string> {
  const reader = new TemplateReader(assembly);
  const keysBehind = reader
    .resources('AWS::ElasticLoadBalancingV2::TargetGroup')
    .flatMap((group) =>
      asList(raw(group, ['Targets'])).flatMap(
        (target) => functionBehind(reader, group, asObject(target)['Id'])?.key ?? [],
      ),
    );
  const others = [...migrationHandlers(reader), ...queuedFunctions(reader)];
  const running = new Set([...keysBehind, ...others.map(({ key }) => key)]);
  const functions = reader
    .resources('AWS::Lambda::Function')
    .filter(({ key }) => !running.has(key));
  const limitless = reader
    .resources('AWS::RDS::DBCluster')
    .filter((cluster) => isLimitless(reader, cluster));
  const bare = reader
    .resources('AWS::RDS::DBCluster')
    .filter((cluster) => isHeadless(reader, cluster));
  const clusters = clustersOf(reader);
  const instances = idleInstances(reader, clusters, clustersWithReader(reader, clusters, choice));
  const logs = new Set(accessLogBuckets(reader));
  const buckets = reader
    .resources('AWS::S3::Bucket')
    .filter((bucket) => logs.has(reader.text(bucket, 'BucketName') ?? ''));
  return new Map([
    ...unanswered(assembly),
    ...functions.map(({ key }) => [key, DEPLOYS_ONLY] as const),
    ...buckets.map(({ key }) => [key, 'no access logs are written'] as const),
    ...bare.map(({ key }) => [key, HEADLESS] as const),
    ...instances.map((key) => [key, IDLE_READER] as const),
    ...limitless.map(({ key }) => [key, NO_LIMITLESS] as const),
  ]);
}

/** Records that DNS does not answer here, with the reason; of a group the first one that it lacks. */
function unanswered(assembly: Assembly): readonly (readonly [key: string, reason: string])[] {
  const generated = ['DNSName', 'DomainName', 'PublicIp'];
  const { skipped } = recordSets(assembly, ({ attribute }) =>
    generated.includes(attribute) ? '127.0.0.1' : undefined,
  );
  return skipped.map(({ key, reason }) => [key.replace(/\[\d+\]$/, ''), reason] as const);
}

function accessLogBuckets(reader: TemplateReader): readonly string[] {
  return reader.resources('AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap((balancer) => {
    const attributes = asList(raw(balancer, ['LoadBalancerAttributes'])).map(asObject);
    const bucket = attributes.find(({ Key }) => Key === 'access_logs.s3.bucket')?.['Value'];
    const found = bucket === undefined ? undefined : reader.target(balancer, bucket)?.resource;
    if (found !== undefined) return reader.text(found, 'BucketName') ?? [];
    return typeof bucket === 'string' ? [bucket] : [];
  });
}

function reasonOf(type: string): string {
  return REASONS.find(([pattern]) => pattern.test(type))?.[1] ?? UNKNOWN;
}
