import type { Change } from './change';

/** A resource of the reference by its key, with its properties as they stand in the template. */
export interface Subject {
  readonly key: string;
  readonly id: string;
  readonly stack: string;
  readonly region: string;
  /** Another serving Region. */
  readonly other: string;
  readonly properties: Record<string, unknown>;
}

/** A defect that can be planted into every resource of a type. */
export interface Mutation {
  readonly type: string;
  readonly name: string;
  readonly rule: string;
  readonly where?: (subject: Subject) => boolean;
  readonly plant: (change: Change, subject: Subject) => void;
  /** Logical id of the resource that the finding must name, in the same stack. @default the subject */
  readonly at?: (subject: Subject) => string;
}

const set =
  (path: string, value: unknown) =>
  (change: Change, subject: Subject): void => {
    const given: unknown =
      typeof value === 'function' ? (value as (it: Subject) => unknown)(subject) : value;
    change.set(subject.key, path, given);
  };
const drop =
  (path?: string) =>
  (change: Change, { key }: Subject): void => {
    change.drop(key, path);
  };
const attribute =
  (name: string, value: unknown) =>
  (change: Change, { key }: Subject): void => {
    change.attribute(key, name, value);
  };
const starts =
  (prefix: string) =>
  ({ id }: Subject) =>
    id.startsWith(prefix);
const has =
  (path: string) =>
  ({ properties }: Subject) =>
    path in properties;
const of = (type: string, all: readonly Omit<Mutation, 'type'>[]): Mutation[] =>
  all.map((it) => ({ type, ...it }));
/** The same text with the Region exchanged for another. */
const swapped = ({ region, other }: Subject, value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(region, other));

const CHECK = 'HealthCheckConfig';
const routing: Mutation[] = [
  ...of('AWS::Route53::RecordSet', [
    { name: 'drop the health check', rule: 'record-set-uneven', where: has('SetIdentifier'), plant: drop('HealthCheckId') },
    { name: 'stop evaluating the target', rule: 'record-set-uneven', where: has('SetIdentifier'), plant: set('AliasTarget.EvaluateTargetHealth', false) },
    { name: 'swap the Region', rule: 'record-points-elsewhere', where: has('SetIdentifier'), plant: set('Region', (it: Subject) => it.other) },
    { name: 'drop the set identifier', rule: 'record-points-elsewhere', where: has('SetIdentifier'), plant: drop('SetIdentifier') },
    { name: 'drop the record', rule: 'region-not-steered', where: has('SetIdentifier'), plant: drop(), at: () => 'DoorBalancer' },
    { name: 'change the policy', rule: 'record-set-uneven', where: has('SetIdentifier'), plant: (change, it) => { change.drop(it.key, 'Region'); change.set(it.key, 'Weight', 1); } },
  ]),
  ...of('AWS::Route53::HealthCheck', [
    { name: 'ask every 30 s', rule: 'health-check-slow', where: starts('HealthEndpoint'), plant: set(`${CHECK}.RequestInterval`, 30) },
    { name: 'give up after 10', rule: 'health-check-slow', where: starts('HealthEndpoint'), plant: set(`${CHECK}.FailureThreshold`, 10) },
    { name: 'ask the steered name', rule: 'health-check-loop', where: starts('HealthEndpoint'), plant: set(`${CHECK}.FullyQualifiedDomainName`, 'origin.example.com') },
    { name: 'ask another Region', rule: 'health-check-other-region', where: starts('HealthEndpoint'), plant: set(`${CHECK}.FullyQualifiedDomainName`, (it: Subject) => `${it.other}.origin.example.com`) },
    { name: 'invert the endpoint', rule: 'switch-in-own-region', where: starts('HealthEndpoint'), plant: set(`${CHECK}.Inverted`, true) },
    { name: 'ask a path that nobody serves', rule: 'health-path-mocked', where: starts('HealthEndpoint'), plant: set(`${CHECK}.ResourcePath`, '/nothing') },
    { name: 'ask from two Regions', rule: 'health-checkers-few', where: (it) => !it.id.startsWith('HealthServing'), plant: set(`${CHECK}.Regions`, ['us-east-1', 'eu-west-1']) },
    { name: 'do not invert the switch', rule: 'health-check-other-region', where: starts('HealthSwitch'), plant: set(`${CHECK}.Inverted`, false) },
    { name: 'hold the switch at home', rule: 'switch-in-own-region', where: starts('HealthSwitch'), plant: set(`${CHECK}.FullyQualifiedDomainName`, (it: Subject) => `meridian-123456789012-${it.region}-switch.s3.${it.region}.amazonaws.com`) },
    { name: "ask for another Region's switch", rule: 'switch-in-own-region', where: starts('HealthSwitch'), plant: set(`${CHECK}.ResourcePath`, (it: Subject) => `/drained/${it.other}`) },
    ...[0, 1, 3].map((threshold) => ({ name: `threshold ${threshold}`, rule: 'calculated-check-threshold', where: starts('HealthServing'), plant: set(`${CHECK}.HealthThreshold`, threshold) })),
    ...[0, 1].map((child) => ({ name: `drop child ${child}`, rule: 'calculated-check-threshold', where: starts('HealthServing'), plant: drop(`${CHECK}.ChildHealthChecks.${child}`) })),
    { name: 'invert the whole', rule: 'calculated-check-inverted', where: starts('HealthServing'), plant: set(`${CHECK}.Inverted`, true) },
  ]),
  ...of('AWS::Route53::HostedZone', [
    { name: 'recover slowly', rule: 'zone-recovery-slow', plant: drop('HostedZoneFeatures') },
  ]),
]; // prettier-ignore

const CONFIG = 'DistributionConfig';
const fixed = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }];
const edge: Mutation[] = [
  ...of('AWS::CloudFront::Distribution', [
    { name: 'drop the web ACL', rule: 'web-acl-missing', plant: drop(`${CONFIG}.WebACLId`) },
    { name: 'empty web ACL', rule: 'web-acl-missing', plant: set(`${CONFIG}.WebACLId`, '') },
    { name: 'both members in one Region', rule: 'cdn-one-region', plant: (change, { key }) => { change.set(key, `${CONFIG}.Origins.1.DomainName`, change.get(key, `${CONFIG}.Origins.0.DomainName`)); } },
    { name: 'one member', rule: 'cdn-one-region', plant: drop(`${CONFIG}.OriginGroups.Items.0.Members.Items.1`) },
    { name: 'site from one Region', rule: 'cdn-one-region', plant: set(`${CONFIG}.DefaultCacheBehavior.TargetOriginId`, 'site-eu-central-1') },
    { name: 'wait 30 s', rule: 'cdn-failover-slow', plant: (change, { key }) => { change.set(key, `${CONFIG}.Origins.0.ConnectionTimeout`, 10); change.set(key, `${CONFIG}.Origins.0.ConnectionAttempts`, 3); } },
    { name: 'ignore a status', rule: 'cdn-failover-slow', plant: drop(`${CONFIG}.OriginGroups.Items.0.FailoverCriteria.StatusCodes.Items.1`) },
    { name: 'writes to one Region', rule: 'cdn-writes-pinned', plant: set(`${CONFIG}.Origins.2.DomainName`, 'us-east-2.origin.example.com') },
    { name: 'writes to a group', rule: 'cdn-writes-pinned', plant: (change, { key }) => { change.set(key, `${CONFIG}.CacheBehaviors.0.TargetOriginId`, change.get(key, `${CONFIG}.OriginGroups.Items.0.Id`)); } },
    { name: 'an origin that is none', rule: 'cdn-origin-missing', plant: set(`${CONFIG}.CacheBehaviors.0.TargetOriginId`, 'gone') },
    { name: 'serve viewers HTTP', rule: 'http-in-the-clear', plant: set(`${CONFIG}.CacheBehaviors.0.ViewerProtocolPolicy`, 'allow-all') },
    { name: 'ask the origin over HTTP', rule: 'http-in-the-clear', plant: set(`${CONFIG}.Origins.2.CustomOriginConfig.OriginProtocolPolicy`, 'http-only') },
  ]),
  ...of('AWS::ElasticLoadBalancingV2::LoadBalancer', [
    { name: 'make it internal', rule: 'health-check-private-target', plant: set('Scheme', 'internal'), at: () => 'HealthEndpoint' },
    { name: 'one subnet', rule: 'one-zone', plant: (change, { key }) => { change.drop(key, 'Subnets.2'); change.drop(key, 'Subnets.1'); } },
    { name: 'two zones of three', rule: 'one-zone', plant: drop('Subnets.0') },
    { name: 'forward invalid headers', rule: 'security-baseline', plant: set('LoadBalancerAttributes.2.Value', 'false') },
    { name: 'no access log', rule: 'security-baseline', plant: set('LoadBalancerAttributes.4.Value', 'false') },
  ]),
  ...of('AWS::ElasticLoadBalancingV2::Listener', [
    { name: 'serve HTTP', rule: 'http-in-the-clear', plant: set('Protocol', 'HTTP') },
    { name: 'forward by default', rule: 'cdn-bypassed', plant: set('DefaultActions', [{ Type: 'forward', TargetGroupArn: { Ref: 'x' } }]) },
    { name: 'old TLS', rule: 'security-baseline', plant: set('SslPolicy', 'ELBSecurityPolicy-2016-08') },
  ]),
  ...of('AWS::ElasticLoadBalancingV2::ListenerRule', [
    { name: 'answer the health path itself', rule: 'health-path-mocked', where: (it) => it.id.includes('HealthRule'), plant: set('Actions', fixed), at: () => 'HealthEndpoint' },
  ]),
  ...of('AWS::WAFv2::WebACL', [
    { name: 'drop the rate rule', rule: 'web-acl-weak', plant: drop('Rules.0') },
    { name: 'count instead of block', rule: 'web-acl-weak', plant: set('Rules.0.Action', { Count: {} }) },
    { name: 'swap the scope', rule: 'web-acl-missing', plant: (change, { key, properties }) => { change.set(key, 'Scope', properties['Scope'] === 'REGIONAL' ? 'CLOUDFRONT' : 'REGIONAL'); } },
  ]),
  ...of('AWS::WAFv2::WebACLAssociation', [{ name: 'drop it', rule: 'web-acl-missing', plant: drop(), at: () => 'DoorBalancer' }]),
  ...of('AWS::WAFv2::LoggingConfiguration', [{ name: 'drop it', rule: 'web-acl-weak', plant: drop(), at: () => 'Firewall' }]),
]; // prettier-ignore

const compute: Mutation[] = [
  ...of('AWS::ECS::Service', [
    { name: 'deploy below 100 %', rule: 'ecs-deployment-unsafe', plant: set('DeploymentConfiguration.MinimumHealthyPercent', 50) },
    { name: 'no circuit breaker', rule: 'ecs-deployment-unsafe', plant: set('DeploymentConfiguration.DeploymentCircuitBreaker.Enable', false) },
    { name: 'no rollback', rule: 'ecs-deployment-unsafe', plant: set('DeploymentConfiguration.DeploymentCircuitBreaker.Rollback', false) },
    { name: 'no rebalancing', rule: 'ecs-deployment-unsafe', plant: set('AvailabilityZoneRebalancing', 'DISABLED') },
    { name: 'no grace', rule: 'ecs-deployment-unsafe', plant: drop('HealthCheckGracePeriodSeconds') },
    { name: 'public addresses', rule: 'security-baseline', plant: set('NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', 'ENABLED') },
    { name: 'one zone', rule: 'one-zone', plant: (change, { key }) => { change.drop(key, 'NetworkConfiguration.AwsvpcConfiguration.Subnets.2'); change.drop(key, 'NetworkConfiguration.AwsvpcConfiguration.Subnets.0'); } },
    { name: 'a desired count', rule: 'fewer-servers-than-zones', plant: set('DesiredCount', 3) },
    { name: 'Spot only', rule: 'spot-only', plant: set('CapacityProviderStrategy', [{ CapacityProvider: 'FARGATE_SPOT', Weight: 1 }]) },
  ]),
  ...of('AWS::ApplicationAutoScaling::ScalableTarget', [
    { name: 'shrink the floor to one', rule: 'fewer-servers-than-zones', plant: set('MinCapacity', 1) },
    { name: 'halve the floor', rule: 'capacity-after-region-loss', plant: set('MinCapacity', 6) },
    { name: 'no headroom', rule: 'concurrency-capped', plant: set('MaxCapacity', 12) },
    { name: 'another floor than the others', rule: 'regions-differ', plant: set('MinCapacity', 30) },
  ]),
  ...of('AWS::ECS::TaskDefinition', [
    { name: 'a writable root', rule: 'security-baseline', plant: set('ContainerDefinitions.0.ReadonlyRootFilesystem', false) },
    { name: 'privileged', rule: 'security-baseline', plant: set('ContainerDefinitions.0.Privileged', true) },
    { name: "another Region's endpoint", rule: 'other-region-on-request-path', plant: (change, { key, other }) => { change.set(key, 'ContainerDefinitions.0.Environment.0', { Name: 'CACHE', Value: `rediss://x.${other}.cache.amazonaws.com` }); } },
    { name: 'global STS', rule: 'sts-global-endpoint', plant: set('ContainerDefinitions.0.Environment.0', { Name: 'STS', Value: 'https://sts.amazonaws.com' }) },
  ]),
  ...of('AWS::Lambda::Function', [
    { name: 'cap its runs', rule: 'concurrency-capped', where: starts('WorkloadCode'), plant: set('ReservedConcurrentExecutions', 10) },
    { name: 'an old runtime', rule: 'security-baseline', plant: set('Runtime', 'nodejs16.x') },
    { name: 'one subnet', rule: 'one-zone', where: starts('WorkloadCode'), plant: (change, { key }) => { change.drop(key, 'VpcConfig.SubnetIds.2'); change.drop(key, 'VpcConfig.SubnetIds.0'); } },
    { name: "another Region's name", rule: 'other-region-on-request-path', where: starts('WorkloadCode'), plant: set('Environment.Variables.MERIDIAN_REGION', (it: Subject) => it.other) },
    { name: "another Region's cache", rule: 'other-region-on-request-path', where: starts('WorkloadCode'), plant: set('Environment.Variables.CACHE_ENDPOINT', (it: Subject) => `rediss://x.${it.other}.cache.amazonaws.com:6379`) },
    { name: 'legacy STS', rule: 'sts-global-endpoint', where: starts('WorkloadCode'), plant: set('Environment.Variables.AWS_STS_REGIONAL_ENDPOINTS', 'legacy') },
  ]),
  ...of('AWS::IAM::Policy', [
    { name: 'allow everything', rule: 'policy-allows-all', plant: set('PolicyDocument.Statement.0', { Action: '*', Effect: 'Allow', Resource: '*' }) },
    { name: 'edit DNS', rule: 'control-plane-on-request-path', where: (it) => /^(WorkloadCode|ServersRolesTask)Policy/.test(it.id), plant: set('PolicyDocument.Statement.0', { Action: 'route53:ChangeResourceRecordSets', Effect: 'Allow', Resource: '*' }) },
    { name: 'fail the database over', rule: 'control-plane-on-request-path', where: (it) => /^(WorkloadCode|ServersRolesTask)Policy/.test(it.id), plant: set('PolicyDocument.Statement.0', { Action: ['rds:FailoverGlobalCluster'], Effect: 'Allow', Resource: '*' }) },
    { name: "grant another Region's", rule: 'grant-of-other-region', where: (it) => /^(WorkloadCode|ServersRolesTask)Policy/.test(it.id), plant: (change, it) => { change.set(it.key, 'PolicyDocument', swapped(it, it.properties['PolicyDocument'])); } },
  ]),
]; // prettier-ignore

const OPEN = { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp' };
const network: Mutation[] = [
  ...of('AWS::EC2::SecurityGroupIngress', [
    { name: 'open the load balancer', rule: 'cdn-bypassed', where: starts('DoorFromCloudFront'), plant: (change, { key }) => { change.drop(key, 'SourcePrefixListId'); change.set(key, 'CidrIp', '0.0.0.0/0'); }, at: () => 'DoorEdge' },
    { name: 'open the data port', rule: 'data-port-public', where: (it) => /^(PostgreSql|Valkey)From/.test(it.id), plant: (change, { key }) => { change.drop(key, 'SourceSecurityGroupId'); change.set(key, 'CidrIp', '0.0.0.0/0'); } },
  ]),
  ...of('AWS::EC2::SecurityGroup', [
    { name: 'open everything', rule: 'data-port-public', plant: set('SecurityGroupIngress', [{ ...OPEN, FromPort: 0, ToPort: 65535 }]) },
  ]),
  ...of('AWS::EC2::Subnet', [
    { name: 'overlap', rule: 'addresses-overlap', plant: (change, it) => { const [, second] = String(it.properties['CidrBlock']).split('.'); change.set(it.key, 'CidrBlock', `10.${String(second)}.0.0/18`); } },
    { name: 'leave the block', rule: 'addresses-overlap', plant: set('CidrBlock', '192.168.0.0/24') },
    { name: 'swap the zone', rule: 'nat-other-zone', where: starts('VpcPrivate'), plant: (change, it) => { const zone = String(it.properties['AvailabilityZone']); change.set(it.key, 'AvailabilityZone', `${zone.slice(0, -1)}z`); } },
    { name: 'public addresses', rule: 'security-baseline', plant: set('MapPublicIpOnLaunch', true) },
  ]),
  ...of('AWS::EC2::VPC', [
    { name: "another Region's block", rule: 'addresses-overlap', plant: (change, it) => { change.set(it.key, 'CidrBlock', it.region === 'eu-central-1' ? '10.1.0.0/16' : '10.0.0.0/16'); } },
    { name: "another Region's name", rule: 'vpc-name-twice', plant: set('Tags', (it: Subject) => [{ Key: 'Name', Value: `meridian-network-${it.other}` }]) },
  ]),
  ...of('AWS::EC2::FlowLog', [{ name: 'drop it', rule: 'security-baseline', plant: drop(), at: () => 'Vpc4' }]),
  ...of('AWS::EC2::VPCEndpoint', [
    { name: 'drop it', rule: 'gateway-endpoint-missing', plant: drop(), at: () => 'Vpc4' },
    { name: "another Region's", rule: 'gateway-endpoint-missing', plant: (change, it) => { change.set(it.key, 'ServiceName', `com.amazonaws.${it.other}.${JSON.stringify(it.properties).includes('dynamodb') ? 'dynamodb' : 's3'}`); } },
    { name: 'no route tables', rule: 'gateway-endpoint-missing', plant: set('RouteTableIds', []) },
  ]),
]; // prettier-ignore

const data: Mutation[] = [
  ...of('AWS::RDS::DBCluster', [
    { name: 'unprotect', rule: 'deletion-unprotected', plant: set('DeletionProtection', false) },
    { name: 'keep backups for a day', rule: 'database-backup-weak', plant: set('BackupRetentionPeriod', 1) },
    { name: 'do not encrypt', rule: 'database-backup-weak', plant: set('StorageEncrypted', false) },
    { name: 'snapshots without tags', rule: 'database-backup-weak', plant: drop('CopyTagsToSnapshot') },
    { name: 'another version', rule: 'global-database-unequal', plant: set('EngineVersion', '17.4') },
    { name: "another Region's key", rule: 'key-of-other-region', plant: set('KmsKeyId', (it: Subject) => `arn:aws:kms:${it.other}:123456789012:alias/meridian-data`) },
    { name: 'a managed password', rule: 'secondary-with-credentials', plant: set('ManageMasterUserPassword', true) },
    { name: 'a user on a secondary', rule: 'secondary-with-credentials', where: (it) => it.region !== 'eu-central-1', plant: set('MasterUsername', 'postgres') },
    { name: 'no user at birth', rule: 'secondary-with-credentials', where: (it) => it.region === 'eu-central-1', plant: drop('MasterUsername') },
    { name: 'a global cluster that is none', rule: 'global-database-alone', where: (it) => it.region !== 'eu-central-1', plant: set('GlobalClusterIdentifier', 'meridian-main-s9') },
  ]),
  ...of('AWS::RDS::DBInstance', [
    { name: 'another class', rule: 'global-database-unequal', plant: set('DBInstanceClass', 'db.r6g.xlarge') },
    { name: 'make it public', rule: 'security-baseline', plant: set('PubliclyAccessible', true) },
    { name: 'drop it', rule: 'global-database-alone', plant: drop(), at: () => 'mains0Cluster' },
  ]),
  ...of('AWS::RDS::DBClusterParameterGroup', [
    { name: 'another family', rule: 'parameter-family-wrong', plant: set('Family', 'aurora-postgresql15') },
    { name: 'other parameters', rule: 'global-database-unequal', plant: (change, { key }) => { change.set(key, 'Parameters', { 'rds.force_ssl': '0' }); }, at: () => 'mains0ClusterE' },
  ]),
  ...of('AWS::RDS::DBParameterGroup', [{ name: 'another family', rule: 'parameter-family-wrong', plant: set('Family', 'aurora-postgresql15') }]),
  ...of('AWS::RDS::GlobalCluster', [{ name: 'unprotect', rule: 'deletion-unprotected', plant: set('DeletionProtection', false) }]),
  ...of('AWS::RDS::DBSubnetGroup', [{ name: 'one subnet', rule: 'one-zone', plant: (change, { key }) => { change.drop(key, 'SubnetIds.2'); change.drop(key, 'SubnetIds.1'); } }]),
  ...of('AWS::ElastiCache::SubnetGroup', [{ name: 'one subnet', rule: 'one-zone', plant: (change, { key }) => { change.drop(key, 'SubnetIds.2'); change.drop(key, 'SubnetIds.1'); } }]),
  ...of('AWS::ElastiCache::ReplicationGroup', [
    { name: 'no failover', rule: 'cache-one-node', plant: set('AutomaticFailoverEnabled', false) },
    { name: 'one zone', rule: 'cache-one-node', plant: drop('MultiAZEnabled') },
    { name: 'one node', rule: 'cache-one-node', plant: set('NumCacheClusters', 1) },
    { name: 'plain at rest', rule: 'security-baseline', plant: drop('AtRestEncryptionEnabled') },
    { name: 'plain in transit', rule: 'security-baseline', plant: drop('TransitEncryptionEnabled') },
    { name: 'another node type', rule: 'regions-differ', plant: set('CacheNodeType', 'cache.t4g.micro') },
  ]),
  ...of('AWS::DynamoDB::GlobalTable', [
    ...[0, 1, 2].flatMap((at): Omit<Mutation, 'type'>[] => [
      { name: `no recovery in replica ${at}`, rule: 'table-unprotected', plant: set(`Replicas.${at}.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled`, false) },
      { name: `unprotect replica ${at}`, rule: 'table-unprotected', plant: set(`Replicas.${at}.DeletionProtectionEnabled`, false) },
      { name: `drop replica ${at}`, rule: 'table-replica-missing', where: (it) => it.stack === 'GlobalData', plant: drop(`Replicas.${at}`) },
      { name: `swap the key of replica ${at}`, rule: 'key-of-other-region', where: (it) => it.stack === 'GlobalData', plant: set(`Replicas.${at}.SSESpecification.KMSMasterKeyId`, 'arn:aws:kms:us-west-1:123456789012:alias/meridian-data') },
      { name: `drop strong replica ${at}`, rule: 'strong-table-illegal', where: (it) => it.stack === 'Control', plant: drop(`Replicas.${at}`) },
      { name: `leave the Region set with ${at}`, rule: 'strong-table-illegal', where: (it) => it.stack === 'Control', plant: set(`Replicas.${at}.Region`, 'eu-west-1') },
    ]),
    { name: 'a TTL on a strong table', rule: 'strong-table-illegal', where: (it) => it.stack === 'Control', plant: set('TimeToLiveSpecification', { Enabled: true, AttributeName: 'ttl' }) },
    { name: 'no TTL', rule: 'table-never-expires', where: has('TimeToLiveSpecification'), plant: drop('TimeToLiveSpecification') },
  ]),
  ...of('AWS::SecretsManager::Secret', [
    ...[0, 1].flatMap((at): Omit<Mutation, 'type'>[] => [
      { name: `drop replica ${at}`, rule: 'name-not-in-region', plant: drop(`ReplicaRegions.${at}`) },
      { name: `swap the key of replica ${at}`, rule: 'key-of-other-region', plant: set(`ReplicaRegions.${at}.KmsKeyId`, 'arn:aws:kms:eu-central-1:123456789012:alias/meridian-data') },
    ]),
  ]),
  ...of('AWS::KMS::Key', [{ name: 'never rotate', rule: 'security-baseline', plant: drop('EnableKeyRotation') }]),
  ...of('AWS::S3::Bucket', [
    { name: 'keep no versions', rule: 'bucket-unversioned', where: (it) => /^Switch/.test(it.id) || (it.id.startsWith('Site') && it.region !== 'ap-northeast-1'), plant: drop('VersioningConfiguration') },
    { name: 'public lists', rule: 'security-baseline', where: (it) => !it.id.startsWith('Switch'), plant: set('PublicAccessBlockConfiguration.BlockPublicAcls', false) },
  ]),
  ...of('AWS::S3::BucketPolicy', [
    { name: 'drop it', rule: 'security-baseline', plant: drop(), at: (it) => it.id.slice(0, it.id.indexOf('Policy')) },
    { name: 'admit everybody', rule: 'policy-admits-anybody', plant: set('PolicyDocument.Statement.0', { Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: '*' }) },
  ]),
  ...['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance', 'AWS::RDS::GlobalCluster', 'AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret', 'AWS::Route53::HostedZone'].flatMap((type) =>
    of(type, [
      { name: 'delete with the stack', rule: 'stateful-not-retained', plant: attribute('DeletionPolicy', 'Delete') },
      { name: 'lose when replaced', rule: 'stateful-not-retained', plant: attribute('UpdateReplacePolicy', undefined) },
    ]),
  ),
  ...of('Custom::MeridianMigration', [
    { name: 'logical shards without a shard', rule: 'shard-map-incomplete', plant: (change, it) => { change.set(it.key, 'Seed', String(it.properties['Seed']).replace('"last":1023', '"last":1000')); } },
    { name: 'a shard that is none', rule: 'shard-map-incomplete', plant: (change, it) => { change.set(it.key, 'Seed', String(it.properties['Seed']).replace('"shard":"s0"', '"shard":"s7"')); } },
    { name: 'a home without a database', rule: 'shard-map-incomplete', plant: (change, it) => { change.set(it.key, 'Seed', String(it.properties['Seed']).replaceAll('"home":"eu-central-1"', '"home":"sa-east-1"')); } },
    { name: 'another map than the others', rule: 'shard-maps-differ', plant: (change, it) => { change.set(it.key, 'Seed', String(it.properties['Seed']).replaceAll('"home":"eu-central-1"', '"home":"us-east-2"')); } },
  ]),
  ...of('Custom::MeridianBinding', [
    { name: 'carry something else', rule: 'cross-region-reference', plant: set('Name', '/meridian/bindings/vpc-id') },
  ]),
]; // prettier-ignore

const isSimple = ({ properties }: Subject): boolean => 'MetricName' in properties;
const alarms = of('AWS::CloudWatch::Alarm', [
  { name: 'no action', rule: 'alarm-without-action', plant: drop('AlarmActions') },
  { name: 'actions off', rule: 'alarm-without-action', plant: set('ActionsEnabled', false) },
  { name: 'call another Region', rule: 'alarm-without-action', plant: (change, it) => { change.set(it.key, 'AlarmActions', ['arn:aws:sns:sa-east-1:123456789012:meridian-alarms']); } },
  { name: 'turn the comparison', rule: 'alarm-inverted', where: isSimple, plant: (change, { key, properties }) => { change.set(key, 'ComparisonOperator', String(properties['ComparisonOperator']).startsWith('Less') ? 'GreaterThanThreshold' : 'LessThanThreshold'); } },
  { name: 'a metric that is none', rule: 'alarm-on-nothing', where: isSimple, plant: (change, { key, properties }) => { change.set(key, 'MetricName', `${String(properties['MetricName'])}s`); } },
  { name: 'a dimension that is none', rule: 'alarm-on-nothing', where: isSimple, plant: set('Dimensions.0.Name', 'Name') },
  { name: 'look too late at the recovery point', rule: 'rpo-unwatched', where: (it) => it.id.includes('recoverypointlag'), plant: set('Threshold', 60_000) },
]); // prettier-ignore

export const MUTATIONS: readonly Mutation[] = [
  ...routing,
  ...edge,
  ...compute,
  ...network,
  ...data,
  ...alarms,
];
