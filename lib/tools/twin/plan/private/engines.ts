export const NO_LIMITLESS = 'no Limitless runs here, and the sample workload uses none';
/** How a type of resource is run. */
export type Engine = readonly [state: 'real' | 'emulated', engine: string];

/** By type, what is run. */
export const ENGINES: Readonly<Record<string, Engine>> = {
  'AWS::RDS::DBCluster': [
    'real',
    'PostgreSQL 18.4: a writer, and a streaming standby in each other Region; TLS by an authority of the twin’s own',
  ],
  'AWS::RDS::DBInstance': [
    'real',
    'a PostgreSQL server each: the first of its cluster, and a reader that streams from it; commits wait for the reader, and it takes over where the first one is lost',
  ],
  'AWS::RDS::GlobalCluster': [
    'real',
    'PostgreSQL streaming replication, asynchronous, over a link with the latency of the distance',
  ],
  'AWS::RDS::DBProxy': [
    'emulated',
    'a pool in the path: connections shared by transactions, SCRAM with the same users, limits and timeouts; TLS demanded as there, none between it and the database',
  ],
  'AWS::RDS::DBProxyEndpoint': [
    'emulated',
    "leads to the reader, where none runs to the cluster's one server",
  ],
  'AWS::RDS::DBProxyTargetGroup': [
    'emulated',
    'its percentages of the connections that a server here takes',
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
    'one server in a Region, replaced when it ends or is unhealthy; the number stays, zones are kept even',
  ],
  'AWS::AutoScaling::AutoScalingGroup': [
    'emulated',
    'one server in a Region, replaced when it ends or is unhealthy; the number stays, zones are kept even',
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
  'AWS::Route53::RecordSetGroup': ['real', "answered from the templates' record sets"],
  'AWS::Route53::CidrCollection': ['real', 'blocks of client networks, as its records name them'],
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
  'AWS::Scheduler::Schedule': [
    'emulated',
    '`rate`, `cron` and `at` on the compressed clock, its calendar from the start on',
  ],
  'AWS::SecretsManager::Secret': ['emulated', 'GetSecretValue over values made for this twin'],
  'AWS::S3::Bucket': [
    'emulated',
    'HTTP over files; of forms it checks policy, signature, time, type and size; copied to the other Regions',
  ],
  'Custom::MeridianReplication': ['emulated', 'copies of uploads over the link between Regions'],
  'Custom::MeridianSite': ['emulated', 'files copied at start'],
  'AWS::CloudFront::Distribution': [
    'emulated',
    'HTTP proxy with the same paths, origins, timeouts and headers, and one cache for all viewers',
  ],
  'AWS::CloudFront::Function': ['emulated', 'viewer-request code run on method, path and country'],
  'AWS::CloudFront::ResponseHeadersPolicy': ['emulated', 'the same headers on every answer'],
  'AWS::CloudFront::CachePolicy': ['emulated', 'the same keys, lifetimes and compression; 64 MiB'],
  'AWS::CloudFront::KeyValueStore': ['emulated', 'in memory, read by functions, put by its API'],
  'AWS::CloudFront::VpcOrigin': ['emulated', 'HTTP on loopback to the private load balancer'],
};

/** What means something else where one server is all there is. */
export const OF_ONE_SERVER: Readonly<Record<string, Engine>> = {
  'AWS::EC2::Volume': ['real', 'PostgreSQL 18.4, as the instance has it on this volume'],
  'AWS::EC2::EIP': ['emulated', 'a loopback address, answered by DNS'],
  'AWS::AutoScaling::AutoScalingGroup': [
    'emulated',
    'one server, started again when it ends; HTTP server with the paths of its nginx, without TLS',
  ],
};

/** Of what is not run, by its type: why that changes little; the first that matches holds. */
export const REASONS: readonly (readonly [prefix: RegExp, reason: string])[] = [
  [/^AWS::(Application)?AutoScaling::/, 'one server in a Region, whatever the load'],
  [/^AWS::DLM::/, 'no snapshots are taken'],
  [/^AWS::Backup::/, 'no backups are taken, none restored for a test'],
  [/^AWS::CodeDeploy::/, 'only needed at a deployment'],
  [/^AWS::ARCRegionSwitch::/, 'moved by `meridian evacuate` and `switchover`, and by drills'],
  [/^AWS::FIS::/, 'broken by `meridian drill`, and on the page'],
  [/^AWS::(Synthetics|XRay|Oam|ApplicationSignals)::/, 'nobody watches from outside, or traces'],
  [/^AWS::(Budgets|CE)::/, 'costs nothing'],
  [/^AWS::Events::/, 'no events of AWS happen here'],
  [/^AWS::CertificateManager::/, 'HTTP on loopback: TLS is to databases and their proxies alone'],
  [/^AWS::KMS::/, 'nothing is encrypted at rest'],
  [
    /^AWS::IAM::|^AWS::Lambda::Permission|Policy$|OriginAccessControl$/,
    'no permissions are checked',
  ],
  [/^AWS::EC2::NatGateway|^AWS::EC2::EIP/, 'no address translation on loopback'],
  [/^AWS::EC2::/, 'one loopback network in place of the VPCs'],
  [/^AWS::WAF/, 'no requests are filtered'],
  [/^AWS::Budgets::/, 'nothing here costs anything'],
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
  [/^AWS::RDS::/, 'small settings of our own'],
  [/^AWS::SecretsManager::RotationSchedule/, 'credentials are as old as this twin'],
  [/^AWS::DSQL::/, 'no DSQL runs here, and the sample workload uses none'],
  [/^AWS::Neptune::/, 'no Neptune runs here, and the sample workload uses none'],
  [/^AWS::Cassandra::/, 'no Keyspaces runs here, and the sample workload uses none'],
  [/^Custom::MeridianBinding|^AWS::SSM::/, 'values that cross Regions are read from the templates'],
  [/^Custom::/, 'only needed at a deployment'],
];
