import type { Assembly } from '../../../assembly';
import type { CacheProvider } from '../../cache';
import { CACHE_TYPES } from '../../cache';
import { findHaproxy } from '../../gateway';
import { migrationHandlers } from './content';
import { isHeadless, isLimitless } from './databases';
import { findOneServer } from './one-server';
import { asList, asObject, raw, TemplateReader } from './reader';
import { queuedFunctions } from './queues';
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

const HEADLESS = 'storage without instances, which nobody asks';
const NO_LIMITLESS = 'no Limitless runs here, and the sample workload uses none';
type Engine = readonly [state: 'real' | 'emulated', engine: string];

const ENGINES: Readonly<Record<string, Engine>> = {
  'AWS::RDS::DBCluster': [
    'real',
    'PostgreSQL 18.4: a writer, and a streaming standby in each other Region',
  ],
  'AWS::RDS::DBInstance': ['real', 'the one PostgreSQL server of its cluster'],
  'AWS::RDS::GlobalCluster': [
    'real',
    'PostgreSQL streaming replication, asynchronous, over a link with the latency of the distance',
  ],
  'AWS::Lambda::Function': [
    'emulated',
    "those that serve, migrate and do queued or scheduled work: Node.js processes that load the assembly's own bundles",
  ],
  'AWS::Lambda::Alias': [
    'emulated',
    'requests shared among versions by weight; a new version gets its part by the roll-out',
  ],
  'AWS::Lambda::Version': ['emulated', "the function's code as this assembly has it"],
  'AWS::ECS::Service': [
    'emulated',
    'one server in a Region, replaced when it ends or is unhealthy; the number stays',
  ],
  'AWS::AutoScaling::AutoScalingGroup': [
    'emulated',
    'one server in a Region, replaced when it ends or is unhealthy; the number stays',
  ],
  'AWS::EC2::LaunchTemplate': [
    'emulated',
    'the module that its bootstrap fetches, verified, run by the Node.js of this machine',
  ],
  'AWS::ECS::TaskDefinition': [
    'emulated',
    'the module that its bootstrap fetches, verified, run by the Node.js of this machine',
  ],
  'Custom::MeridianMigration': ['real', 'the migration bundle of the assembly'],
  'AWS::Route53::HostedZone': ['real', 'authoritative DNS server, EDNS Client Subnet'],
  'AWS::Route53::RecordSet': ['real', "answered from the templates' record sets"],
  'AWS::Route53::HealthCheck': ['emulated', 'probed over HTTP, one checker in place of many'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [
    'emulated',
    'HTTP server with the same rules and events',
  ],
  'AWS::ElasticLoadBalancingV2::Listener': ['emulated', 'HTTP in place of HTTPS'],
  'AWS::ElasticLoadBalancingV2::ListenerRule': ['emulated', 'in the order of priority; by weight'],
  'AWS::ElasticLoadBalancingV2::TargetGroup': [
    'emulated',
    "up to four instances of a function, or servers by the template's algorithm and health checks",
  ],
  'AWS::DynamoDB::GlobalTable': [
    'emulated',
    'dynalite, replicated between Regions, last writer wins; strong tables in one shared process',
  ],
  'AWS::SQS::Queue': [
    'emulated',
    "SQS's JSON protocol: order by group, visibility, redrive; kept in a journal",
  ],
  'AWS::Lambda::EventSourceMapping': ['emulated', 'polls, one batch at a time, partial responses'],
  'AWS::Scheduler::Schedule': ['emulated', 'rates on the compressed clock; no `cron`'],
  'AWS::SecretsManager::Secret': ['emulated', 'GetSecretValue over values made for this twin'],
  'AWS::S3::Bucket': [
    'emulated',
    'HTTP over files; of forms it checks policy, signature, time, type and size; copied to the other Regions',
  ],
  'Custom::MeridianReplication': ['emulated', 'copies of uploads over the link between Regions'],
  'Custom::MeridianSite': ['emulated', 'files copied at start'],
  'AWS::CloudFront::Distribution': [
    'emulated',
    'HTTP proxy with the same paths, origins and headers, and one cache for all viewers',
  ],
  'AWS::CloudFront::Function': ['emulated', 'viewer-request code run on method, path and country'],
  'AWS::CloudFront::ResponseHeadersPolicy': ['emulated', 'the same headers on every answer'],
  'AWS::CloudFront::CachePolicy': ['emulated', 'the same keys, lifetimes and compression; 64 MiB'],
  'AWS::CloudFront::KeyValueStore': ['emulated', 'in memory, read by functions, put by its API'],
  'AWS::CloudFront::VpcOrigin': ['emulated', 'HTTP on loopback to the private load balancer'],
};

/** What means something else where one server is all there is. */
const OF_ONE_SERVER: Readonly<Record<string, Engine>> = {
  'AWS::EC2::Volume': ['real', 'PostgreSQL 18.4, as the instance has it on this volume'],
  'AWS::EC2::EIP': ['emulated', 'a loopback address, answered by DNS'],
  'AWS::AutoScaling::AutoScalingGroup': [
    'emulated',
    'one server, started again when it ends; HTTP server with the paths of its nginx, without TLS',
  ],
};

const REASONS: readonly (readonly [prefix: RegExp, reason: string])[] = [
  [/^AWS::(Application)?AutoScaling::/, 'one server in a Region, whatever the load'],
  [/^AWS::DLM::/, 'no snapshots are taken'],
  [/^AWS::Backup::/, 'no backups are taken, none restored for a test'],
  [/^AWS::CodeDeploy::/, 'only needed at a deployment'],
  [/^AWS::CertificateManager::/, 'no TLS here: HTTP on loopback'],
  [/^AWS::KMS::/, 'nothing is encrypted at rest'],
  [
    /^AWS::IAM::|^AWS::Lambda::Permission|Policy$|OriginAccessControl$/,
    'no permissions are checked',
  ],
  [/^AWS::EC2::NatGateway|^AWS::EC2::EIP/, 'no address translation on loopback'],
  [/^AWS::EC2::/, 'one loopback network in place of the VPCs'],
  [/^AWS::WAF/, 'no requests are filtered'],
  [/^AWS::CloudWatch::/, 'nothing is measured against thresholds'],
  [/^AWS::SNS::/, 'nobody is notified'],
  [/^AWS::ECR::/, 'servers run without an image'],
  [/^AWS::ECS::Cluster$/, 'a name; its servers are processes here'],
  [
    /^AWS::ElastiCache::GlobalReplicationGroup/,
    "each Region's cache is its own: nothing is copied between them, and secondaries take writes",
  ],
  [/^AWS::ElastiCache::/, 'settings of our own: bounded memory, every key may give way'],
  [/^AWS::Logs::/, "processes write to files in the run directory's logs"],
  [/^AWS::RDS::DBShardGroup$/, NO_LIMITLESS],
  [/^AWS::RDS::DBClusterEndpoint$/, "a cluster's one server answers for all of its readers"],
  [/^AWS::RDS::DBProxy/, 'no connections are shared: servers connect to the database itself'],
  [/^AWS::RDS::/, 'small settings of our own'],
  [/^AWS::SecretsManager::RotationSchedule/, 'credentials are as old as this twin'],
  [/^AWS::DSQL::/, 'no DSQL runs here, and the sample workload uses none'],
  [/^AWS::Neptune::/, 'no Neptune runs here, and the sample workload uses none'],
  [/^AWS::Cassandra::/, 'no Keyspaces runs here, and the sample workload uses none'],
  [/^Custom::MeridianBinding|^AWS::SSM::/, 'values that cross Regions are read from the templates'],
  [/^Custom::/, 'only needed at a deployment'],
];

const DEPLOYS_ONLY = 'not needed to serve: writers of bindings, copiers, frameworks, rotation';

/** Every type of resource of the templates, once for each way it is run. */
export function inventory(assembly: Assembly, cache: CacheEngine): readonly Part[] {
  const idle = idleResources(assembly);
  const alone = findOneServer(new TemplateReader(assembly)) !== undefined;
  const engines = {
    ...ENGINES,
    ...(alone && OF_ONE_SERVER),
    ...(hasSoftwareTier(assembly) && ofSoftwareTier(findHaproxy() !== undefined)),
  };
  const parts = new Map<string, Part>();
  for (const { key, type, included } of assembly.resources()) {
    if (included === false || type === 'AWS::CDK::Metadata') continue;
    const [state, engine] = runs(type, idle.get(key), cache, engines);
    const id = `${type} ${state}`;
    const count = (parts.get(id)?.count ?? 0) + 1;
    const remedy = CACHE_TYPES.includes(type) ? cache.remedy : undefined;
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
    : "the gateway's nearest algorithm in place of HAProxy, which is not here: apt-get install haproxy";
  return {
    'AWS::AutoScaling::AutoScalingGroup': [
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
function idleResources(assembly: Assembly): ReadonlyMap<string, string> {
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
  const logs = new Set(accessLogBuckets(reader));
  const buckets = reader
    .resources('AWS::S3::Bucket')
    .filter((bucket) => logs.has(reader.text(bucket, 'BucketName') ?? ''));
  return new Map([
    ...functions.map(({ key }) => [key, DEPLOYS_ONLY] as const),
    ...buckets.map(({ key }) => [key, 'no access logs are written'] as const),
    ...bare.map(({ key }) => [key, HEADLESS] as const),
    ...limitless.map(({ key }) => [key, NO_LIMITLESS] as const),
  ]);
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
  return (
    REASONS.find(([pattern]) => pattern.test(type))?.[1] ?? 'not needed to serve requests here'
  );
}
