import { describeCases, resource } from '../cases';
import type { Case, Stacks } from '../cases';

const REGIONS = ['eu-west-1', 'us-west-2', 'ap-south-1'];

const region = (name: string): Stacks[string] => ({
  region: name,
  template: {
    Resources: {
      Balancer: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Name: `app-${name}` }),
      Group: resource('AWS::EC2::SecurityGroup', {
        SecurityGroupIngress: [{ SourcePrefixListId: 'pl-1' }],
      }),
      Record: resource('AWS::Route53::RecordSet', {
        Name: 'example.com',
        Type: 'A',
        Region: name,
        SetIdentifier: name,
        HealthCheckId: { Ref: 'Check' },
        AliasTarget: { DNSName: { 'Fn::GetAtt': ['Balancer', 'DNSName'] } },
      }),
      Check: resource('AWS::Route53::HealthCheck', {
        HealthCheckConfig: {
          Type: 'HTTPS',
          FullyQualifiedDomainName: `${name}.example.com`,
          RequestInterval: 10,
          FailureThreshold: 3,
        },
      }),
      Tasks: resource('AWS::EC2::Subnet', {
        AvailabilityZone: `${name}a`,
        Tags: [{ Key: 'drill', Value: 'zone' }],
      }),
      Errors: resource('AWS::CloudWatch::Alarm', {
        ...{ AlarmName: 'errors', AlarmActions: ['arn:aws:sns:eu-west-1:123456789012:topic'] },
        ...{ TreatMissingData: 'breaching', AlarmDescription: 'errors' },
      }),
      Experiment: resource('AWS::FIS::ExperimentTemplate', {
        StopConditions: [
          {
            Source: 'aws:cloudwatch:alarm',
            Value: `arn:aws:cloudwatch:${name}:123456789012:alarm:errors`,
          },
        ],
        Targets: { Zone: { ResourceType: 'aws:ec2:subnet', ResourceTags: { drill: 'zone' } } },
        Actions: {
          Zone: { ActionId: 'aws:network:disrupt-connectivity' },
          Link: { ActionId: 'aws:network:route-table-disrupt-cross-region-connectivity' },
        },
      }),
    },
  },
});

const workflow = (target: string) => ({
  WorkflowTargetAction: 'activate',
  WorkflowTargetRegion: target,
  Steps: [
    {
      Name: 'data',
      ExecutionBlockConfiguration: {
        GlobalAuroraConfig: { Ungraceful: { Ungraceful: 'failover' }, TimeoutMinutes: 2 },
      },
    },
    {
      Name: 'traffic',
      ExecutionBlockConfiguration: { Route53HealthCheckConfig: { TimeoutMinutes: 1 } },
    },
  ],
});

/** Each of its ways starts the other plan twice at the same time, between two approvals. */
const parent = () => {
  const approval = { ExecutionApprovalConfig: { TimeoutMinutes: 1 } };
  const child = { RegionSwitchPlanConfig: { Arn: { 'Fn::GetAtt': ['Plan', 'Arn'] } } };
  const steps = [approval, { ParallelConfig: { Steps: [{ ...step(child) }, step(child)] } }].map(
    step,
  );
  const workflows = REGIONS.map((name) => ({ ...workflow(name), Steps: steps }));
  return resource('AWS::ARCRegionSwitch::Plan', {
    ...{ Regions: REGIONS, ExecutionRole: 'arn', AssociatedAlarms: { a: {} } },
    Workflows: workflows,
  });
};
const step = (block: object) => ({ ExecutionBlockConfiguration: block });

const application = (): Stacks => ({
  ...Object.fromEntries(REGIONS.map((name) => [`app-${name}`, region(name)])),
  recovery: {
    region: 'eu-north-1',
    template: {
      Resources: {
        Plan: resource('AWS::ARCRegionSwitch::Plan', {
          Regions: ['eu-west-1', 'us-west-2'],
          ExecutionRole: 'arn',
          AssociatedAlarms: { a: {} },
          Workflows: [workflow('eu-west-1'), workflow('us-west-2')],
        }),
      },
    },
  },
});

const addresses = (count: number) => (it: Parameters<Case[3]>[0]) => {
  for (let index = 0; index < count; index += 1)
    it.add(`app-eu-west-1/Address${index}`, resource('AWS::EC2::EIP', {}));
};
const EU = 'app-eu-west-1';
/** Parts of what a Region has of an account's processors and functions. */
const compute =
  (parts: Readonly<Record<string, ReturnType<typeof resource>>>) =>
  (it: Parameters<Case[3]>[0]) => {
    for (const [id, part] of Object.entries(parts)) it.add(`${EU}/${id}`, part);
  };
const tasks = compute({
  Task: resource('AWS::ECS::TaskDefinition', { Cpu: '2048' }),
  Service: resource('AWS::ECS::Service', { DesiredCount: 4, TaskDefinition: { Ref: 'Task' } }),
});
const instances = compute({
  Launch: resource('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: { InstanceType: 'c8g.xlarge' },
  }),
  Servers: resource('AWS::AutoScaling::AutoScalingGroup', {
    ...{ MinSize: '1', MaxSize: '2' },
    LaunchTemplate: { LaunchTemplateId: { Ref: 'Launch' }, Version: '1' },
  }),
});
const functions = compute({
  One: resource('AWS::Lambda::Function', { ReservedConcurrentExecutions: 500 }),
  Other: resource('AWS::Lambda::Function', { ReservedConcurrentExecutions: 401 }),
});
// prettier-ignore
const CASES: readonly Case[] = [
  ['recovery-slower-than-objective', 'a check that takes five minutes', `${EU}/Check`, (it) => { it.set(`${EU}/Check`, 'HealthCheckConfig.FailureThreshold', 10); it.set(`${EU}/Check`, 'HealthCheckConfig.RequestInterval', 30); }],
  ['regions-differ', 'a load balancer unlike the others', `${EU}/Balancer`, (it) => { it.set(`${EU}/Balancer`, 'Type', 'network'); }],
  ['regions-differ', 'something that one Region lacks', EU, (it) => { it.drop(`${EU}/Group`); }],
  ['region-waits-for-region', 'a Region that waits for another', 'app-us-west-2', (it) => { Object.assign(it.stacks['app-us-west-2']!, { dependencies: [EU] }); }],
  ['quota-exceeded', 'six elastic addresses', `${EU}/Address0`, addresses(6)],
  ['quota-exceeded', 'eight vCPUs of tasks', `${EU}/Service`, tasks],
  ['quota-exceeded', 'eight vCPUs of instances', `${EU}/Servers`, instances],
  ['quota-exceeded', 'functions that are promised too much', `${EU}/One`, functions],
  ['quota-exceeded', 'two prefix lists in one group', `${EU}/Group`, (it) => { it.set(`${EU}/Group`, 'SecurityGroupIngress', [{ SourcePrefixListId: 'pl-1' }, { SourcePrefixListId: 'pl-2' }]); }],
  ['template-too-large', 'a stack of 450 resources', EU, addresses(450)],
  ['plan-incomplete', 'a Region that nothing activates', 'recovery/Plan', (it) => { it.drop('recovery/Plan', 'Workflows.1'); }],
  ['plan-incomplete', 'traffic before data', 'recovery/Plan', (it) => { it.set('recovery/Plan', 'Workflows.0.Steps', [...workflow('eu-west-1').Steps].reverse()); }],
  ['plan-incomplete', 'timeouts beyond the objective', 'recovery/Plan', (it) => { it.set('recovery/Plan', 'Workflows.0.Steps.0.ExecutionBlockConfiguration.GlobalAuroraConfig.TimeoutMinutes', 60); }],
  ['plan-incomplete', 'children beyond the objective', 'recovery/Parent', (it) => { it.add('recovery/Parent', parent()); it.set('recovery/Plan', 'Workflows.0.Steps.0.ExecutionBlockConfiguration.GlobalAuroraConfig.TimeoutMinutes', 4); }],
  ['plan-names-nothing', 'a cluster that nobody has', 'recovery/Plan', (it) => { it.set('recovery/Plan', 'Workflows.0.Steps.0.ExecutionBlockConfiguration.GlobalAuroraConfig.DatabaseClusterArns', ['arn:aws:rds:eu-west-1:123456789012:cluster:nobody']); }],
  ['plan-names-nothing', 'a global cluster that nobody has', 'recovery/Plan', (it) => { it.set('recovery/Plan', 'Workflows.0.Steps.0.ExecutionBlockConfiguration.GlobalAuroraConfig.GlobalClusterIdentifier', 'nobody'); }],
  ['plan-names-nothing', 'a service that nobody has', 'recovery/Plan', (it) => { it.set('recovery/Plan', 'Workflows.0.Steps.1.ExecutionBlockConfiguration', { EcsCapacityIncreaseConfig: { Services: [{ ServiceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/cluster/nobody' }] } }); }],
  ['plan-names-nothing', 'an alarm that nobody has', 'recovery/Plan', (it) => { it.set('recovery/Plan', 'AssociatedAlarms.a', { ResourceIdentifier: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:nobody' }); }],
  ['plan-names-nothing', 'a bucket that nobody has', 'recovery/Plan', (it) => { it.set('recovery/Plan', 'ReportConfiguration', { ReportOutput: [{ S3Configuration: { BucketOwner: '123456789012', BucketPath: 'nobody/plan' } }] }); }],
  ['plan-incomplete', 'no alarm', 'recovery/Plan', (it) => { it.drop('recovery/Plan', 'AssociatedAlarms'); }],
  ['experiment-without-stop', 'nothing that stops it', `${EU}/Experiment`, (it) => { it.set(`${EU}/Experiment`, 'StopConditions', [{ Source: 'none' }]); }],
  ['experiment-without-stop', 'an action that is none', `${EU}/Experiment`, (it) => { it.set(`${EU}/Experiment`, 'Actions.Zone.ActionId', 'aws:ec2:break-zone'); }],
  ['experiment-hits-nothing', 'a tag that nothing bears', `${EU}/Experiment`, (it) => { it.set(`${EU}/Tasks`, 'Tags', []); }],
  ['experiment-without-stop', 'an alarm of another Region', `${EU}/Experiment`, (it) => { it.set(`${EU}/Experiment`, 'StopConditions.0.Value', 'arn:aws:cloudwatch:us-west-2:123456789012:alarm:errors'); }],
  ['experiment-without-stop', 'an alarm that nobody has', `${EU}/Experiment`, (it) => { it.set(`${EU}/Experiment`, 'StopConditions.0.Value', 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:nobody'); }],
  ['experiment-hits-nothing', 'a cluster that nobody has', `${EU}/Experiment`, (it) => { it.set(`${EU}/Experiment`, 'Targets.Zone', { ResourceType: 'aws:rds:cluster', ResourceArns: ['arn:aws:rds:eu-west-1:123456789012:cluster:nobody'] }); }],
  ['experiment-hits-nothing', 'a target by nothing', `${EU}/Experiment`, (it) => { it.drop(`${EU}/Experiment`, 'Targets.Zone.ResourceTags'); }],
  ['experiment-hits-nothing', 'tags alone, and skips', `${EU}/Experiment`, (it) => { it.set(`${EU}/Experiment`, 'ExperimentOptions', { EmptyTargetResolutionMode: 'skip' }); }],
  ['failover-never-tried', 'no experiment on the link', `${EU}/Experiment`, (it) => { for (const name of REGIONS) it.drop(`app-${name}/Experiment`, 'Actions.Link'); }],
];

describeCases(application, CASES, { objectives: { rtoSeconds: 300, rpoSeconds: 5 } });
