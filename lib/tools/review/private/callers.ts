import type { AssemblyResource, Json } from '../../assembly';
import { isJsonList } from '../../assembly';
import type { Call } from './called-services';
import { callsOf, gathered } from './called-services';
import type { View } from './view';
import { within } from './view';
import type { Address } from './ways-out';
import { subnetsOf } from './zones';

/** Something that runs in subnets and calls AWS from there. */
export interface Caller {
  /** Function, service, group of instances or instance. */
  readonly at: AssemblyResource;
  /** Subnets of the assembly that it stands in. */
  readonly subnets: readonly AssemblyResource[];
  /** Security groups of the assembly that it has. */
  readonly groups: readonly AssemblyResource[];
  readonly address: Address;
  readonly roles: readonly AssemblyResource[];
  readonly calls: readonly Call[];
  /** Rights from which nobody can tell what is called, as a person reads them. */
  readonly vague: readonly string[];
}

/** Whoever runs in a subnet of the assembly. */
export const callersOf = (view: View): readonly Caller[] => view.once(computeCallers);

const computeCallers = (view: View): readonly Caller[] =>
  [
    ...view.all('AWS::Lambda::Function').map((it) => functionCaller(view, it)),
    ...view.all('AWS::ECS::Service').map((it) => taskCaller(view, it)),
    ...view
      .all('AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::Instance')
      .map((it) => instanceCaller(view, it)),
  ].filter(({ subnets }) => subnets.length > 0);

function functionCaller(view: View, at: AssemblyResource): Caller {
  const roles = view.out(at, 'Role');
  const polled = view.into(at, 'AWS::Lambda::EventSourceMapping').length > 0;
  const traced = view.text(at, 'TracingConfig.Mode') === 'Active';
  const { calls, vague } = callsOf(view, roles, at.stack.region, (action) =>
    byLambda(action, polled, traced),
  );
  const subnets = subnetsOf(view, at);
  const groups = view.out(at, 'VpcConfig.SecurityGroupIds');
  return { at, subnets, groups, address: 'none', roles, calls, vague };
}

/** What Lambda itself does with the role's rights, from its own network. */
function byLambda(action: string, polled: boolean, traced: boolean): boolean {
  const always =
    /^(logs:(CreateLogGroup|CreateLogStream|PutLogEvents)|ec2:(\w*NetworkInterfaces?|\w*PrivateIpAddresses|Describe(Subnets|SecurityGroups|Vpcs)))$/i;
  const polls =
    /^(sqs:(ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetQueue\w+)|(dynamodb|kinesis):(DescribeStream\w*|GetRecords|GetShardIterator|ListStreams|ListShards))$/i;
  return (
    always.test(action) ||
    (polled && polls.test(action)) ||
    (traced && /^xray:Put(TraceSegments|TelemetryRecords)$/i.test(action))
  );
}

function taskCaller(view: View, at: AssemblyResource): Caller {
  const definitions = view.out(at, 'TaskDefinition');
  const roles = definitions.flatMap((it) =>
    ['TaskRoleArn', 'ExecutionRoleArn'].flatMap((path) => view.out(it, path)),
  );
  const { region } = at.stack;
  const granted = callsOf(view, roles, region);
  const started = definitions.flatMap((it) =>
    view.list(it, 'ContainerDefinitions').flatMap((part) => startsWith(view, part, region)),
  );
  const network = 'NetworkConfiguration.AwsvpcConfiguration';
  return {
    at,
    subnets: subnetsOf(view, at),
    groups: view.out(at, `${network}.SecurityGroups`),
    address: view.text(at, `${network}.AssignPublicIp`) === 'ENABLED' ? 'given' : 'none',
    roles,
    calls: gathered([...granted.calls, ...started]),
    vague: granted.vague,
  };
}

type CallOf = (service: string, action: string, resource: string) => Call;

const callIn =
  (region: string): CallOf =>
  (service, action, resource) => ({ service, region, uses: [{ action, resources: [resource] }] });

/** What a container needs before any code of its own runs. */
function startsWith(view: View, container: Json, region: string): readonly Call[] {
  const call = callIn(region);
  const calls: Call[] = [];
  const image = view.textOf(within(container, 'Image'));
  if (image?.includes('.dkr.ecr.') === true) {
    const layers = `arn:aws:s3:::prod-${region}-starport-layer-bucket/*`;
    calls.push(call('ecr.api', 'ecr:GetAuthorizationToken', '*'));
    calls.push(call('ecr.dkr', 'ecr:BatchGetImage', '*'));
    calls.push(call('s3', 's3:GetObject', layers));
  } else if (image !== undefined) calls.push(call(`image ${image}`, 'pull', '*'));
  if (view.textOf(within(container, 'LogConfiguration.LogDriver')) === 'awslogs')
    calls.push(call('logs', 'logs:PutLogEvents', '*'));
  const secrets = within(container, 'Secrets');
  for (const secret of isJsonList(secrets) ? secrets : []) {
    const from = view.textOf(within(secret, 'ValueFrom')) ?? '';
    calls.push(
      from === '' || from.includes(':secretsmanager:')
        ? call('secretsmanager', 'secretsmanager:GetSecretValue', '*')
        : call('ssm', 'ssm:GetParameters', '*'),
    );
  }
  return calls;
}

const TEMPLATES = [
  'LaunchTemplate',
  'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification',
];

function instanceCaller(view: View, at: AssemblyResource): Caller {
  const templates = TEMPLATES.flatMap((path) => view.out(at, path)).filter(
    ({ type }) => type === 'AWS::EC2::LaunchTemplate',
  );
  const read = (path: string): readonly AssemblyResource[] => [
    ...view.out(at, path),
    ...templates.flatMap((it) => view.out(it, `LaunchTemplateData.${path}`)),
  ];
  const roles = read('IamInstanceProfile').flatMap((it) =>
    it.type === 'AWS::IAM::InstanceProfile' ? view.out(it, 'Roles') : [],
  );
  const started = [at, ...templates].flatMap((it) => bootsWith(it));
  const granted = callsOf(view, roles, at.stack.region);
  const isGroup = ({ type }: AssemblyResource): boolean => type === 'AWS::EC2::SecurityGroup';
  return {
    at,
    subnets: subnetsOf(view, at),
    groups: ['SecurityGroupIds', 'NetworkInterfaces'].flatMap(read).filter(isGroup),
    address: 'given',
    roles,
    calls: gathered([...granted.calls, ...started]),
    vague: granted.vague,
  };
}

/**
 * What an instance needs by its user data, whatever its role: CloudFormation is told by the document of
 * its identity, and packages of Amazon Linux lie in a bucket of the Region.
 * @see https://docs.aws.amazon.com/linux/al2023/ug/al2023-s3-repos.html
 */
function bootsWith({ properties, stack }: AssemblyResource): readonly Call[] {
  const text = JSON.stringify(properties);
  const call = callIn(stack.region);
  const repositories = `arn:aws:s3:::al2023-repos-${stack.region}-*/*`;
  return [
    ...(text.includes('cfn-signal')
      ? [call('cloudformation', 'cloudformation:SignalResource', '*')]
      : []),
    ...(/\bdnf (-\S+ )*install\b/.test(text) ? [call('s3', 's3:GetObject', repositories)] : []),
  ];
}
