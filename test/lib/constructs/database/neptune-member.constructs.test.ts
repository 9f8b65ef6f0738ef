import { CfnCondition, Fn } from 'aws-cdk-lib';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { storesOf } from '../../../../lib/config';
import type { NeptuneStoreDeclaration, Protection } from '../../../../lib/config';
import { NeptuneGlobal, NeptuneMember } from '../../../../lib/constructs/database';
import { useStores } from '../../../../lib/constructs/security';
import { deploymentWith, only, templateOf } from '../../../support/stack';

const CLUSTER = 'AWS::Neptune::DBCluster';
const INSTANCE = 'AWS::Neptune::DBInstance';
const GLOBAL = 'AWS::Neptune::GlobalCluster';

const deploymentOf = (
  declared: Omit<NeptuneStoreDeclaration, 'engine'>,
  protection: Protection = 'production',
) =>
  deploymentWith({
    stores: { main: { engine: 'aurora' }, circles: { engine: 'neptune', ...declared } },
    protection,
  });
const member = (...declared: Parameters<typeof deploymentOf>) =>
  templateOf((stack) => {
    const deployment = deploymentOf(...declared);
    const [store] = storesOf(deployment, 'neptune');
    const vpc = stack.importedVpc();
    new NeptuneMember(stack, 'Graph', {
      ...{ deployment, vpc, store: store! },
      region: 'us-east-2',
      securityGroup: new SecurityGroup(stack, 'Group', { vpc }),
      isBirth: new CfnCondition(stack, 'IsBirth', { expression: Fn.conditionEquals('a', 'b') }),
    });
  });

test('minimal: encrypted, by IAM alone, audited, backed up, a writer and a reader in another zone', () => {
  const template = member({ regions: ['us-east-2'] });
  expect(only(template, CLUSTER)).toMatchObject({
    DBClusterIdentifier: 'meridian-circles-us-east-2',
    EngineVersion: '1.4.5.1',
    DBPort: 8182,
    StorageEncrypted: true,
    KmsKeyId: 'arn:aws:kms:us-east-2:123456789012:alias/meridian-data',
    IamAuthEnabled: true,
    BackupRetentionPeriod: 14,
    DeletionProtection: true,
    EnableCloudwatchLogsExports: ['audit', 'slowquery'],
  });
  expect(only(template, CLUSTER)).not.toHaveProperty('GlobalClusterIdentifier');
  expect(zonesOf(template)).toEqual(['us-east-2a', 'us-east-2b']);
});

const zonesOf = (template: ReturnType<typeof member>): unknown[] =>
  Object.values(template.findResources(INSTANCE)).map(
    ({ Properties }: { Properties?: Record<string, unknown> }) => Properties?.['AvailabilityZone'],
  );

test('every property: version with its family, class, instances over all zones', () => {
  const template = member({
    regions: ['us-east-2', 'eu-central-1'],
    engineVersion: '1.3.4.0',
    instanceClass: 'db.r6g.4xlarge',
    instancesPerRegion: 4,
  });
  expect(only(template, 'AWS::Neptune::DBClusterParameterGroup')).toMatchObject({
    Family: 'neptune1.3',
    Parameters: { neptune_enable_audit_log: '1', neptune_enable_slow_query_log: 'info' },
  });
  template.allResourcesProperties(INSTANCE, {
    DBInstanceClass: 'db.r6g.4xlarge',
    AutoMinorVersionUpgrade: false,
  });
  expect(zonesOf(template)).toEqual(['us-east-2a', 'us-east-2b', 'us-east-2c', 'us-east-2a']);
});

test('one template is born where the condition holds, and joins the global database elsewhere', () => {
  const template = member({});
  expect(only(template, CLUSTER)['GlobalClusterIdentifier']).toEqual({
    'Fn::If': ['IsBirth', { Ref: 'AWS::NoValue' }, 'meridian-circles'],
  });
});

test('a global database wraps the cluster that was born alone, and refuses to be deleted', () => {
  const around = (protection: Protection) =>
    templateOf((stack) => {
      const deployment = deploymentOf({}, protection);
      const [store] = storesOf(deployment, 'neptune');
      const props = { deployment, store: store!, birthRegion: 'us-east-2' } as const;
      new NeptuneGlobal(stack, 'Graph', props);
    });
  expect(only(around('production'), GLOBAL)).toEqual({
    GlobalClusterIdentifier: 'meridian-circles',
    SourceDBClusterIdentifier:
      'arn:aws:rds:us-east-2:123456789012:cluster:meridian-circles-us-east-2',
    DeletionProtection: true,
  });
  around('production').hasResource(GLOBAL, { DeletionPolicy: 'Retain' });
  around('ephemeral').hasResource(GLOBAL, { DeletionPolicy: 'Delete' });
});

test('is retained in production, and deletable where ephemeral', () => {
  for (const type of [CLUSTER, INSTANCE]) {
    member({}).hasResource(type, { DeletionPolicy: 'Retain' });
    member({}, 'ephemeral').hasResource(type, { DeletionPolicy: 'Delete' });
  }
  expect(only(member({}, 'ephemeral'), CLUSTER)['DeletionProtection']).toBe(false);
});

test('its logs are kept for three months, in groups that stand before it writes', () => {
  const template = member({});
  const groups = template.findResources('AWS::Logs::LogGroup');
  expect(Object.values(groups).map(({ Properties }) => Properties as object)).toEqual(
    ['audit', 'slowquery'].map((log) => ({
      LogGroupName: `/aws/neptune/meridian-circles-us-east-2/${log}`,
      RetentionInDays: 90,
    })),
  );
  template.hasResource(CLUSTER, { DependsOn: Object.keys(groups).sort() });
});

test("services use their own Region's cluster, by the id that its stack wrote", () => {
  const deployment = deploymentOf({ regions: ['us-east-2'] });
  const [data, told] = useStores({ deployment, region: 'us-east-2' }, deployment.stores);
  expect(data!.toStatementJson()).toMatchObject({
    Action: expect.arrayContaining(['neptune-db:ReadDataViaQuery']) as unknown,
    Resource:
      'arn:aws:neptune-db:us-east-2:123456789012:{{resolve:ssm:/meridian/stores/circles/resource-id}}/*',
  });
  expect(JSON.stringify(data!.toStatementJson())).not.toMatch(/neptune-db:(\*|Reset|StartLoader)/);
  expect(JSON.stringify(told!.toStatementJson())).toContain(
    'parameter/meridian/stores/circles/reader',
  );
  expect(useStores({ deployment, region: 'eu-central-1' }, deployment.stores)).toEqual([]);
});
