import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationProtocol,
  ApplicationTargetGroup,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { SERVER_IMAGE } from '../../../../lib/config';
import type { ServiceDeclaration } from '../../../../lib/config';
import { FargateService, workloadEnvironment } from '../../../../lib/constructs/compute';
import { deploymentWith, directoryOf, only, statements, templateOf } from '../../../support/stack';

const CODE = 'export const server = 1;\n';
const PEM = 'certificates\n';
const files = directoryOf({ 'server.mjs': CODE, 'databases.pem': PEM });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const IMAGE = `public.ecr.aws/acme/shop@sha256:${'0d'.repeat(32)}`;

function servers(declared: ServiceDeclaration = {}, cacheEndpoint?: string): Template {
  const deployment = deploymentWith({ services: { api: declared } });
  const [service] = deployment.services;
  return templateOf((stack) => {
    const vpc = stack.importedVpc();
    const group = new ApplicationTargetGroup(stack, 'Group', {
      vpc,
      port: 8080,
      protocol: ApplicationProtocol.HTTP,
      targetType: TargetType.IP,
    });
    new FargateService(stack, 'Servers', {
      deployment,
      region: 'us-east-2',
      service: service!,
      servers: service!.compute.fargate!,
      ...(declared.image === undefined && {
        files: { server: join(files, 'server.mjs'), certificates: join(files, 'databases.pem') },
        bootstrap: 'start()',
      }),
      vpc,
      securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Client', 'sg-client'),
      cacheEndpoint,
      target: {
        group,
        callers: ['sg-edge', 'sg-peers'].map((id) =>
          SecurityGroup.fromSecurityGroupId(stack, id, id),
        ),
        listener: group,
        label: 'app/door/1/targetgroup/servers/2',
      },
    });
  });
}

interface Container {
  readonly Image: string;
  readonly Command: readonly string[];
  readonly Environment: readonly { readonly Name: string; readonly Value: string }[];
  readonly [property: string]: unknown;
}
const task = (template: Template) =>
  only(template, 'AWS::ECS::TaskDefinition') as {
    Cpu: string;
    Memory: string;
    RuntimePlatform: object;
    ContainerDefinitions: [Container];
  };
const environment = (template: Template): Record<string, string> =>
  Object.fromEntries(
    task(template).ContainerDefinitions[0].Environment.map(({ Name, Value }) => [Name, Value]),
  );
const template = servers();

test('a task is of Graviton and of the declared size', () => {
  expect(task(template)).toMatchObject({
    Cpu: '1024',
    Memory: '2048',
    RuntimePlatform: { CpuArchitecture: 'ARM64' },
  });
  const small = servers({ compute: { fargate: { cpu: 256, memoryMiB: 512 } } });
  expect(task(small)).toMatchObject({ Cpu: '256', Memory: '512' });
});

test("it runs the public image by digest, out of its own Region's registry", () => {
  expect(task(template).ContainerDefinitions[0].Image).toBe(
    `123456789012.dkr.ecr.us-east-2.amazonaws.com/meridian-public/docker/library/node@${SERVER_IMAGE.digest}`,
  );
  expect(SERVER_IMAGE.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(only(template, 'AWS::ECR::PullThroughCacheRule')).toEqual({
    EcrRepositoryPrefix: 'meridian-public',
    UpstreamRegistryUrl: 'public.ecr.aws',
  });
  expect(only(template, 'AWS::ECR::Repository')).toMatchObject({
    RepositoryName: 'meridian-public/docker/library/node',
    EmptyOnDelete: true,
  });
});

describe('an image of its own', () => {
  const own = servers({ image: IMAGE, environment: { COLOUR: 'blue' }, grants: ['sessions'] });
  const [container] = task(own).ContainerDefinitions;

  test("runs by its digest out of the Region's registry, with its own command", () => {
    const prefix = '123456789012.dkr.ecr.us-east-2.amazonaws.com/meridian-public';
    expect(container.Image).toBe(`${prefix}/${IMAGE.replace('public.ecr.aws/', '')}`);
    expect(container).not.toHaveProperty('Command');
    expect(only(own, 'AWS::ECR::Repository')).toMatchObject({
      RepositoryName: 'meridian-public/acme/shop',
    });
  });

  test('has the environment and the grants that a bundle has, and nothing to fetch', () => {
    const deployment = deploymentWith({ services: { api: { image: IMAGE } } });
    expect(environment(own)).toEqual({
      ...workloadEnvironment(deployment, 'us-east-2'),
      COLOUR: 'blue',
      PORT: '8080',
    });
    const actions = statements(own).flatMap(({ Action }) => Action);
    expect(actions).toContain('dynamodb:GetItem');
    expect(actions.filter((action) => /^(s3|secretsmanager):/.test(String(action)))).toEqual([]);
  });

  test('can change nothing either', () => {
    expect(container).toMatchObject({ User: '1000:1000', ReadonlyRootFilesystem: true });
  });
});

test('its environment is the workload contract, the port, and where to start from', () => {
  const { BOOTSTRAP_SERVER_KEY, BOOTSTRAP_CERTIFICATES_KEY, ...rest } = environment(template);
  expect(rest).toEqual({
    ...workloadEnvironment(deploymentWith(), 'us-east-2'),
    PORT: '8080',
    BOOTSTRAP_BUCKET: 'cdk-hnb659fds-assets-123456789012-us-east-2',
    BOOTSTRAP_SERVER_SHA256: sha256(CODE),
    BOOTSTRAP_CERTIFICATES_SHA256: sha256(PEM),
  });
  expect(BOOTSTRAP_SERVER_KEY).toMatch(/^[0-9a-f]{64}\.mjs$/);
  expect(BOOTSTRAP_CERTIFICATES_KEY).toMatch(/^[0-9a-f]{64}\.pem$/);
});

test('with every property it has the declared variables and the cache as well', () => {
  const full = servers({ environment: { COLOUR: 'blue' } }, 'rediss://cache:6379');
  expect(environment(full)).toMatchObject({
    COLOUR: 'blue',
    CACHE_ENDPOINT: 'rediss://cache:6379',
  });
});

test('its container starts with the bootstrap and can change nothing', () => {
  const [container] = task(template).ContainerDefinitions;
  expect(container.Command).toEqual(['node', '--input-type=module', '-e', 'start()']);
  expect(container).toMatchObject({
    User: '1000:1000',
    ReadonlyRootFilesystem: true,
    StopTimeout: 30,
    LinuxParameters: {
      Capabilities: { Drop: ['ALL'] },
      InitProcessEnabled: true,
      Tmpfs: [{ ContainerPath: '/tmp', MountOptions: ['nodev', 'noexec', 'nosuid'] }],
    },
  });
});

test('it reads its two files and the tables, and whoever starts it pulls one image', () => {
  const all = statements(template);
  const objects = all.filter(({ Action }) => Action === 's3:GetObject');
  expect(objects.map(({ Resource }) => JSON.stringify(Resource))).toEqual([
    expect.stringMatching(/[0-9a-f]{64}\.mjs"/),
    expect.stringMatching(/[0-9a-f]{64}\.pem"/),
  ]);
  const pull = all.find(({ Action }) => String(Action).includes('BatchImportUpstreamImage'));
  expect(pull?.Resource).toBe(
    'arn:aws:ecr:us-east-2:123456789012:repository/meridian-public/docker/library/node',
  );
  expect(JSON.stringify(all)).toContain('secret:meridian/domain/identity-??????');
  expect(JSON.stringify(all)).not.toContain('master');
});

describe('the service', () => {
  const service = only(template, 'AWS::ECS::Service') as Record<string, unknown> & {
    NetworkConfiguration: { AwsvpcConfiguration: object };
  };

  test('is deployed without a gap, back if it fails, and spread over zones', () => {
    expect(service).toMatchObject({
      LaunchType: 'FARGATE',
      AvailabilityZoneRebalancing: 'ENABLED',
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
    });
  });

  test('has no alarm of its own: the circuit breaker takes a rolling update back', () => {
    for (const type of ['CloudWatch::Alarm', 'Logs::MetricFilter']) {
      expect(template.findResources(`AWS::${type}`)).toEqual({});
    }
  });

  test('runs in the private subnets, in the group that databases admit and one of its own', () => {
    expect(service.NetworkConfiguration.AwsvpcConfiguration).toEqual({
      AssignPublicIp: 'DISABLED',
      Subnets: ['subnet-private1', 'subnet-private2', 'subnet-private3'],
      SecurityGroups: [{ 'Fn::GetAtt': [expect.any(String), 'GroupId'] }, 'sg-client'],
    });
  });

  test('leaves the number of tasks to scaling, which keeps what the demand needs', () => {
    expect(service).not.toHaveProperty('DesiredCount');
    expect(only(template, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      ResourceId: 'service/meridian/api',
      MinCapacity: 12,
      MaxCapacity: 48,
    });
  });

  test('grows by processor and by requests, and gives back slowly', () => {
    const policies = Object.values(
      template.findResources('AWS::ApplicationAutoScaling::ScalingPolicy'),
    ).map(
      ({ Properties }) =>
        (Properties as { TargetTrackingScalingPolicyConfiguration: object })
          .TargetTrackingScalingPolicyConfiguration,
    );
    const slowly = { ScaleInCooldown: 300, ScaleOutCooldown: 60 };
    expect(policies).toEqual([
      {
        ...slowly,
        TargetValue: 50,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
      {
        ...slowly,
        TargetValue: 6000,
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'ALBRequestCountPerTarget',
          ResourceLabel: 'app/door/1/targetgroup/servers/2',
        },
      },
    ]);
  });
});

test('each group of the load balancer may call servers, on their port alone', () => {
  const rules = (type: string): unknown[] =>
    Object.values(template.findResources(type)).map(({ Properties }) => Properties as object);
  const port = { FromPort: 8080, ToPort: 8080 };
  expect(rules('AWS::EC2::SecurityGroupIngress')).toEqual([
    expect.objectContaining({ ...port, SourceSecurityGroupId: 'sg-edge' }),
    expect.objectContaining({ ...port, SourceSecurityGroupId: 'sg-peers' }),
  ]);
  expect(rules('AWS::EC2::SecurityGroupEgress')).toEqual([
    expect.objectContaining({ ...port, GroupId: 'sg-edge' }),
    expect.objectContaining({ ...port, GroupId: 'sg-peers' }),
  ]);
});

test('with every policy declared, each is there', () => {
  const every = servers({
    compute: {
      fargate: {
        scaling: {
          cpuPercent: 60,
          queueAge: { queue: 'events', seconds: 20 },
          steps: [{ aboveCpuPercent: 70, addPercent: 30 }],
          schedules: {
            morning: { cron: '0 8 * * MON-FRI', timeZone: 'Europe/Berlin', min: 18, max: 30 },
            months: { cron: '30 1 1 * *', min: 15 },
          },
          predictive: 'forecast-only',
        },
      },
    },
  });
  const policies = Object.values(every.findResources('AWS::ApplicationAutoScaling::ScalingPolicy'));
  const kinds = policies.map(({ Properties }) => (Properties as { PolicyType: string }).PolicyType);
  expect(kinds.sort()).toEqual([
    'PredictiveScaling',
    'StepScaling',
    'TargetTrackingScaling',
    'TargetTrackingScaling',
    'TargetTrackingScaling',
  ]);
  expect(only(every, 'AWS::CloudWatch::Alarm')).toMatchObject({
    ...{ Threshold: 70, Namespace: 'AWS/ECS' },
    Dimensions: [
      { Name: 'ClusterName', Value: 'meridian' },
      { Name: 'ServiceName', Value: 'api' },
    ],
  });
  expect(only(every, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
    ScheduledActions: [
      {
        ...{ Schedule: 'cron(0 8 ? * MON-FRI *)', Timezone: 'Europe/Berlin' },
        ScalableTargetAction: { MinCapacity: 18, MaxCapacity: 30 },
      },
      { Schedule: 'cron(30 1 1 * ? *)', Timezone: 'UTC' },
    ],
  });
});

test('Spot comes over a floor on demand', () => {
  const spot = servers({ compute: { fargate: { spot: { onDemandFloor: 6, percent: 75 } } } });
  const service = only(spot, 'AWS::ECS::Service');
  expect(service).not.toHaveProperty('LaunchType');
  expect(service).toMatchObject({
    CapacityProviderStrategy: [
      { CapacityProvider: 'FARGATE', Base: 6, Weight: 25 },
      { CapacityProvider: 'FARGATE_SPOT', Weight: 75 },
    ],
  });
  expect(only(spot, 'AWS::ECS::Cluster')).toMatchObject({
    CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
  });
});
