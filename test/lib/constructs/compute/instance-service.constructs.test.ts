import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationProtocol,
  ApplicationTargetGroup,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Ec2ComputeDeclaration } from '../../../../lib/config';
import { InstanceService, workloadEnvironment } from '../../../../lib/constructs/compute';
import { deploymentWith, directoryOf, only, statements, templateOf } from '../../../support/stack';

const files = directoryOf({ 'server.mjs': 'export {};\n', 'databases.pem': 'certificates\n' });

function instances(ec2: Ec2ComputeDeclaration = {}, environment = {}): Template {
  const deployment = deploymentWith({ services: { api: { compute: { ec2 }, environment } } });
  const [service] = deployment.services;
  return templateOf((stack) => {
    const vpc = stack.importedVpc();
    const group = new ApplicationTargetGroup(stack, 'Group', {
      ...{ vpc, port: 8080, protocol: ApplicationProtocol.HTTP, targetType: TargetType.INSTANCE },
    });
    const securityGroup = (id: string) => SecurityGroup.fromSecurityGroupId(stack, id, id);
    new InstanceService(stack, 'Instances', {
      ...{ deployment, region: 'us-east-2', service: service!, vpc, bootstrap: 'start()' },
      servers: service!.compute.ec2!,
      files: { server: join(files, 'server.mjs'), certificates: join(files, 'databases.pem') },
      securityGroup: securityGroup('sg-client'),
      cacheEndpoint: 'rediss://cache:6379',
      target: {
        group,
        callers: ['sg-edge', 'sg-peers'].map(securityGroup),
        listener: group,
        label: 'app/door/1/targetgroup/instances/2',
      },
    });
  });
}

const template = instances();
const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
const POLICY = 'AWS::AutoScaling::ScalingPolicy';

interface LaunchTemplate {
  readonly UserData: { readonly 'Fn::Base64': { readonly 'Fn::Join': [string, unknown[]] } };
  readonly [property: string]: unknown;
}
const launch = (of: Template): LaunchTemplate =>
  only(of, 'AWS::EC2::LaunchTemplate')['LaunchTemplateData'] as LaunchTemplate;
/** What an instance runs at first, names of other resources in brackets. */
const script = (of: Template): string =>
  launch(of)
    .UserData['Fn::Base64']['Fn::Join'][1].map((part) =>
      typeof part === 'string' ? part : `[${JSON.stringify(part)}]`,
    )
    .join('');
const policies = (of: Template): Record<string, unknown>[] =>
  Object.values(of.findResources(POLICY)).map(
    ({ Properties }) => Properties as Record<string, unknown>,
  );

test('the fewest instances serve, on demand, over three zones that are kept even', () => {
  expect(only(template, GROUP)).toMatchObject({
    MinSize: '9',
    MaxSize: '36',
    VPCZoneIdentifier: ['subnet-private1', 'subnet-private2', 'subnet-private3'],
    HealthCheckType: 'ELB',
    CapacityRebalance: false,
    AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-best-effort' },
    AvailabilityZoneImpairmentPolicy: { ZonalShiftEnabled: true },
    MixedInstancesPolicy: {
      InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 100 },
      LaunchTemplate: { Overrides: [{ InstanceType: 'c7g.large' }] },
    },
  });
});

test('metadata is had by session only, the volume is encrypted, and nobody logs in', () => {
  const data = launch(template);
  expect(data).toMatchObject({
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    BlockDeviceMappings: [{ Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 8 } }],
    Monitoring: { Enabled: true },
  });
  expect(data).not.toHaveProperty('KeyName');
  expect(statements(template).flatMap(({ Action }) => Action)).not.toContain('ssm:StartSession');
});

test('the image is the newest that the Region has for Graviton, and nothing is looked up', () => {
  const parameters = Object.values(template.findParameters('*')) as { Default?: string }[];
  expect(parameters.map(({ Default }) => Default)).toContain(
    '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64',
  );
});

test('it starts the verified bundle as a service that can change nothing, from its own Region', () => {
  const text = script(template);
  expect(text).toContain('dnf install -y --quiet nodejs24');
  expect(text).toContain("cat > /opt/meridian/bootstrap.mjs <<'END_OF_MERIDIAN_FILE'\nstart()\n");
  for (const line of ['DynamicUser=yes', 'ProtectSystem=strict', 'CapabilityBoundingSet=']) {
    expect(text).toContain(`\n${line}\n`);
  }
  const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(text).not.toMatch(
    /https?:\/\/(?!127\.0\.0\.1|sqs\.\{region\}\.|eu-central-1|us-east-2|ap-northeast-1)/,
  );
});

test('its variables are the workload’s own, quoted, and the digests of its files', () => {
  const text = script(instances({}, { SAYING: 'a "quoted" $HOME \\ `x`' }));
  const lines = text.split('/etc/meridian/environment <<')[1]!.split('END_OF_MERIDIAN_FILE')[1]!;
  const names = lines
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  const deployment = deploymentWith();
  expect(names).toEqual(
    expect.arrayContaining([
      ...Object.keys(workloadEnvironment(deployment, 'us-east-2', 'x')),
      ...['PORT', 'SAYING', 'BOOTSTRAP_SERVER_SHA256', 'BOOTSTRAP_CERTIFICATES_SHA256'],
    ]),
  );
  expect(lines).toContain('SAYING="a \\"quoted\\" \\$HOME \\\\ \\`x\\`"');
});

test('the load balancer alone reaches it, and it belongs to the group that databases admit', () => {
  expect(launch(template)['SecurityGroupIds']).toEqual([expect.anything(), 'sg-client']);
  const ingress = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')).map(
    ({ Properties }) => (Properties as { SourceSecurityGroupId: string }).SourceSecurityGroupId,
  );
  expect(ingress).toEqual(['sg-edge', 'sg-peers']);
});

test('a version whose servers do not live is taken back, and none leaves before others live', () => {
  const [group] = Object.values(template.findResources(GROUP));
  expect(group).toMatchObject({
    CreationPolicy: { ResourceSignal: { Count: 9, Timeout: 'PT15M' } },
    UpdatePolicy: {
      AutoScalingRollingUpdate: {
        ...{ MaxBatchSize: 3, MinInstancesInService: 9, MinSuccessfulInstancesPercent: 100 },
        WaitOnResourceSignals: true,
      },
    },
  });
  const [id] = Object.keys(template.findResources(GROUP));
  expect(script(template)).toContain(`--stack Test --resource ${id} --region us-east-2`);
});

test('by default it follows the processors and the requests', () => {
  expect(policies(template).map((it) => it['TargetTrackingConfiguration'])).toEqual([
    {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
    },
    {
      TargetValue: 12_000,
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'ALBRequestCountPerTarget',
        ResourceLabel: 'app/door/1/targetgroup/instances/2',
      },
    },
  ]);
  template.resourceCountIs('AWS::AutoScaling::WarmPool', 0);
});

test('with every policy declared, each is there', () => {
  const every = instances({
    instanceType: 'c8g.xlarge',
    alternatives: ['m8g.xlarge'],
    warmPool: { size: 3 },
    scaling: {
      cpuPercent: 60,
      queueAge: { queue: 'events', seconds: 20 },
      steps: [
        { aboveCpuPercent: 70, addPercent: 30 },
        { aboveCpuPercent: 85, addPercent: 100 },
      ],
      schedules: {
        morning: { cron: '0 8 * * MON-FRI', timeZone: 'Europe/Berlin', min: 12, max: 20 },
      },
      predictive: 'forecast-and-scale',
    },
  });
  const byType = (type: string) => policies(every).filter((it) => it['PolicyType'] === type);
  expect(byType('TargetTrackingScaling')).toHaveLength(3);
  expect(JSON.stringify(byType('TargetTrackingScaling'))).toContain(
    'ApproximateAgeOfOldestMessage',
  );
  expect(byType('StepScaling')[0]).toMatchObject({
    AdjustmentType: 'PercentChangeInCapacity',
    StepAdjustments: [
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 15, ScalingAdjustment: 30 },
      { MetricIntervalLowerBound: 15, ScalingAdjustment: 100 },
    ],
  });
  expect(only(every, 'AWS::CloudWatch::Alarm')).toMatchObject({ Threshold: 70 });
  expect(byType('PredictiveScaling')[0]).toMatchObject({
    PredictiveScalingConfiguration: {
      Mode: 'ForecastAndScale',
      MetricSpecifications: [{ TargetValue: 60 }],
    },
  });
  expect(only(every, 'AWS::AutoScaling::ScheduledAction')).toMatchObject({
    ...{ Recurrence: '0 8 * * MON-FRI', TimeZone: 'Europe/Berlin', MinSize: 12, MaxSize: 20 },
  });
  expect(only(every, 'AWS::AutoScaling::WarmPool')).toMatchObject({
    ...{ MinSize: 3, PoolState: 'Stopped', InstanceReusePolicy: { ReuseOnScaleIn: true } },
  });
  expect(JSON.stringify(only(every, GROUP)['MixedInstancesPolicy'])).toContain(
    '"Overrides":[{"InstanceType":"c8g.xlarge"},{"InstanceType":"m8g.xlarge"}]',
  );
});

test('Spot comes over a floor on demand, and what is about to be taken back is replaced before', () => {
  const spot = only(instances({ spot: { onDemandFloor: 4, percent: 60 } }), GROUP);
  expect(spot).toMatchObject({
    CapacityRebalance: true,
    MixedInstancesPolicy: {
      InstancesDistribution: {
        OnDemandBaseCapacity: 4,
        OnDemandPercentageAboveBaseCapacity: 40,
        SpotAllocationStrategy: 'price-capacity-optimized',
      },
    },
  });
});
