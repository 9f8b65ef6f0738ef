import replacement from './data/replacement.json';

/** What CloudFormation does to a resource of one type when properties of it change. */
export interface TypeRules {
  /** A new resource takes its place. */
  readonly replaced: readonly string[];
  /** A new one takes its place in some cases, which the property alone does not tell. */
  readonly perhaps: readonly string[];
  /** The update fails: fixed when the resource is made. */
  readonly refused: readonly string[];
}

/**
 * Properties by type, of the service specification that the pinned CDK command line carries
 * (scripts/replacement-rules.mjs; a test holds the file to it).
 */
const REPLACEMENT: Readonly<Record<string, Omit<TypeRules, 'refused'>>> = replacement;

/**
 * Fixed at creation, which the specification does not say.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volume.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/multi-region-strong-consistency-gt.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
 */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'AWS::EC2::Volume': ['AvailabilityZone', 'Encrypted', 'KmsKeyId', 'SnapshotId'],
  'AWS::DynamoDB::GlobalTable': ['MultiRegionConsistency', 'GlobalTableWitnesses'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'],
};

/** What a custom resource runs in place of what it ran: CloudFormation deletes and creates. */
const CUSTOM: TypeRules = { replaced: ['ServiceToken'], perhaps: [], refused: [] };

/** Types that hold what exists nowhere else, or that what does is found or read by. */
const STATEFUL: ReadonlySet<string> = new Set([
  'AWS::Cassandra::Keyspace',
  'AWS::Cassandra::Table',
  'AWS::Cognito::UserPool',
  'AWS::DSQL::Cluster',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::EC2::Volume',
  'AWS::EFS::FileSystem',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::KMS::ReplicaKey',
  'AWS::Kinesis::Stream',
  'AWS::MemoryDB::Cluster',
  'AWS::Neptune::DBCluster',
  'AWS::Neptune::GlobalCluster',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBShardGroup',
  'AWS::RDS::GlobalCluster',
  'AWS::Backup::BackupVault',
  'AWS::Backup::LogicallyAirGappedBackupVault',
  'AWS::Route53::HostedZone',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
]);

/** The rules of a type; `undefined` for one that nobody knows. */
export function rulesOf(type: string): TypeRules | undefined {
  if (type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource') return CUSTOM;
  const rules = Object.hasOwn(REPLACEMENT, type) ? REPLACEMENT[type] : undefined;
  return rules && { ...rules, refused: REFUSED[type] ?? [] };
}

/**
 * Whether a resource holds data. An instance of an Aurora cluster does not: the cluster's storage
 * does. Nor does a cache, which holds copies.
 */
export function isStateful(type: string, properties: object): boolean {
  if (type === 'AWS::RDS::DBInstance') return !('DBClusterIdentifier' in properties);
  return STATEFUL.has(type);
}

/**
 * Properties that together are a name which nobody else can have while a resource has it.
 * Types not listed have names that AWS generates, or none.
 */
export const NAMES: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::GlobalTable': ['TableName'],
  'AWS::DynamoDB::Table': ['TableName'],
  'AWS::ECS::Cluster': ['ClusterName'],
  'AWS::ElastiCache::ReplicationGroup': ['ReplicationGroupId'],
  'AWS::ElastiCache::ServerlessCache': ['ServerlessCacheName'],
  'AWS::KMS::Alias': ['AliasName'],
  'AWS::RDS::DBCluster': ['DBClusterIdentifier'],
  'AWS::RDS::DBInstance': ['DBInstanceIdentifier'],
  'AWS::RDS::GlobalCluster': ['GlobalClusterIdentifier'],
  'AWS::Route53::RecordSet': ['Name', 'Type', 'SetIdentifier'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::SNS::Topic': ['TopicName'],
  'AWS::SQS::Queue': ['QueueName'],
  'AWS::SecretsManager::Secret': ['Name'],
  'AWS::WAFv2::WebACL': ['Name', 'Scope'],
};

/** Types whose names are the same everywhere, not in one Region. */
export const GLOBAL_NAMES: ReadonlySet<string> = new Set([
  'AWS::Route53::RecordSet',
  'AWS::S3::Bucket',
]);
