import reference from '../../lib/config/declarations/multi-region';
import type { Declaration } from '../../lib/config';
import { resolveDeployment } from '../../lib/config';
import { loadAssembly } from '../../lib/tools/assembly';
import type { GrowthStep } from '../../lib/tools/growth';
import { growthStep } from '../../lib/tools/growth';
import { synthesizedFrom } from '../support/assembly';

jest.setTimeout(180_000);

const BASE: Declaration = { ...reference, shards: { s0: {}, s1: { home: 'us-east-2' } } };

async function stepTo(next: Partial<Declaration>): Promise<GrowthStep> {
  const side = async (name: string, declaration: Declaration) => {
    const { directory } = await synthesizedFrom(resolveDeployment(declaration));
    return { name, assembly: loadAssembly(directory) };
  };
  return growthStep(await side('before', BASE), await side('after', { ...BASE, ...next }));
}

/** Who may use what, who watches what, and what is backed up name each thing: lists of every addition. */
const ALWAYS = [
  'Alarms AWS::CloudWatch::Dashboard.DashboardBody',
  'HealthAlarms AWS::CloudWatch::Dashboard.DashboardBody',
];
const BACKED_UP = [
  'Backups AWS::IAM::Policy.PolicyDocument',
  'Backups AWS::Lambda::Function.Environment',
];

/** Every list that an addition makes longer, by kind of stack; whatever else changes is a defect. */
const ADDITIONS: readonly (readonly [
  addition: string,
  next: Partial<Declaration>,
  lists: readonly string[],
])[] = [
  [
    'shard',
    { shards: { ...BASE.shards, s2: { home: 'us-east-2' } } },
    [
      ...[...ALWAYS, ...BACKED_UP],
      // Whom a Region registers and migrates, and the seed of the map.
      'Migration AWS::IAM::Policy.PolicyDocument',
      'Migration Custom::MeridianMigration.Clusters',
      'Migration Custom::MeridianMigration.Seed',
      // The home's plan moves one more cluster.
      'Recovery AWS::ARCRegionSwitch::Plan.Workflows',
      'Recovery AWS::IAM::Policy.PolicyDocument',
    ],
  ],
  [
    'store',
    {
      stores: {
        main: { engine: 'aurora' },
        counts: { engine: 'dynamodb', tables: { views: { partitionKey: { name: 'page' } } } },
      },
    },
    [
      ...[...ALWAYS, ...BACKED_UP],
      'Service AWS::IAM::Policy.PolicyDocument',
      'Work AWS::IAM::Policy.PolicyDocument',
    ],
  ],
  [
    'Region',
    { regions: { ...BASE.regions, 'sa-east-1': {} } },
    [
      ...ALWAYS,
      // Where copies go, and how late they are there.
      'Credentials AWS::SecretsManager::Secret.ReplicaRegions',
      'GlobalData AWS::DynamoDB::GlobalTable.Replicas',
      'UploadReplication AWS::IAM::Policy.PolicyDocument',
      'UploadReplication Custom::MeridianReplication.Destinations',
      'Alarms AWS::CloudWatch::Alarm.Metrics',
      // Who is told of generated ids, and who may be reached.
      'Network AWS::IAM::Policy.PolicyDocument',
      'Network Custom::MeridianBinding.Regions',
      'Zone AWS::IAM::Policy.PolicyDocument',
      'Zone Custom::MeridianBinding.Regions',
      'Migration AWS::Lambda::Function.Environment',
      'Rotation AWS::IAM::Policy.PolicyDocument',
      'Service AWS::EC2::SecurityGroup.SecurityGroupIngress',
      'Service AWS::ECS::TaskDefinition.ContainerDefinitions',
      'Service AWS::Lambda::Function.Environment',
      'Work AWS::IAM::Policy.PolicyDocument',
      'Work AWS::Lambda::Function.Environment',
      'Recovery AWS::IAM::Policy.PolicyDocument',
      // Where users are led, and the Region that holds the switch of the last one round the ring.
      'Edge AWS::CloudFront::Distribution.DistributionConfig',
      'Edge AWS::CloudFront::ResponseHeadersPolicy.ResponseHeadersPolicyConfig',
      'HealthAlarms AWS::CloudWatch::CompositeAlarm.AlarmRule',
      'Service AWS::Route53::HealthCheck.HealthCheckConfig',
      // One more carries the load of a Region that is lost, so each needs fewer servers.
      'Service AWS::ApplicationAutoScaling::ScalableTarget.MaxCapacity',
      'Service AWS::ApplicationAutoScaling::ScalableTarget.MinCapacity',
      'Alarms AWS::CloudWatch::Alarm.AlarmDescription',
      'Alarms AWS::CloudWatch::Alarm.Threshold',
    ],
  ],
];

test.each(ADDITIONS)(
  'one more %s adds, and makes declared lists longer',
  async (_, next, lists) => {
    const { changes, findings } = await stepTo(next);
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(changes.some(({ kind, stateful }) => kind === 'added' && stateful)).toBe(true);
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['added', 'changed']));
    const changed = changes.filter(({ kind }) => kind === 'changed');
    const touched = changed.flatMap(({ stack, type, properties }) =>
      properties.map((name) => `${stack.split('-')[0] ?? ''} ${type}.${name}`),
    );
    expect([...new Set(touched)].sort()).toEqual([...lists].sort());
    const held = changed.filter(({ stateful }) => stateful).flatMap(({ properties }) => properties);
    for (const name of held) expect(['ReplicaRegions', 'Replicas']).toContain(name);
  },
);
