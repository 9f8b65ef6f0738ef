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
    Parameters: { 'rds.force_ssl': '1' },
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
