import { review } from '../../../../../lib/tools/review';
import { Fixtures } from '../../assembly/fixture';
import { describeCases, resource } from '../cases';
import type { Case, ResourceFixture, Stacks } from '../cases';

const ACCOUNT = '123456789012';
const HERE = 'eu-west-1';

/** A subnet without a way out and one behind NAT, each with a table of its own. */
const subnet = (id: string, third: number): Record<string, ResourceFixture> => ({
  [id]: resource('AWS::EC2::Subnet', {
    VpcId: { Ref: 'Vpc' },
    AvailabilityZone: `${HERE}a`,
    CidrBlock: `10.0.${third}.0/24`,
  }),
  [`${id}Table`]: resource('AWS::EC2::RouteTable', { VpcId: { Ref: 'Vpc' } }),
  [`${id}Of`]: resource('AWS::EC2::SubnetRouteTableAssociation', {
    SubnetId: { Ref: id },
    RouteTableId: { Ref: `${id}Table` },
  }),
});

const route = (table: string, target: object): ResourceFixture =>
  resource('AWS::EC2::Route', {
    RouteTableId: { Ref: table },
    DestinationCidrBlock: '0.0.0.0/0',
    ...target,
  });

const gateway = (service: string): ResourceFixture =>
  resource('AWS::EC2::VPCEndpoint', {
    VpcId: { Ref: 'Vpc' },
    ServiceName: { 'Fn::Sub': `com.amazonaws.\${AWS::Region}.${service}` },
    RouteTableIds: [{ Ref: 'ClosedTable' }, { Ref: 'OpenTable' }],
  });

const endpoint = (service: string): ResourceFixture =>
  resource('AWS::EC2::VPCEndpoint', {
    VpcId: { Ref: 'Vpc' },
    VpcEndpointType: 'Interface',
    ServiceName: `com.amazonaws.${HERE}.${service}`,
    PrivateDnsEnabled: true,
    SubnetIds: [{ Ref: 'Closed' }],
    SecurityGroupIds: [{ 'Fn::GetAtt': ['Doors', 'GroupId'] }],
  });

const allow = (Action: string[], Resource: unknown = '*', rest: object = {}): object => ({
  ...{ Effect: 'Allow', Action, Resource },
  ...rest,
});

const arn = (service: string, name: string, region = HERE): string =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${name}`;

const role = (id: string, statements: object[]): Record<string, ResourceFixture> => ({
  [`${id}Role`]: resource('AWS::IAM::Role', { RoleName: `${id}-role` }),
  [`${id}Policy`]: resource('AWS::IAM::Policy', {
    Roles: [{ Ref: `${id}Role` }],
    PolicyDocument: { Statement: statements },
  }),
});

const roleOf = (id: string): object => ({ 'Fn::GetAtt': [`${id}Role`, 'Arn'] });
const GROUPS = [{ 'Fn::GetAtt': ['Callers', 'GroupId'] }];

const ENDPOINTS = [
  ...['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'sqs', 'monitoring', 'events'],
  'bedrock-runtime',
];

const RESOURCES = (): Record<string, ResourceFixture> => ({
  Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16', EnableDnsHostnames: true }),
  Other: resource('AWS::EC2::VPC', { CidrBlock: '10.1.0.0/16', EnableDnsHostnames: true }),
  Internet: resource('AWS::EC2::InternetGateway'),
  Nat: resource('AWS::EC2::NatGateway', { SubnetId: { Ref: 'Public' } }),
  ...subnet('Closed', 0),
  ...subnet('Open', 1),
  ...subnet('Public', 2),
  OpenRoute: route('OpenTable', { NatGatewayId: { Ref: 'Nat' } }),
  PublicRoute: route('PublicTable', { GatewayId: { Ref: 'Internet' } }),
  s3: gateway('s3'),
  dynamodb: gateway('dynamodb'),
  ...Object.fromEntries(ENDPOINTS.map((it) => [it.replace(/\W/, ''), endpoint(it)])),
  Callers: resource('AWS::EC2::SecurityGroup', {
    SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }],
  }),
  Strangers: resource('AWS::EC2::SecurityGroup'),
  Doors: resource('AWS::EC2::SecurityGroup', {
    SecurityGroupIngress: [
      {
        SourceSecurityGroupId: { 'Fn::GetAtt': ['Callers', 'GroupId'] },
        ...{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 },
      },
    ],
  }),
  ...role('Function', [
    // What Lambda does itself, what queues and databases do for it, and what stands in the network.
    allow(['logs:CreateLogStream', 'logs:PutLogEvents', 'ec2:CreateNetworkInterface']),
    allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], arn('sqs', 'work')),
    allow(['kms:Decrypt'], '*', {
      Condition: { StringEquals: { 'kms:ViaService': `sqs.${HERE}.amazonaws.com` } },
    }),
    allow(['rds-db:connect', 'elasticache:Connect']),
    allow(['dynamodb:GetItem'], arn('dynamodb', 'table/sessions')),
    allow(['events:PutEvents', 'cloudwatch:PutMetricData', 'bedrock:InvokeModel']),
  ]),
  Function: resource('AWS::Lambda::Function', {
    Role: roleOf('Function'),
    VpcConfig: { SubnetIds: [{ Ref: 'Closed' }], SecurityGroupIds: GROUPS },
  }),
  Queue: resource('AWS::Lambda::EventSourceMapping', { FunctionName: { Ref: 'Function' } }),
  ...role('Task', [
    allow(['dynamodb:*'], arn('dynamodb', 'table/sessions')),
    allow(['s3:PutObject'], 'arn:aws:s3:::uploads/*'),
    allow(['sqs:SendMessage'], arn('sqs', 'work')),
  ]),
  ...role('Start', [allow(['ecr:BatchGetImage', 'ecr:GetAuthorizationToken'])]),
  Task: resource('AWS::ECS::TaskDefinition', {
    TaskRoleArn: roleOf('Task'),
    ExecutionRoleArn: roleOf('Start'),
    ContainerDefinitions: [
      {
        Image: `${ACCOUNT}.dkr.ecr.${HERE}.amazonaws.com/node@sha256:0`,
        LogConfiguration: { LogDriver: 'awslogs' },
        Secrets: [{ Name: 'SECRET', ValueFrom: arn('secretsmanager', 'secret:one') }],
      },
    ],
  }),
  Service: resource('AWS::ECS::Service', {
    TaskDefinition: { Ref: 'Task' },
    NetworkConfiguration: {
      AwsvpcConfiguration: { Subnets: [{ Ref: 'Closed' }], SecurityGroups: GROUPS },
    },
  }),
  ...role('Instance', [
    allow(['secretsmanager:GetSecretValue'], arn('secretsmanager', 'secret:*')),
  ]),
  Profile: resource('AWS::IAM::InstanceProfile', { Roles: [{ Ref: 'InstanceRole' }] }),
  Template: resource('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: {
      IamInstanceProfile: { Arn: { 'Fn::GetAtt': ['Profile', 'Arn'] } },
      SecurityGroupIds: GROUPS,
    },
  }),
  Instances: resource('AWS::AutoScaling::AutoScalingGroup', {
    VPCZoneIdentifier: [{ Ref: 'Closed' }],
    LaunchTemplate: { LaunchTemplateId: { Ref: 'Template' }, Version: '1' },
  }),
  // With a way out there is no need of an endpoint.
  ...role('Free', [allow(['*'])]),
  Free: resource('AWS::Lambda::Function', {
    Role: roleOf('Free'),
    VpcConfig: { SubnetIds: [{ Ref: 'Open' }], SecurityGroupIds: GROUPS },
  }),
});

const application = (): Stacks => ({
  [HERE]: { region: HERE, template: { Resources: RESOURCES() } },
});

const at = (id: string): string => `${HERE}/${id}`;
const policy = (Statement: object): object => ({ Statement });
const EVERYBODY = { Principal: '*' };
const RULE = 'interface-endpoint-missing';

// prettier-ignore
const CASES: readonly Case[] = [
  [RULE, 'no endpoint for what a function calls', at('Function'), (it) => { it.drop(at('events')); }],
  [RULE, 'no endpoint for metrics, whose name is another', at('Function'), (it) => { it.drop(at('monitoring')); }],
  [RULE, 'no endpoint for models, whose name is that of a declared egress', at('Function'), (it) => { it.drop(at('bedrockruntime')); }],
  [RULE, 'no gateway endpoint for tables', at('Function'), (it) => { it.drop(at('dynamodb')); }],
  [RULE, 'no endpoint for what a task sends to', at('Service'), (it) => { it.drop(at('sqs')); }],
  [RULE, 'no endpoint for images', at('Service'), (it) => { it.drop(at('ecrdkr')); }],
  [RULE, 'no endpoint for the layers of images', at('Service'), (it) => { it.drop(at('s3')); }],
  [RULE, 'no endpoint for logs of tasks', at('Service'), (it) => { it.drop(at('logs')); }],
  [RULE, 'no endpoint for secrets of tasks', at('Service'), (it) => { it.drop(at('secretsmanager')); }],
  [RULE, 'no endpoint for what instances read', at('Instances'), (it) => { it.drop(at('secretsmanager')); }],
  [RULE, 'an image of a public registry', at('Service'), (it) => { it.set(at('Task'), 'ContainerDefinitions.0.Image', 'public.ecr.aws/docker/library/node:24'); }],
  [RULE, 'receiving from a queue that nothing polls', at('Function'), (it) => { it.drop(at('Queue')); it.drop(at('sqs')); }],
  [RULE, 'a service that has no endpoint', at('Function'), (it) => { it.set(at('FunctionPolicy'), 'PolicyDocument.Statement.0', allow(['route53:ChangeResourceRecordSets'])); }],
  [RULE, 'rights over everything', at('Function'), (it) => { it.set(at('FunctionPolicy'), 'PolicyDocument.Statement.0', allow(['*'])); }],
  [RULE, 'rights over all but something', at('Function'), (it) => { it.set(at('FunctionPolicy'), 'PolicyDocument.Statement.0', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }); }],
  [RULE, 'a managed policy that no template shows', at('Function'), (it) => { it.set(at('FunctionRole'), 'ManagedPolicyArns', ['arn:aws:iam::aws:policy/AmazonBedrockFullAccess']); }],
  [RULE, 'a managed policy that is known', at('Function'), (it) => { it.set(at('FunctionRole'), 'ManagedPolicyArns', ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore']); }],
  [RULE, "another Region's table", at('Function'), (it) => { it.set(at('FunctionPolicy'), 'PolicyDocument.Statement.4.Resource', arn('dynamodb', 'table/sessions', 'us-east-1')); }],
  [RULE, "another Region's endpoint", at('Function'), (it) => { it.set(at('events'), 'ServiceName', 'com.amazonaws.us-east-1.events'); }],
  [RULE, 'private DNS off', at('Function'), (it) => { it.set(at('events'), 'PrivateDnsEnabled', false); }],
  [RULE, 'private DNS not asked for', at('Function'), (it) => { it.drop(at('events'), 'PrivateDnsEnabled'); }],
  [RULE, 'a network without names', at('Function'), (it) => { it.drop(at('Vpc'), 'EnableDnsHostnames'); }],
  [RULE, 'an endpoint in another network', at('Function'), (it) => { it.set(at('events'), 'VpcId', { Ref: 'Other' }); }],
  [RULE, "a gateway endpoint that the subnet's table lacks", at('Function'), (it) => { it.drop(at('dynamodb'), 'RouteTableIds.0'); }],
  [RULE, 'groups that admit others', at('Function'), (it) => { it.set(at('Doors'), 'SecurityGroupIngress.0.SourceSecurityGroupId', { 'Fn::GetAtt': ['Strangers', 'GroupId'] }); }],
  [RULE, 'groups that admit another port', at('Function'), (it) => { it.set(at('Doors'), 'SecurityGroupIngress.0.ToPort', 80); it.set(at('Doors'), 'SecurityGroupIngress.0.FromPort', 80); }],
  [RULE, "groups that admit another network's addresses", at('Function'), (it) => { it.set(at('Doors'), 'SecurityGroupIngress.0', { CidrIp: '10.1.0.0/16', IpProtocol: '-1' }); }],
  [RULE, 'an endpoint with the default group', at('Function'), (it) => { it.drop(at('events'), 'SecurityGroupIds'); }],
  [RULE, 'callers that may not open 443', at('Function'), (it) => { it.set(at('Callers'), 'SecurityGroupEgress.0.CidrIp', '10.9.0.0/16'); }],
  [RULE, 'a policy for other actions', at('Function'), (it) => { it.set(at('events'), 'PolicyDocument', policy(allow(['events:List*'], '*', EVERYBODY))); }],
  [RULE, 'a policy for other resources', at('Function'), (it) => { it.set(at('dynamodb'), 'PolicyDocument', policy(allow(['dynamodb:*'], arn('dynamodb', 'table/others*'), EVERYBODY))); }],
  [RULE, 'a policy for another role', at('Function'), (it) => { it.set(at('events'), 'PolicyDocument', policy(allow(['*'], '*', { Principal: { AWS: roleOf('Task') } }))); }],
  [RULE, 'a policy that denies', at('Function'), (it) => { it.set(at('events'), 'PolicyDocument', { Statement: [allow(['*'], '*', EVERYBODY), { Effect: 'Deny', Action: 'events:Put*', Resource: '*', ...EVERYBODY }] }); }],
  [RULE, 'a policy of buckets that leaves out the layers of images', at('Service'), (it) => { it.set(at('s3'), 'PolicyDocument', policy(allow(['s3:*'], 'arn:aws:s3:::uploads/*', EVERYBODY))); }],
  [RULE, 'a function in a public subnet, which gets no address', at('Free'), (it) => { it.set(at('Free'), 'VpcConfig.SubnetIds', [{ Ref: 'Public' }]); }],
  [RULE, 'a task in a public subnet without an address', at('Service'), (it) => { it.set(at('Service'), 'NetworkConfiguration.AwsvpcConfiguration.Subnets', [{ Ref: 'Public' }]); }],
  [RULE, 'NAT taken away', at('Free'), (it) => { it.drop(at('OpenRoute')); }],
  ['network-unseen', "a function in subnets of others", at('Function'), (it) => { it.set(at('Function'), 'VpcConfig.SubnetIds', ['subnet-0123456789abcdef0']); }],
  ['network-unseen', "a network of others", at('Callers'), (it) => { it.attribute(at('Callers'), 'Metadata', { 'meridian:existing-network': { vpcId: 'vpc-1', cidr: '172.20.0.0/16', natAddresses: [], subnets: { 'subnet-1': `${HERE}a` } } }); }],
];

describeCases(application, CASES);

it('names who calls what, from where, by which rights and why it comes to nothing', () => {
  const fixtures = new Fixtures();
  const stacks = application();
  const { Resources } = stacks[HERE]!.template;
  delete Resources['sqs'];
  const { findings } = review(fixtures.load(stacks));
  fixtures.remove();
  expect(findings.filter(({ rule }) => rule === RULE)).toMatchObject([
    {
      resource: at('Service'),
      message:
        'calls sqs (sqs:SendMessage) from eu-west-1/Closed without a path: ' +
        'eu-west-1/Vpc has no endpoint for it',
    },
  ]);
});

const AROUND = { CidrIp: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] }, IpProtocol: '-1' };

describe('what is admitted in another way', () => {
  // prettier-ignore
  const others: readonly (readonly [string, (it: Stacks[string]['template']) => void])[] = [
    ["by the network's addresses", ({ Resources }) => { Resources['Doors']!.Properties = { SecurityGroupIngress: [AROUND] }; }],
    ['by an entry that stands by itself', ({ Resources }) => {
      Resources['Doors']!.Properties = {};
      Resources['Entry'] = resource('AWS::EC2::SecurityGroupIngress', { GroupId: { 'Fn::GetAtt': ['Doors', 'GroupId'] }, ...AROUND });
    }],
    ['by a policy that names the role', ({ Resources }) => { Object.assign(Resources['events']!.Properties!, { PolicyDocument: policy(allow(['events:Put*'], '*', { Principal: { AWS: roleOf('Function') } })) }); }],
    ['by a policy that denies other tables', ({ Resources }) => {
      Object.assign(Resources['dynamodb']!.Properties!, { PolicyDocument: { Statement: [allow(['*'], '*', EVERYBODY), { Effect: 'Deny', Action: '*', Resource: arn('dynamodb', 'table/others'), ...EVERYBODY }] } });
    }],
    ["by an endpoint for another Region's service", ({ Resources }) => {
      (Resources['FunctionPolicy']!.Properties as { PolicyDocument: { Statement: object[] } }).PolicyDocument.Statement[5] = allow(['events:PutEvents'], arn('events', 'event-bus/main', 'us-east-1'));
      Object.assign(Resources['events']!.Properties!, { ServiceName: 'com.amazonaws.us-east-1.events', ServiceRegion: 'us-east-1' });
    }],
  ];
  describeGood(others);
});

function describeGood(
  others: readonly (readonly [string, (it: Stacks[string]['template']) => void])[],
): void {
  for (const [name, change] of others)
    describe(name, () => {
      const changed = (): Stacks => {
        const stacks = application();
        change(stacks[HERE]!.template);
        return stacks;
      };
      describeCases(changed, [
        [RULE, 'the endpoint away', at('Function'), (it) => { it.drop(at('events')); }],
      ]); // prettier-ignore
    });
}
