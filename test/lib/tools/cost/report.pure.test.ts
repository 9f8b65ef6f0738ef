import Ajv from 'ajv';
import schema from '../../../../docs/schemas/cost.schema.json';
import { standingCost } from '../../../../lib/tools/cost';
import type { CostReport } from '../../../../lib/tools/cost';
import { formatReport } from '../../../../lib/tools/cost/format';
import { Fixtures } from '../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

interface Resource {
  readonly Type: string;
  readonly Properties?: object;
  readonly Condition?: string;
}

/** The report of one stack in Ohio. */
function costOf(resources: Readonly<Record<string, Resource>>, rest: object = {}): CostReport {
  const template = { ...rest, Resources: resources };
  return standingCost(fixtures.load({ Stack: { region: 'us-east-2', template } }));
}

/** Lines as `region service/item × quantity = dollars a month`. */
function linesOf(resource: Resource, rest: object = {}): string[] {
  const { lines, unknown } = costOf({ It: resource }, rest);
  return [
    ...lines.map(
      ({ region, service, item, quantity, perMonth }) =>
        `${region} ${service}/${item} × ${quantity} = ${perMonth}`,
    ),
    ...unknown.map(({ reason }) => `unknown: ${reason}`),
  ];
}

const subnets = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ 'Fn::ImportValue': `subnet-${index}` }));

it.each<[string, string, object, string[]]>([
  [
    'a load balancer by the hour, with a public address in each of its zones',
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    { Scheme: 'internet-facing', Subnets: subnets(3) },
    [
      'us-east-2 Elastic Load Balancing/application load balancer × 1 = 16.425',
      'us-east-2 VPC/public IPv4 address × 3 = 10.95',
    ],
  ],
  [
    'no address for an internal load balancer',
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    { Scheme: 'internal', Type: 'network', Subnets: subnets(3) },
    ['us-east-2 Elastic Load Balancing/network load balancer × 1 = 16.425'],
  ],
  [
    'a load balancer of another kind as unknown',
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    { Type: 'gateway' },
    ['unknown: load balancer of type "gateway"'],
  ],
  [
    'a metric that is counted from a log',
    'AWS::Logs::MetricFilter',
    { MetricTransformations: [{}] },
    ['us-east-2 CloudWatch/metric of a log × 1 = 0.3'],
  ],
  ['a NAT gateway', 'AWS::EC2::NatGateway', {}, ['us-east-2 VPC/NAT gateway × 1 = 32.85']],
  ['an address', 'AWS::EC2::EIP', {}, ['us-east-2 VPC/public IPv4 address × 1 = 3.65']],
  ['nothing for a gateway endpoint', 'AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }, []],
  [
    'an interface endpoint in each zone',
    'AWS::EC2::VPCEndpoint',
    { VpcEndpointType: 'Interface', SubnetIds: subnets(2) },
    ['us-east-2 VPC/interface endpoint, per zone × 2 = 14.6'],
  ],
  [
    'a database instance by its class',
    'AWS::RDS::DBInstance',
    { Engine: 'aurora-postgresql', DBInstanceClass: 'db.r8g.large' },
    ['us-east-2 Aurora/db.r8g.large instance × 1 = 201.48'],
  ],
  [
    'a class that the price file lacks as unknown, never as nothing',
    'AWS::RDS::DBInstance',
    { Engine: 'aurora-postgresql', DBInstanceClass: 'db.x9z.large' },
    ['unknown: db.x9z.large instance: no price known'],
  ],
  [
    'an instance of another engine as unknown',
    'AWS::RDS::DBInstance',
    { Engine: 'postgres', DBInstanceClass: 'db.r8g.large' },
    ['unknown: engine postgres'],
  ],
  ['a key', 'AWS::KMS::Key', {}, ['us-east-2 KMS/key × 1 = 1']],
  [
    'a secret and each of its replicas, in their Regions',
    'AWS::SecretsManager::Secret',
    {
      ReplicaRegions: [
        { Region: 'eu-central-1', KmsKeyId: { 'Fn::ImportValue': 'key' } },
        { Region: 'ap-northeast-1' },
      ],
    },
    [
      'us-east-2 Secrets Manager/secret or replica × 1 = 0.4',
      'eu-central-1 Secrets Manager/secret or replica × 1 = 0.4',
      'ap-northeast-1 Secrets Manager/secret or replica × 1 = 0.4',
    ],
  ],
  ['a hosted zone', 'AWS::Route53::HostedZone', {}, ['global Route 53/hosted zone × 1 = 0.5']],
  [
    'a fast check over HTTPS with two options, although its name is not known yet',
    'AWS::Route53::HealthCheck',
    {
      HealthCheckConfig: {
        Type: 'HTTPS',
        RequestInterval: 10,
        FullyQualifiedDomainName: { 'Fn::ImportValue': 'host' },
      },
    },
    ['global Route 53/health check × 1 = 0.5', 'global Route 53/health check option × 2 = 2'],
  ],
  [
    'a calculated check without options',
    'AWS::Route53::HealthCheck',
    { HealthCheckConfig: { Type: 'CALCULATED' } },
    ['global Route 53/health check × 1 = 0.5'],
  ],
  [
    'nothing for a table on demand',
    'AWS::DynamoDB::GlobalTable',
    { BillingMode: 'PAY_PER_REQUEST' },
    [],
  ],
  [
    'provisioned capacity as unknown',
    'AWS::DynamoDB::GlobalTable',
    {},
    ['unknown: provisioned capacity'],
  ],
  [
    'the nodes of a cache by their type and engine',
    'AWS::ElastiCache::ReplicationGroup',
    { Engine: 'valkey', CacheNodeType: 'cache.m7g.large', NumCacheClusters: 2 },
    ['us-east-2 ElastiCache/cache.m7g.large node × 2 = 184.544'],
  ],
  [
    'the nodes of a sharded cache, of the older engine where none is said',
    'AWS::ElastiCache::ReplicationGroup',
    { CacheNodeType: 'cache.r7g.large', NumNodeGroups: 2, ReplicasPerNodeGroup: 1 },
    ['us-east-2 ElastiCache/cache.r7g.large node × 4 = 639.48'],
  ],
  [
    'a node of unknown type as unknown',
    'AWS::ElastiCache::ReplicationGroup',
    { Engine: 'valkey', CacheNodeType: 'cache.x9.large' },
    ['unknown: cache.x9.large node: no price known'],
  ],
  [
    'of an empty serverless cache the least that is billed',
    'AWS::ElastiCache::ServerlessCache',
    { Engine: 'valkey' },
    ['us-east-2 ElastiCache/serverless storage, GB × 0.1 = 6.132'],
  ],
  [
    'what a serverless cache holds ready',
    'AWS::ElastiCache::ServerlessCache',
    {
      Engine: 'valkey',
      CacheUsageLimits: { DataStorage: { Minimum: 2 }, ECPUPerSecond: { Minimum: 5000 } },
    },
    [
      'us-east-2 ElastiCache/serverless storage, GB × 2 = 122.64',
      'us-east-2 ElastiCache/serverless work held ready, million units × 18 = 30.222',
    ],
  ],
  [
    'a web access control list and each of its rules, that of the edge in no Region',
    'AWS::WAFv2::WebACL',
    { Scope: 'CLOUDFRONT', Rules: [{}, {}] },
    ['global WAF/web access control list × 1 = 5', 'global WAF/rule × 2 = 2'],
  ],
  [
    'a list without rules',
    'AWS::WAFv2::WebACL',
    { Scope: 'REGIONAL' },
    ['us-east-2 WAF/web access control list × 1 = 5'],
  ],
  [
    'an alarm',
    'AWS::CloudWatch::Alarm',
    { MetricName: 'Errors' },
    ['us-east-2 CloudWatch/metric of an alarm × 1 = 0.1'],
  ],
  [
    'an alarm and the metric of our own that it looks at',
    'AWS::CloudWatch::Alarm',
    { MetricName: 'Good', Namespace: 'Meridian/shop/Canary' },
    [
      'us-east-2 CloudWatch/metric of an alarm × 1 = 0.1',
      'us-east-2 CloudWatch/metric of our own × 1 = 0.3',
    ],
  ],
  ['a dashboard', 'AWS::CloudWatch::Dashboard', {}, ['us-east-2 CloudWatch/dashboard × 1 = 3']],
  [
    'an alarm over alarms',
    'AWS::CloudWatch::CompositeAlarm',
    { AlarmRule: 'ALARM(a)' },
    ['us-east-2 CloudWatch/composite alarm × 1 = 0.5'],
  ],
  [
    'an alarm over several metrics by each of them',
    'AWS::CloudWatch::Alarm',
    {
      Metrics: [
        { Id: 'sum', Expression: 'SUM(METRICS())' },
        { Id: 'one', MetricStat: { Stat: 'Sum', Metric: { 'Fn::ImportValue': 'metric' } } },
        { Id: 'two', MetricStat: { Stat: 'Sum' } },
      ],
    },
    ['us-east-2 CloudWatch/metric of an alarm × 2 = 0.2'],
  ],
  [
    'servers of another kind than Fargate as unknown',
    'AWS::ECS::Service',
    { LaunchType: 'EC2' },
    ['unknown: launch type "EC2"'],
  ],
  ['nothing for a function', 'AWS::Lambda::Function', {}, []],
  ['nothing for a role', 'AWS::IAM::Role', {}, []],
  ['nothing for a custom resource', 'Custom::MeridianSite', {}, []],
  [
    'an instance of a graph by its class',
    'AWS::Neptune::DBInstance',
    { DBInstanceClass: 'db.r5.2xlarge' },
    ['us-east-2 Neptune/db.r5.2xlarge instance × 1 = 1016.16'],
  ],
  [
    "Limitless by its fewest capacity units, and each standby's at the most",
    'AWS::RDS::DBShardGroup',
    { MinACU: 20, MaxACU: 768, ComputeRedundancy: 1 },
    ['us-east-2 Aurora/Limitless capacity unit, standbys at the most × 40 = 4555.2'],
  ],
  [
    'a type of which it knows nothing as unknown',
    'AWS::MSK::Cluster',
    {},
    ['unknown: this type is in no price table here'],
  ],
])('counts %s', (_what, type, properties, expected) => {
  expect(linesOf({ Type: type, Properties: properties })).toEqual(expected);
});

it('does not know the price of an instance on I/O-Optimized storage', () => {
  const { lines, unknown } = costOf({
    Cluster: { Type: 'AWS::RDS::DBCluster', Properties: { StorageType: 'aurora-iopt1' } },
    Instance: {
      Type: 'AWS::RDS::DBInstance',
      Properties: {
        Engine: 'aurora-postgresql',
        DBInstanceClass: 'db.r8g.large',
        DBClusterIdentifier: { Ref: 'Cluster' },
      },
    },
  });
  expect(lines).toEqual([]);
  expect(unknown).toMatchObject([{ resource: 'Stack/Instance', region: 'us-east-2' }]);
});

describe('servers on Fargate', () => {
  const task = { Cpu: '512', Memory: '1024', RuntimePlatform: { CpuArchitecture: 'ARM64' } };
  const service = { LaunchType: 'FARGATE', ServiceName: 'api', TaskDefinition: { Ref: 'Task' } };
  const lines = (resources: Readonly<Record<string, Resource>>): unknown[] =>
    costOf({
      Service: { Type: 'AWS::ECS::Service', Properties: service },
      Task: { Type: 'AWS::ECS::TaskDefinition', Properties: task },
      ...resources,
    }).lines.map(({ item, quantity }) => [item, quantity]);
  const scaled = (ResourceId: string): Resource => ({
    Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
    Properties: { ResourceId, MinCapacity: 12 },
  });

  it('cost what their fewest tasks do', () => {
    expect(lines({ Scaling: scaled('service/one/api') })).toEqual([
      ['vCPU (arm)', 6],
      ['GB of memory (arm)', 12],
    ]);
  });

  it('cost what one task does where nothing else is said', () => {
    expect(lines({ Scaling: scaled('service/one/other-api') })).toEqual([
      ['vCPU (arm)', 0.5],
      ['GB of memory (arm)', 1],
    ]);
  });
});

describe('servers with Spot, and instances', () => {
  const template = (more: object = {}): Resource => ({
    Type: 'AWS::AutoScaling::AutoScalingGroup',
    Properties: {
      MinSize: '9',
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: { LaunchTemplateId: { Ref: 'Template' } },
          Overrides: [{ InstanceType: 'c7g.large' }],
        },
        InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 100, ...more },
      },
    },
  });
  const around: Readonly<Record<string, Resource>> = {
    Template: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: { LaunchTemplateData: { BlockDeviceMappings: [{ Ebs: { VolumeSize: 8 } }] } },
    },
    Pool: {
      Type: 'AWS::AutoScaling::WarmPool',
      Properties: { AutoScalingGroupName: { Ref: 'Group' }, MinSize: 2 },
    },
  };
  const told = (resources: Readonly<Record<string, Resource>>): unknown[] => {
    const { lines, unknown } = costOf({ ...around, ...resources });
    return [
      ...lines.map(({ item, quantity }) => [item, quantity]),
      ...unknown.map((it) => it.reason),
    ];
  };

  it('cost what the fewest instances do, and volumes of stopped ones too', () => {
    expect(told({ Group: template() })).toEqual([
      ['c7g.large instance', 9],
      ['GB of gp3 volume', 88],
    ]);
  });

  it('tell the Spot ones as unknown, of instances and of tasks alike', () => {
    const spot = { OnDemandBaseCapacity: 3, OnDemandPercentageAboveBaseCapacity: 50 };
    expect(told({ Group: template(spot) })).toEqual([
      ['c7g.large instance', 6],
      ['GB of gp3 volume', 88],
      '3 Spot instances, whose price moves',
    ]);
    const providers = [
      { CapacityProvider: 'FARGATE', Base: 2, Weight: 25 },
      { CapacityProvider: 'FARGATE_SPOT', Weight: 75 },
    ];
    const service = { DesiredCount: 6, TaskDefinition: { Ref: 'Task' } };
    expect(
      told({
        Service: {
          Type: 'AWS::ECS::Service',
          Properties: { ...service, CapacityProviderStrategy: providers },
        },
        Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { Cpu: '1024', Memory: '2048' } },
      }),
    ).toEqual([['vCPU (x86)', 3], ['GB of memory (x86)', 6], '3 tasks on Spot, whose price moves']);
  });
});

it('leaves out what a condition excludes', () => {
  const conditions = { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } };
  expect(linesOf({ Type: 'AWS::EC2::EIP', Condition: 'Never' }, conditions)).toEqual([]);
});

describe('the report', () => {
  const report = costOf({
    One: { Type: 'AWS::EC2::NatGateway' },
    Two: { Type: 'AWS::EC2::NatGateway' },
    Key: { Type: 'AWS::KMS::Key' },
    Function: { Type: 'AWS::Lambda::Function' },
    Odd: { Type: 'AWS::MSK::Cluster' },
  });

  it('adds equal things up, and all of them to the total', () => {
    expect(report.lines.map(({ quantity, perMonth }) => [quantity, perMonth])).toEqual([
      [2, 65.7],
      [1, 1],
    ]);
    expect(report.total).toEqual({ perHour: 0.09137, perMonth: 66.7 });
  });

  it('obeys its schema, which would notice a missing or a surplus property', () => {
    const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);
    const read = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    expect(validate(read(report)) ? [] : validate.errors).toEqual([]);
    expect(validate(read({ ...report, total: undefined }))).toBe(false);
    expect(validate(read({ ...report, more: 1 }))).toBe(false);
  });

  it('says as text what is in the total, what is not, and whose prices they are', () => {
    expect(formatReport(report)).toBe(
      [
        'Left on and unused, this deployment costs $66.70 a month (730 h; $0.09 an hour).',
        '',
        'Service  What         Count       Price  Per month',
        'VPC      NAT gateway      2  0.045/hour     $65.70',
        'KMS      key              1     1/month      $1.00',
        'Total                                       $66.70',
        '',
        'Region     Per month',
        'us-east-2     $66.70',
        ...['', 'Of that, ways out of private subnets, which bill what they carry beside:'],
        'Region     By            Count     Price  Per month',
        'us-east-2  NAT gateways      2  0.045/GB     $65.70',
        'Beside NAT an endpoint in three zones pays from 626 GB a month on.',
        '',
        'Unknown, and not in the total:',
        '  AWS::MSK::Cluster (1): this type is in no price table here; Stack/Odd',
        '',
        'Prices are those of us-east-1 for every Region, as of 2026-10 (mixed, see each source).',
        'Free allowances of the account are not subtracted.',
        'Not included is what use drives (requests, traffic, storage, I/O) of: Lambda Function.',
        '',
      ].join('\n'),
    );
  });
});
