import { Account } from './client';
import { Emulator } from './emulator';

jest.setTimeout(60_000);

type Properties = Readonly<Record<string, unknown>>;

let emulator: Emulator;
let account: Account;
let made = 0;

beforeAll(async () => {
  emulator = await Emulator.start();
  account = new Account(emulator);
}, 60_000);

afterAll(async () => {
  await (emulator as Emulator | undefined)?.stop();
});

const REGION = 'eu-central-1';

/** Why CloudFormation does not create a resource; undefined where it does. */
async function refusal(type: string, properties: Properties, beside: Properties = {}) {
  made += 1;
  const resources = { ...beside, Subject: { Type: type, Properties: properties } };
  return await account.create(REGION, `subject-${made}`, { Resources: resources });
}

const resource = (Type: string, Properties: Properties = {}): Properties => ({ Type, Properties });
const NETWORK: Properties = {
  Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
  Group: resource('AWS::EC2::SecurityGroup', { GroupDescription: 'x', VpcId: { Ref: 'Vpc' } }),
};
const GROUP = { 'Fn::GetAtt': ['Group', 'GroupId'] };
const HTTPS = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, GroupId: GROUP };
const TABLE = {
  TableName: 'sessions',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};
const STREAM = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };
const replicas = (...regions: string[]) => ({ Replicas: regions.map((Region) => ({ Region })) });
const check = (HealthCheckConfig: Properties): Properties => ({ HealthCheckConfig });
const MATH = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Threshold: 1 };
const scalable = { ResourceId: 'service/a/b', ScalableDimension: 'ecs:service:DesiredCount' };
const BALANCER: Properties = {
  Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
  Subnet: resource('AWS::EC2::Subnet', { CidrBlock: '10.0.0.0/24', VpcId: { Ref: 'Vpc' } }),
  Balancer: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    ...{ Name: 'hidden', Scheme: 'internal', Subnets: [{ Ref: 'Subnet' }] },
  }),
};
const NO_BALANCER = `arn:aws:elasticloadbalancing:${REGION}:123456789012:loadbalancer/app/a/0123456789abcdef`;
const entrance = (config: Properties): Properties => ({
  VpcOriginEndpointConfig: { Name: 'hidden', Arn: NO_BALANCER, ...config },
});
const ACL = `arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/1`;

test.each<[string, string, Properties, RegExp, Properties?]>([
  ['a NAT gateway without a subnet', 'AWS::EC2::NatGateway', {}, /required key \[SubnetId\]/],
  ['a VPC origin of nothing', 'AWS::CloudFront::VpcOrigin', entrance({}), /LoadBalancerNotFound/],
  [
    'a VPC origin of a port that CloudFront does not use',
    'AWS::CloudFront::VpcOrigin',
    entrance({ HTTPSPort: 442 }),
    /port is not within allowed range/,
  ],
  [
    'a VPC origin in a network without an internet gateway',
    'AWS::CloudFront::VpcOrigin',
    entrance({ Arn: { Ref: 'Balancer' } }),
    /has no internet gateway/,
    BALANCER,
  ],
  [
    'a distribution of a VPC origin that is not there',
    'AWS::CloudFront::Distribution',
    {
      DistributionConfig: {
        Enabled: true,
        Origins: [
          { Id: 'api', DomainName: 'a.example', VpcOriginConfig: { VpcOriginId: 'vo_none' } },
        ],
        DefaultCacheBehavior: { TargetOriginId: 'api', ViewerProtocolPolicy: 'https-only' },
      },
    },
    /VpcOriginId 'vo_none' of api/,
  ],
  ['an address of no known domain', 'AWS::EC2::EIP', { Domain: 'lan' }, /Domain: 'lan'/],
  [
    'a public NAT gateway without an address',
    'AWS::EC2::NatGateway',
    { SubnetId: 'subnet-1' },
    /AllocationId must be specified/,
  ],
  [
    'a flow log of an unknown kind',
    'AWS::EC2::FlowLog',
    { ResourceId: 'vpc-1', ResourceType: 'Vpc' },
    /ResourceType: 'Vpc' is not one of/,
  ],
  [
    'a rule with two peers',
    'AWS::EC2::SecurityGroupIngress',
    { ...HTTPS, CidrIp: '10.0.0.0/8', CidrIpv6: '::/0' },
    /exactly one of/,
    NETWORK,
  ],
  [
    'a rule with a malformed block',
    'AWS::EC2::SecurityGroupIngress',
    { ...HTTPS, CidrIp: '10.0.0.1/8' },
    /malformed/,
    NETWORK,
  ],
  [
    'a rule whose ports are reversed',
    'AWS::EC2::SecurityGroupEgress',
    { ...HTTPS, FromPort: 444, CidrIp: '10.0.0.0/8' },
    /FromPort must not be above ToPort/,
    NETWORK,
  ],
  [
    'a global cluster of nothing',
    'AWS::RDS::GlobalCluster',
    { GlobalClusterIdentifier: 'world' },
    /Engine is needed/,
  ],
  [
    'a global cluster that says what its source says',
    'AWS::RDS::GlobalCluster',
    {
      GlobalClusterIdentifier: 'world',
      Engine: 'aurora-postgresql',
      SourceDBClusterIdentifier: 'arn:aws:rds:eu-central-1:123456789012:cluster:a',
    },
    /leave them out/,
  ],
  [
    'a cluster without credentials',
    'AWS::RDS::DBCluster',
    { Engine: 'aurora-postgresql' },
    /MasterUsername and MasterUserPassword/,
  ],
  [
    'a secondary of no global cluster',
    'AWS::RDS::DBCluster',
    { Engine: 'aurora-postgresql', GlobalClusterIdentifier: 'nowhere' },
    /Global cluster nowhere not found/,
  ],
  [
    'a table without a replica at home',
    'AWS::DynamoDB::GlobalTable',
    { ...TABLE, ...STREAM, ...replicas('us-east-1') },
    /stack's own Region/,
  ],
  [
    'replicas without a stream',
    'AWS::DynamoDB::GlobalTable',
    { ...TABLE, ...replicas(REGION, 'us-east-1') },
    /StreamSpecification/,
  ],
  [
    'strong consistency over two Region sets',
    'AWS::DynamoDB::GlobalTable',
    {
      ...TABLE,
      ...replicas(REGION, 'eu-west-1', 'us-east-1'),
      MultiRegionConsistency: 'STRONG',
    },
    /one Region set/,
  ],
  [
    'strong consistency with time to live',
    'AWS::DynamoDB::GlobalTable',
    {
      ...TABLE,
      ...replicas(REGION, 'eu-west-1', 'eu-west-2'),
      MultiRegionConsistency: 'STRONG',
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'at' },
    },
    /TimeToLiveSpecification is not supported/,
  ],
  [
    'a check of nothing',
    'AWS::Route53::HealthCheck',
    check({ Type: 'HTTPS' }),
    /FullyQualifiedDomainName is needed/,
  ],
  [
    'a check every 20 seconds',
    'AWS::Route53::HealthCheck',
    check({ Type: 'HTTPS', FullyQualifiedDomainName: 'a.example', RequestInterval: 20 }),
    /RequestInterval/,
  ],
  [
    'a calculated check of a child that is not there',
    'AWS::Route53::HealthCheck',
    check({ Type: 'CALCULATED', HealthThreshold: 1, ChildHealthChecks: ['none'] }),
    /No health check exists/,
  ],
  [
    'a web ACL of another Region',
    'AWS::WAFv2::WebACLAssociation',
    { WebACLArn: ACL, ResourceArn: `arn:aws:elasticloadbalancing:${REGION}:1:loadbalancer/app/a` },
    /must be in one Region/,
  ],
  [
    'web ACL logs without a destination',
    'AWS::WAFv2::LoggingConfiguration',
    { ResourceArn: ACL },
    /required key \[LogDestinationConfigs\]/,
  ],
  [
    'a scalable target of no known service',
    'AWS::ApplicationAutoScaling::ScalableTarget',
    { ...scalable, MinCapacity: 1, MaxCapacity: 2, ServiceNamespace: 'pigeons' },
    /ServiceNamespace: 'pigeons'/,
  ],
  [
    'a scaling policy of no known type',
    'AWS::ApplicationAutoScaling::ScalingPolicy',
    { PolicyName: 'a', PolicyType: 'Hope' },
    /PolicyType: 'Hope'/,
  ],
  [
    'a warm pool in no known state',
    'AWS::AutoScaling::WarmPool',
    { AutoScalingGroupName: 'a', MinSize: 1, PoolState: 'Asleep' },
    /PoolState: 'Asleep'/,
  ],
  [
    'a pull-through cache of a registry that AWS does not know',
    'AWS::ECR::PullThroughCacheRule',
    { EcrRepositoryPrefix: 'a', UpstreamRegistryUrl: 'registry.example' },
    /UpstreamRegistryUrl/,
  ],
  [
    'an alarm on two results',
    'AWS::CloudWatch::Alarm',
    { ...MATH, Metrics: ['a', 'b'].map((Id) => ({ Id, Expression: '1' })) },
    /exactly one metric must have ReturnData/,
  ],
  [
    'an alarm that compares in no known way',
    'AWS::CloudWatch::Alarm',
    { ...MATH, ComparisonOperator: 'Above', MetricName: 'a', Namespace: 'b' },
    /ComparisonOperator/,
  ],
  [
    'an alarm over an alarm that is not there',
    'AWS::CloudWatch::CompositeAlarm',
    { AlarmRule: 'ALARM("none")' },
    /none/,
  ],
  [
    'an alarm over alarms whose rule cannot be read',
    'AWS::CloudWatch::CompositeAlarm',
    { AlarmRule: 'SOMETIMES("none")' },
    /Error in AlarmRule/,
  ],
  [
    'a rotation of a secret that is not there',
    'AWS::SecretsManager::RotationSchedule',
    {
      SecretId: 'none',
      RotationLambdaARN: 'f',
      RotationRules: { ScheduleExpression: 'rate(1 day)' },
    },
    /can't find the specified secret/,
  ],
  [
    'a volume of no size',
    'AWS::EC2::Volume',
    { AvailabilityZone: 'eu-central-1a' },
    /Size or SnapshotId is needed/,
  ],
  [
    'a budget of no period',
    'AWS::Budgets::Budget',
    { Budget: { BudgetType: 'COST', TimeUnit: 'WEEKLY' } },
    /TimeUnit: 'WEEKLY'/,
  ],
  [
    'a snapshot policy in no known state',
    'AWS::DLM::LifecyclePolicy',
    { State: 'ON', Description: 'x', ExecutionRoleArn: 'r' },
    /State: 'ON'/,
  ],
  [
    'a secret whose replica is at home',
    'AWS::SecretsManager::Secret',
    { Name: 'a', GenerateSecretString: {}, ReplicaRegions: [{ Region: REGION }] },
    /can't be the same as the primary/,
  ],
  [
    "a function's target group with a port",
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    { TargetType: 'lambda', Port: 80 },
    /must not be given for a Lambda function/,
  ],
])('%s is refused', async (...[, type, properties, reason, beside]) => {
  expect(await refusal(type, properties, beside)).toMatch(reason);
});

test('what is not refused is created: the same types with legal properties', async () => {
  expect(
    await account.create(REGION, 'legal', {
      Resources: {
        ...NETWORK,
        Rule: resource('AWS::EC2::SecurityGroupIngress', { ...HTTPS, CidrIp: '10.0.0.0/8' }),
        Address: resource('AWS::EC2::EIP', { Domain: 'vpc' }),
        Table: resource('AWS::DynamoDB::GlobalTable', {
          ...TABLE,
          ...STREAM,
          ...replicas(REGION, 'us-east-1'),
        }),
        Check: resource(
          'AWS::Route53::HealthCheck',
          check({ Type: 'HTTPS', FullyQualifiedDomainName: 'a.example' }),
        ),
      },
    }),
  ).toBeUndefined();
});

test('two replicas more in one update are refused, and the update is rolled back', async () => {
  const template = (...regions: string[]) => ({
    Resources: {
      Table: resource('AWS::DynamoDB::GlobalTable', {
        ...{ ...TABLE, TableName: 'grows' },
        ...{ ...STREAM, ...replicas(REGION, ...regions) },
      }),
    },
  });
  expect(await account.create(REGION, 'grows', template())).toBeUndefined();
  expect(await account.update(REGION, 'grows', template('us-east-1', 'us-east-2'))).toMatch(
    /more than one replica addition/,
  );
  expect(await account.status(REGION, 'grows')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await account.update(REGION, 'grows', template('us-east-1'))).toBeUndefined();
});

test('an immutable property makes another resource, a mutable one does not', async () => {
  const template = (properties: Properties) => ({
    Resources: { Check: resource('AWS::Route53::HealthCheck', check(properties)) },
  });
  const plain = { Type: 'HTTPS', FullyQualifiedDomainName: 'a.example', RequestInterval: 30 };
  const id = async () => (await account.resources(REGION, 'check'))[0]?.PhysicalResourceId;
  await account.create(REGION, 'check', template(plain));
  const first = await id();
  expect(await account.update(REGION, 'check', template({ ...plain, FailureThreshold: 5 }))).toBe(
    undefined,
  );
  expect(await id()).toBe(first);
  await account.update(REGION, 'check', template({ ...plain, RequestInterval: 10 }));
  expect(await id()).not.toBe(first);
});

test('protected data is not deleted', async () => {
  const Replicas = [{ Region: REGION, DeletionProtectionEnabled: true }];
  const table = { ...TABLE, TableName: 'kept', Replicas };
  const template = { Resources: { Table: resource('AWS::DynamoDB::GlobalTable', table) } };
  await account.create(REGION, 'kept', template);
  expect(await account.delete(REGION, 'kept')).toMatch(/protected against deletion/);
});
