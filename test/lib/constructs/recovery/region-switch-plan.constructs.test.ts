import { Role } from 'aws-cdk-lib/aws-iam';
import { RegionSwitchPlan } from '../../../../lib/constructs/recovery';
import type {
  ParallelStep,
  RecoveryStep,
  RegionSwitchPlanProps,
} from '../../../../lib/constructs/recovery';
import { ACCOUNT, only, templateOf } from '../../../support/stack';
import type { TestStack } from '../../../support/stack';

const REGIONS = ['eu-central-1', 'us-east-2'];
const ROLE = `arn:aws:iam::${ACCOUNT}:role/approver`;
const arns = (service: string, rest: string) =>
  REGIONS.map((region) => `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`);
const AURORA = {
  kind: 'aurora',
  name: 'main',
  globalCluster: 'meridian-main-s0',
  clusters: arns('rds', 'cluster:main'),
  minutes: 2,
} as const satisfies RecoveryStep;
const APPROVAL = { kind: 'approval', name: 'fenced', roleArn: ROLE, minutes: 1 } as const;
const FUNCTIONS = {
  kind: 'functions',
  name: 'fence',
  functions: arns('lambda', 'function:fence'),
  minutes: 1,
} as const satisfies RecoveryStep;
const both = (steps: readonly RecoveryStep[]) =>
  REGIONS.map((region) => ({ action: 'activate', region, steps }) as const);

function planOf(stack: TestStack, id: string, more: Partial<RegionSwitchPlanProps> = {}) {
  return new RegionSwitchPlan(stack, id, {
    planName: id.toLowerCase(),
    description: 'Moves it',
    regions: REGIONS,
    approach: 'active-passive',
    primary: 'eu-central-1',
    role: Role.fromRoleArn(stack, `${id}Role`, `arn:aws:iam::${ACCOUNT}:role/plan`),
    workflows: both([AURORA]),
    ...more,
  });
}

const PLAN = 'AWS::ARCRegionSwitch::Plan';
const planWith = (more: Partial<RegionSwitchPlanProps> = {}) =>
  only(
    templateOf((stack) => void planOf(stack, 'Plan', more)),
    PLAN,
  );
/** Block of the only step of the first workflow. */
const blockOf = (step: RecoveryStep): unknown => {
  const { Workflows } = planWith({
    workflows: both([step]).map((it) => ({ ...it, mustRunUngracefully: false })),
  });
  const [first] = Workflows as { Steps: Record<string, unknown>[] }[];
  return [
    first?.Steps[0]?.['ExecutionBlockType'],
    first?.Steps[0]?.['ExecutionBlockConfiguration'],
  ];
};
const faultOf = (more: Partial<RegionSwitchPlanProps>): string => {
  try {
    planWith(more);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('with minimal properties moves the databases both ways, and nothing starts it', () => {
  const properties = planWith();
  const workflow = (region: string) => ({
    WorkflowTargetAction: 'activate',
    WorkflowTargetRegion: region,
    Steps: [
      {
        Name: 'main',
        ExecutionBlockType: 'AuroraGlobalDatabase',
        ExecutionBlockConfiguration: {
          GlobalAuroraConfig: {
            GlobalClusterIdentifier: 'meridian-main-s0',
            DatabaseClusterArns: AURORA.clusters,
            Behavior: 'switchoverOnly',
            TimeoutMinutes: 2,
            Ungraceful: { Ungraceful: 'failover' },
          },
        },
      },
    ],
  });
  expect(properties).toEqual({
    Name: 'plan',
    Description: 'Moves it',
    ExecutionRole: `arn:aws:iam::${ACCOUNT}:role/plan`,
    RecoveryApproach: 'activePassive',
    Regions: REGIONS,
    PrimaryRegion: 'eu-central-1',
    Workflows: REGIONS.map(workflow),
  });
});

test('with every property has alarms, an objective in whole minutes and workflows of both actions', () => {
  const steps = [{ ...APPROVAL, description: 'Is it fenced?' }, AURORA];
  const alarm = `arn:aws:cloudwatch:us-east-2:${ACCOUNT}:alarm:errors`;
  const properties = planWith({
    approach: 'active-active',
    objectiveSeconds: 299,
    alarms: { well: alarm },
    workflows: [
      { action: 'activate', description: 'in', steps },
      { action: 'deactivate', mustRunUngracefully: false, steps: [FUNCTIONS] },
    ],
  });
  expect(properties).toMatchObject({
    RecoveryApproach: 'activeActive',
    RecoveryTimeObjectiveMinutes: 4,
    AssociatedAlarms: { well: { AlarmType: 'applicationHealth', ResourceIdentifier: alarm } },
    Workflows: [
      {
        WorkflowTargetAction: 'activate',
        WorkflowDescription: 'in',
        Steps: [{ Name: 'fenced', Description: 'Is it fenced?' }, { Name: 'main' }],
      },
      { WorkflowTargetAction: 'deactivate', Steps: [{ Name: 'fence' }] },
    ],
  });
  expect(JSON.stringify(properties)).not.toContain('WorkflowTargetRegion');
});

const SERVICES = REGIONS.map((region) => ({
  cluster: `arn:aws:ecs:${region}:${ACCOUNT}:cluster/c`,
  service: `arn:aws:ecs:${region}:${ACCOUNT}:service/c/s`,
}));
const GROUPS = arns('autoscaling', 'autoScalingGroup:0:autoScalingGroupName/g');
const SAMPLED = { CapacityMonitoringApproach: 'sampledMaxInLast24Hours', TimeoutMinutes: 5 };
const RAW = {
  eksResourceScalingConfig: { kubernetesResourceType: { apiVersion: 'v1', kind: 'D' } },
};
const BLOCKS: readonly (readonly [RecoveryStep, string, object])[] = [
  [APPROVAL, 'ManualApproval', { ExecutionApprovalConfig: { ApprovalRole: ROLE, TimeoutMinutes: 1 } }],
  [
    { ...AURORA, graceful: 'failover', ungraceful: false },
    'AuroraGlobalDatabase',
    { GlobalAuroraConfig: expect.not.objectContaining({ Ungraceful: expect.anything() as unknown }) as unknown },
  ],
  [
    { kind: 'auto-scaling-groups', name: 'grow', groups: GROUPS, minutes: 5, percent: 80, ungracefulPercent: 50 },
    'EC2AutoScaling',
    {
      Ec2AsgCapacityIncreaseConfig: {
        Asgs: GROUPS.map((Arn) => ({ Arn })),
        TargetPercent: 80,
        Ungraceful: { MinimumSuccessPercentage: 50 },
        ...SAMPLED,
      },
    },
  ],
  [
    { kind: 'ecs-services', name: 'grow', services: SERVICES, minutes: 5 },
    'ECSServiceScaling',
    {
      EcsCapacityIncreaseConfig: {
        Services: SERVICES.map((it) => ({ ClusterArn: it.cluster, ServiceArn: it.service })),
        TargetPercent: 100,
        ...SAMPLED,
      },
    },
  ],
  [
    { kind: 'health-checks', name: 'steer', hostedZoneId: 'Z1', recordName: 'a.example.com', records: { 'us-east-2': 'far' }, minutes: 1 },
    'Route53HealthCheck',
    {
      Route53HealthCheckConfig: {
        HostedZoneId: 'Z1',
        RecordName: 'a.example.com',
        RecordSets: [{ Region: 'us-east-2', RecordSetIdentifier: 'far' }],
        TimeoutMinutes: 1,
      },
    },
  ],
  [
    { ...FUNCTIONS, runsIn: 'deactivating', retryMinutes: 2 },
    'CustomActionLambda',
    {
      CustomActionLambdaConfig: {
        Lambdas: FUNCTIONS.functions.map((Arn) => ({ Arn })),
        RegionToRun: 'deactivatingRegion',
        RetryIntervalMinutes: 2,
        TimeoutMinutes: 1,
        Ungraceful: { Behavior: 'skip' },
      },
    },
  ],
  [
    { kind: 'raw', name: 'pods', type: 'EKSResourceScaling', configuration: RAW, minutes: 3, runsUngracefully: true },
    'EKSResourceScaling',
    { EksResourceScalingConfig: { KubernetesResourceType: { ApiVersion: 'v1', Kind: 'D' } } },
  ],
]; // prettier-ignore

test.each(BLOCKS)('%j is the block %s', (step, type, configuration) => {
  expect(blockOf(step)).toEqual([type, configuration]);
});

test('a child is named by its ARN, and its time and that of parallel steps count once', () => {
  const template = templateOf((stack) => {
    const children = ['One', 'Two'].map((id) => planOf(stack, id));
    const steps: ParallelStep['steps'] = children.map((plan, index) => ({
      kind: 'child',
      name: `child-${index}`,
      plan,
    }));
    const parent = planOf(stack, 'Parent', {
      workflows: both([APPROVAL, { kind: 'parallel', name: 'all', steps }]),
      objectiveSeconds: 180,
    });
    expect([parent.minutes, parent.hasChildren, children[0]?.hasChildren]).toEqual([
      3,
      true,
      false,
    ]);
  });
  const text = JSON.stringify(template.toJSON());
  expect(text.match(/"RegionSwitchPlanConfig":\{"Arn":\{"Fn::GetAtt"/g)).toHaveLength(4);
});

const REFUSED: readonly (readonly [string, Partial<RegionSwitchPlanProps>, string])[] = [
  ['a name that is too long', { planName: 'x'.repeat(33) }, 'planName: "xxx'],
  ['one Region', { regions: ['eu-central-1'] }, 'regions: eu-central-1; exactly two'],
  ['no primary', { primary: 'ap-northeast-1' }, 'primary: ap-northeast-1; one of'],
  ['no way home', { workflows: both([AURORA]).slice(1) }, 'none would activate eu-central-1'],
  [
    'an active-active plan that takes nothing out',
    { approach: 'active-active' },
    'none would deactivate eu-central-1',
  ],
  [
    'a function where the plan must run ungracefully',
    { workflows: both([{ kind: 'parallel', name: 'all', steps: [FUNCTIONS] }]) },
    'workflows.0.steps.0.steps.0: does nothing where the plan runs ungracefully',
  ],
  [
    'a database that only a healthy writer hands over',
    { workflows: both([{ ...AURORA, ungraceful: false }]) },
    'workflows.1.steps.0: does nothing',
  ],
  [
    'steps longer than the objective',
    { objectiveSeconds: 179, workflows: both([APPROVAL, AURORA]) },
    'workflows.0.steps: may take 180 s; at most the objective, 179 s',
  ],
  ['one name twice', { workflows: both([AURORA, AURORA]) }, 'steps.1.name: "main"'],
  ['no time', { workflows: both([{ ...AURORA, minutes: 0 }]) }, 'steps.0.minutes: 0'],
  [
    'two members in one Region',
    { workflows: both([{ ...AURORA, clusters: AURORA.clusters.map(() => AURORA.clusters[0]!) }]) },
    'steps.0.clusters: none in us-east-2',
  ],
  [
    'a service in one Region only',
    {
      workflows: both([
        { kind: 'ecs-services', name: 's', services: SERVICES.slice(1), minutes: 1 },
      ]),
    },
    'steps.0.services: 1; one in each Region, 2',
  ],
];

test.each(REFUSED)('refuses %s', (_, more, message) => {
  expect(faultOf(more)).toContain(message);
});

test('tells every fault at once', () => {
  const faults = faultOf({ planName: '-', primary: 'x', regions: ['a', 'a'] }).split('\n');
  expect(faults.length).toBeGreaterThanOrEqual(3);
});

test('refuses a name that another plan of the application has', () => {
  templateOf((stack) => {
    planOf(stack, 'One', { planName: 'home' });
    const twice = (): unknown => planOf(stack, 'Two', { planName: 'home' });
    expect(twice).toThrow(/`planName` must be a name that no other plan[^]*got: home of .*One/);
    expect(() => planOf(stack, 'Three', { planName: 'elsewhere' })).not.toThrow();
  });
});

test('refuses children of other Regions, of another approach, and of a second level', () => {
  templateOf((stack) => {
    const other = planOf(stack, 'Other', {
      regions: ['eu-west-1', 'us-east-2'],
      primary: 'eu-west-1',
      workflows: [{ action: 'activate', steps: [APPROVAL] }],
    });
    const active = planOf(stack, 'Active', {
      approach: 'active-active',
      workflows: (['activate', 'deactivate'] as const).map((action) => ({ action, steps: [] })),
    });
    const parent = planOf(stack, 'Middle', {
      workflows: both([{ kind: 'child', name: 'leaf', plan: planOf(stack, 'Leaf') }]),
    });
    const steps = [other, active, parent].map((plan, index): RecoveryStep => ({
      kind: 'child',
      name: `c${index}`,
      plan,
    }));
    const refused = (): unknown => planOf(stack, 'Top', { workflows: both(steps) });
    expect(refused).toThrow(/of the same Regions[^]*active-active; active-passive[^]*nested once/);
  });
});
