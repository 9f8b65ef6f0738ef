import type { AssemblyResource } from '../model';
import type { Place } from './place';

/** How a type of resource gets its name and ARN from a name that we choose. */
export interface Identity {
  /** Property that holds the chosen name. */
  readonly property: string;
  /** What `Ref` returns, where the name determines it. */
  readonly ref?: 'name' | 'arn';
  /** For a secret, the part before the characters that AWS generates. */
  readonly arn?: (name: string, place: Place) => string;
  /** Attributes whose value is the ARN. */
  readonly arnAttributes?: readonly string[];
  /** Attributes, other than ARNs, that the name determines. */
  readonly attributes?: Readonly<Record<string, (name: string, place: Place) => string>>;
  /** True where the name means the same resource in every Region. */
  readonly global?: true;
  /** Property that lists `{Region}` of further Regions where the same name exists. */
  readonly replicas?: string;
  /** Property that would change the ARN; resources which have it are left alone. */
  readonly unless?: string;
}

const regional = (service: string, head: string) => (name: string, at: Place) =>
  `arn:${at.partition}:${service}:${at.region}:${at.account}:${head}${name}`;
const ARN = ['Arn'];

const bucket: Identity = {
  property: 'BucketName',
  ref: 'name',
  arn: (name, at) => `arn:${at.partition}:s3:::${name}`,
  arnAttributes: ARN,
  attributes: {
    DomainName: (name, at) => `${name}.s3.${at.urlSuffix}`,
    RegionalDomainName: (name, at) => `${name}.s3.${at.region}.${at.urlSuffix}`,
  },
  global: true,
};

const table: Identity = {
  property: 'TableName',
  ref: 'name',
  arn: regional('dynamodb', 'table/'),
  arnAttributes: ARN,
  replicas: 'Replicas',
};

const named = (property: string, arn?: Identity['arn'], arnAttribute = 'Arn'): Identity =>
  arn === undefined
    ? { property, ref: 'name' }
    : { property, ref: 'name', arn, arnAttributes: [arnAttribute] };

/** Types whose name we may choose. */
const IDENTITIES: ReadonlyMap<string, Identity> = new Map<string, Identity>([
  ['AWS::S3::Bucket', bucket],
  ['AWS::DynamoDB::Table', table],
  ['AWS::DynamoDB::GlobalTable', table],
  [
    'AWS::RDS::DBCluster',
    named('DBClusterIdentifier', regional('rds', 'cluster:'), 'DBClusterArn'),
  ],
  // Neptune's ARNs are those of RDS.
  ['AWS::Neptune::DBCluster', named('DBClusterIdentifier', regional('rds', 'cluster:'))],
  ['AWS::Neptune::GlobalCluster', { ...named('GlobalClusterIdentifier'), global: true }],
  ['AWS::RDS::DBInstance', named('DBInstanceIdentifier', regional('rds', 'db:'), 'DBInstanceArn')],
  ['AWS::RDS::GlobalCluster', { ...named('GlobalClusterIdentifier'), global: true }],
  ['AWS::RDS::DBSubnetGroup', named('DBSubnetGroupName')],
  ['AWS::RDS::DBClusterParameterGroup', named('DBClusterParameterGroupName')],
  ['AWS::RDS::DBParameterGroup', named('DBParameterGroupName')],
  [
    'AWS::SecretsManager::Secret',
    {
      property: 'Name',
      arn: regional('secretsmanager', 'secret:'),
      replicas: 'ReplicaRegions',
    },
  ],
  ['AWS::KMS::Alias', { property: 'AliasName', ref: 'name', arn: regional('kms', '') }],
  ['AWS::Lambda::Function', named('FunctionName', regional('lambda', 'function:'))],
  ['AWS::SSM::Parameter', { property: 'Name', ref: 'name', arn: parameterArn }],
  ['AWS::SQS::Queue', { property: 'QueueName', arn: regional('sqs', ''), arnAttributes: ARN }],
  ['AWS::SNS::Topic', { property: 'TopicName', ref: 'arn', arn: regional('sns', '') }],
  [
    'AWS::IAM::Role',
    {
      ...named('RoleName', (name, at) => `arn:${at.partition}:iam::${at.account}:role/${name}`),
      unless: 'Path',
      global: true,
    },
  ],
  ['AWS::Logs::LogGroup', named('LogGroupName', (name, at) => `${logGroupArn(name, at)}:*`)],
  ['AWS::ECS::Cluster', named('ClusterName', regional('ecs', 'cluster/'))],
  ['AWS::ECR::Repository', named('RepositoryName', regional('ecr', 'repository/'))],
  ['AWS::CloudWatch::Alarm', named('AlarmName', regional('cloudwatch', 'alarm:'))],
  [
    'AWS::ElastiCache::ReplicationGroup',
    named('ReplicationGroupId', regional('elasticache', 'replicationgroup:')),
  ],
  ['AWS::ElastiCache::ServerlessCache', named('ServerlessCacheName')],
  ['AWS::Route53::RecordSet', { property: 'Name', ref: 'name', global: true }],
  ['AWS::Route53::HostedZone', { property: 'Name', global: true }],
]);

const logGroupArn = regional('logs', 'log-group:');

/** The slash that a hierarchical name starts with is the ARN's own. */
function parameterArn(name: string, at: Place): string {
  return regional('ssm', name.startsWith('/') ? 'parameter' : 'parameter/')(name, at);
}

export function identityOf({ type, properties }: AssemblyResource): Identity | undefined {
  const identity = IDENTITIES.get(type);
  const changed = identity?.unless !== undefined && Object.hasOwn(properties, identity.unless);
  return changed ? undefined : identity;
}

/** The value of an attribute as far as the chosen name determines it. */
export function attributeOf(
  identity: Identity,
  attribute: string,
  name: string,
  place: Place,
): string | undefined {
  const isArn =
    attribute === 'Ref' ? identity.ref === 'arn' : identity.arnAttributes?.includes(attribute);
  if (isArn === true) return identity.arn?.(name, place);
  if (attribute === 'Ref') return identity.ref === 'name' ? name : undefined;
  const compute = Object.hasOwn(identity.attributes ?? {}, attribute)
    ? identity.attributes?.[attribute]
    : undefined;
  return compute?.(name, place);
}
