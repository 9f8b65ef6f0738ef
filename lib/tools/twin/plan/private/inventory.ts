import type { Assembly } from '../../../assembly';

/** How a kind of resource is run here. */
export interface Part {
  /** Type of the resource. */
  readonly resource: string;
  /** What runs in its place; for parts that are not run, why that changes little. */
  readonly engine: string;
  /** The same program as, or one of the same protocol and semantics as, at AWS. */
  readonly real: boolean;
  readonly state: 'real' | 'emulated' | 'not run';
  /** Resources of the type in the templates. */
  readonly count: number;
}

type Engine = readonly [state: 'real' | 'emulated', engine: string];

const ENGINES: Readonly<Record<string, Engine>> = {
  'AWS::RDS::DBCluster': [
    'real',
    'PostgreSQL 18.4: a writer, and a streaming standby in each other Region',
  ],
  'AWS::RDS::DBInstance': ['real', 'the one PostgreSQL server of its cluster'],
  'AWS::RDS::GlobalCluster': ['real', 'PostgreSQL streaming replication, asynchronous'],
  'AWS::Lambda::Function': [
    'emulated',
    "those that serve and migrate: Node.js processes that load the assembly's own bundles",
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
  'AWS::ElasticLoadBalancingV2::ListenerRule': ['emulated', 'evaluated in the order of priority'],
  'AWS::ElasticLoadBalancingV2::TargetGroup': ['emulated', 'up to four instances of the function'],
  'AWS::DynamoDB::GlobalTable': [
    'emulated',
    'dynalite, replicated between Regions, last writer wins; strong tables in one shared process',
  ],
  'AWS::SecretsManager::Secret': ['emulated', 'GetSecretValue over values made for this twin'],
  'AWS::S3::Bucket': ['emulated', 'read-only HTTP over files'],
  'Custom::MeridianSite': ['emulated', 'files copied at start'],
  'AWS::CloudFront::Distribution': [
    'emulated',
    'HTTP proxy with the same paths, origins and headers; caches nothing',
  ],
  'AWS::CloudFront::Function': ['emulated', 'viewer-request code run on method and path'],
};

const REASONS: readonly (readonly [prefix: RegExp, reason: string])[] = [
  [/^AWS::CertificateManager::/, 'no TLS here: HTTP on loopback'],
  [/^AWS::KMS::/, 'nothing is encrypted at rest'],
  [
    /^AWS::IAM::|^AWS::Lambda::Permission|Policy$|OriginAccessControl$/,
    'no permissions are checked',
  ],
  [/^AWS::EC2::NatGateway|^AWS::EC2::EIP/, 'no address translation on loopback'],
  [/^AWS::EC2::/, 'one loopback network in place of the VPCs'],
  [/^AWS::WAF/, 'no requests are filtered'],
  [/^AWS::Logs::/, "processes write to files in the run directory's logs"],
  [/^AWS::RDS::/, 'small settings of our own'],
  [/^Custom::MeridianBinding|^AWS::SSM::/, 'values that cross Regions are read from the templates'],
  [/^Custom::/, 'only needed at a deployment'],
];

/** Every type of resource of the templates, once, and how it is run. */
export function inventory(assembly: Assembly): readonly Part[] {
  const counts = new Map<string, number>();
  for (const { type, included } of assembly.resources()) {
    if (included !== false) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  counts.delete('AWS::CDK::Metadata');
  const parts = [...counts].map(([resource, count]): Part => {
    const [state = 'not run', engine = reasonOf(resource)] = ENGINES[resource] ?? [];
    return { resource, engine, real: state === 'real', state, count };
  });
  const order = ['real', 'emulated', 'not run'];
  return parts.sort(
    (one, other) =>
      order.indexOf(one.state) - order.indexOf(other.state) ||
      one.resource.localeCompare(other.resource, 'en'),
  );
}

function reasonOf(type: string): string {
  return (
    REASONS.find(([pattern]) => pattern.test(type))?.[1] ?? 'not needed to serve requests here'
  );
}
