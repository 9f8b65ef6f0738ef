import { Aws, CfnCondition, Fn } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { storesOf } from '../../../../lib/config';
import type { AuroraStoreDeclaration, Protection } from '../../../../lib/config';
import { AuroraGlobalMember } from '../../../../lib/constructs/database';
import { deploymentWith, only, templateOf } from '../../../support/stack';

const member = (
  declared: Partial<AuroraStoreDeclaration> = {},
  protection: Protection = 'production',
) => {
  const deployment = deploymentWith({
    stores: { main: { engine: 'aurora', ...declared } },
    protection,
  });
  return templateOf((stack) => {
    const vpc = stack.importedVpc();
    new AuroraGlobalMember(stack, 'Main', {
      deployment,
      region: 'us-east-2',
      store: storesOf(deployment, 'aurora')[0]!,
      shard: 's0',
      vpc,
      securityGroup: new SecurityGroup(stack, 'Group', { vpc }),
      isBirth: new CfnCondition(stack, 'IsBirth', {
        expression: Fn.conditionEquals(Aws.REGION, 'eu-central-1'),
      }),
    });
  });
};
const template = member();
const cluster = only(template, 'AWS::RDS::DBCluster');

test('only the one that is born has credentials', () => {
  const secret = (field: string) =>
    `{{resolve:secretsmanager:meridian/main/s0/master:SecretString:${field}::}}`;
  const atBirth = (value: string) => ({ 'Fn::If': ['IsBirth', value, { Ref: 'AWS::NoValue' }] });
  expect(cluster.MasterUsername).toEqual(atBirth(secret('username')));
  expect(cluster.MasterUserPassword).toEqual(atBirth(secret('password')));
});

test('only a secondary joins the global cluster', () => {
  expect(cluster.GlobalClusterIdentifier).toEqual({
    'Fn::If': ['IsBirth', { Ref: 'AWS::NoValue' }, 'meridian-main-s0'],
  });
});

test('no member names a database or lets RDS manage its password', () => {
  for (const refused of [
    'DatabaseName',
    'ManageMasterUserPassword',
    'ReplicationSourceIdentifier',
  ]) {
    expect(cluster).not.toHaveProperty(refused);
  }
});

test("its storage is encrypted with the Region's key, and it is backed up", () => {
  expect(cluster).toMatchObject({
    DBClusterIdentifier: 'meridian-main-s0-us-east-2',
    StorageEncrypted: true,
    KmsKeyId: 'arn:aws:kms:us-east-2:123456789012:alias/meridian-data',
    BackupRetentionPeriod: 14,
    CopyTagsToSnapshot: true,
    DeletionProtection: true,
  });
});

test('it takes TLS connections only', () => {
  expect(only(template, 'AWS::RDS::DBClusterParameterGroup')).toMatchObject({
    Family: 'aurora-postgresql17',
    Parameters: { 'rds.force_ssl': '1', password_encryption: 'scram-sha-256' },
  });
});

test('with minimal properties its groups log slow statements and stop forgotten ones', () => {
  expect(only(template, 'AWS::RDS::DBClusterParameterGroup').Parameters).toMatchObject({
    idle_in_transaction_session_timeout: '60000',
    statement_timeout: '3600000',
    autovacuum_vacuum_scale_factor: '0.01',
    shared_preload_libraries: 'pg_stat_statements',
  });
  expect(only(template, 'AWS::RDS::DBParameterGroup').Parameters).toEqual({
    log_lock_waits: '1',
    log_min_duration_statement: '1000',
    log_parameter_max_length: '0',
    log_temp_files: '65536',
  });
});

test('with every property its groups say so, and the groups stay the ones that they were', () => {
  const tuned = member({
    statements: {
      logSlowerThanMs: 250,
      explainSlowerThanMs: 2000,
      timeoutSeconds: false,
      idleInTransactionSeconds: 15,
    },
    logicalReplication: true,
  });
  const group = only(tuned, 'AWS::RDS::DBClusterParameterGroup');
  expect(group.Parameters).toMatchObject({
    idle_in_transaction_session_timeout: '15000',
    shared_preload_libraries: 'pg_stat_statements,auto_explain',
    'rds.logical_replication': '1',
  });
  expect(group.Parameters).not.toHaveProperty('statement_timeout');
  const each = only(tuned, 'AWS::RDS::DBParameterGroup');
  expect(each.Parameters).toMatchObject({
    log_min_duration_statement: '250',
    'auto_explain.log_min_duration': '2000',
  });
  // CloudFormation replaces a group whose description changes.
  expect([group.Description, each.Description]).toEqual([
    'TLS only',
    'Tells of waits for locks and of statements that take a second',
  ]);
});

test('its log is in CloudWatch, in a group that is there first and keeps three months', () => {
  expect(cluster.EnableCloudwatchLogsExports).toEqual(['postgresql']);
  expect(only(template, 'AWS::Logs::LogGroup')).toEqual({
    LogGroupName: '/aws/rds/cluster/meridian-main-s0-us-east-2/postgresql',
    RetentionInDays: 90,
  });
  const [[log]] = Object.entries(template.findResources('AWS::Logs::LogGroup')) as [
    [string, object],
  ];
  template.hasResource('AWS::RDS::DBCluster', { DependsOn: Match.arrayWith([log]) });
});

test.each([
  ['standard', 7],
  ['advanced', 465],
] as const)('Database Insights in %s mode keeps %d days', (databaseInsights, days) => {
  expect(only(member({ databaseInsights }), 'AWS::RDS::DBCluster')).toMatchObject({
    DatabaseInsightsMode: databaseInsights,
    PerformanceInsightsEnabled: true,
    PerformanceInsightsRetentionPeriod: days,
    PerformanceInsightsKmsKeyId: 'arn:aws:kms:us-east-2:123456789012:alias/meridian-data',
  });
});

test('it stands in the isolated subnets', () => {
  expect(only(template, 'AWS::RDS::DBSubnetGroup')).toMatchObject({
    SubnetIds: ['subnet-isolated1', 'subnet-isolated2', 'subnet-isolated3'],
  });
});

test('with minimal properties it has two instances, out of reach and upgraded by us', () => {
  template.resourceCountIs('AWS::RDS::DBInstance', 2);
  for (const tier of [0, 1])
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      DBInstanceIdentifier: `meridian-main-s0-us-east-2-${tier + 1}`,
      DBInstanceClass: 'db.r8g.large',
      PromotionTier: tier,
      PubliclyAccessible: false,
      AutoMinorVersionUpgrade: false,
      CACertificateIdentifier: 'rds-ca-rsa2048-g1',
    });
});

test('with every property it has the declared version, class and number of instances', () => {
  const large = member({
    engineVersion: '16.9',
    instanceClass: 'db.r7g.2xlarge',
    instancesPerRegion: 3,
  });
  large.resourceCountIs('AWS::RDS::DBInstance', 3);
  large.allResourcesProperties('AWS::RDS::DBInstance', { DBInstanceClass: 'db.r7g.2xlarge' });
  large.hasResourceProperties('AWS::RDS::DBInstance', {
    DBInstanceIdentifier: 'meridian-main-s0-us-east-2-3',
    PromotionTier: 2,
  });
  large.hasResourceProperties('AWS::RDS::DBCluster', { EngineVersion: '16.9' });
  large.allResourcesProperties('AWS::RDS::DBClusterParameterGroup', {
    Family: 'aurora-postgresql16',
  });
});

test('clusters and instances are retained in production, and deleted where ephemeral', () => {
  for (const type of ['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance']) {
    template.allResources(type, Match.objectLike({ DeletionPolicy: 'Retain' }));
    member({}, 'ephemeral').allResources(type, Match.objectLike({ DeletionPolicy: 'Delete' }));
  }
  member({}, 'ephemeral').hasResourceProperties('AWS::RDS::DBCluster', {
    DeletionProtection: false,
  });
});

test('in a Region where the store is headless it is storage alone, encrypted and backed up as elsewhere', () => {
  const bare = member({
    headless: ['us-east-2'],
    endpoints: { export: { instances: [2], exclusive: false } },
  });
  bare.resourceCountIs('AWS::RDS::DBInstance', 0);
  bare.resourceCountIs('AWS::RDS::DBParameterGroup', 0);
  bare.resourceCountIs('AWS::RDS::DBClusterEndpoint', 0);
  expect(only(bare, 'AWS::RDS::DBCluster')).toEqual(cluster);
});

test('a member without an instance is refused', () => {
  const deployment = deploymentWith();
  expect(() =>
    templateOf((stack) => {
      const vpc = stack.importedVpc();
      new AuroraGlobalMember(stack, 'Main', {
        deployment,
        region: 'us-east-2',
        store: { ...storesOf(deployment, 'aurora')[0]!, instancesPerRegion: 0 },
        shard: 's0',
        vpc,
        securityGroup: new SecurityGroup(stack, 'Group', { vpc }),
        isBirth: new CfnCondition(stack, 'IsBirth'),
      });
    }),
  ).toThrow('`instancesPerRegion` must be an integer of 1 to 16, got: 0');
});
