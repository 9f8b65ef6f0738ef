import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { storesOf } from '../../../../lib/config';
import type { LimitlessStoreDeclaration, Protection } from '../../../../lib/config';
import { LimitlessCluster } from '../../../../lib/constructs/database';
import { useStores } from '../../../../lib/constructs/security';
import { TestStack, deploymentWith, only, templateOf } from '../../../support/stack';

const CLUSTER = 'AWS::RDS::DBCluster';
const GROUP = 'AWS::RDS::DBShardGroup';

type Declared = Omit<LimitlessStoreDeclaration, 'engine' | 'regions'>;

const deploymentOf = (declared: Declared, protection: Protection = 'production') =>
  deploymentWith({
    stores: {
      main: { engine: 'aurora' },
      orders: { engine: 'aurora-limitless', regions: ['us-east-2'], ...declared },
    },
    protection,
  });
const cluster = (...declared: Parameters<typeof deploymentOf>) =>
  templateOf((stack) => {
    const deployment = deploymentOf(...declared);
    const [store] = storesOf(deployment, 'aurora-limitless');
    const vpc = stack.importedVpc();
    new LimitlessCluster(stack, 'Limitless', {
      ...{ deployment, vpc, store: store!, region: 'us-east-2' },
      securityGroup: new SecurityGroup(stack, 'Group', { vpc }),
    });
  });

test('minimal: what AWS demands of Limitless, and no instance', () => {
  const template = cluster({ maxAcu: 768 });
  expect(only(template, CLUSTER)).toMatchObject({
    DBClusterIdentifier: 'meridian-orders-us-east-2',
    Engine: 'aurora-postgresql',
    EngineVersion: '16.9-limitless',
    ClusterScalabilityType: 'limitless',
    StorageType: 'aurora-iopt1',
    StorageEncrypted: true,
    EnableCloudwatchLogsExports: ['postgresql'],
    PerformanceInsightsEnabled: true,
    PerformanceInsightsRetentionPeriod: 31,
    MonitoringInterval: 5,
    MonitoringRoleArn: { 'Fn::GetAtt': [expect.stringMatching(/Monitor/), 'Arn'] },
    DeletionProtection: true,
    MasterUserPassword:
      '{{resolve:secretsmanager:meridian/stores/orders/master:SecretString:password::}}',
  });
  expect(only(template, CLUSTER)).not.toHaveProperty('ManageMasterUserPassword');
  expect(only(template, CLUSTER)).not.toHaveProperty('GlobalClusterIdentifier');
  expect(only(template, GROUP)).toEqual({
    DBShardGroupIdentifier: 'meridian-orders-us-east-2-shards',
    DBClusterIdentifier: { Ref: expect.stringMatching(/Cluster/) as unknown },
    ...{ MinACU: 16, MaxACU: 768, ComputeRedundancy: 1, PubliclyAccessible: false },
  });
  template.resourceCountIs('AWS::RDS::DBInstance', 0);
});

test('every property: version with its family, units, standbys', () => {
  const own = { engineVersion: '16.4-limitless', minAcu: 32, maxAcu: 64, computeRedundancy: 2 };
  const template = cluster(own);
  expect(only(template, CLUSTER)).toMatchObject({ EngineVersion: '16.4-limitless' });
  expect(only(template, 'AWS::RDS::DBClusterParameterGroup')).toMatchObject({
    Family: 'aurora-postgresql16',
    Parameters: { 'rds.force_ssl': '1' },
  });
  expect(only(template, GROUP)).toMatchObject({ MinACU: 32, MaxACU: 64, ComputeRedundancy: 2 });
});

test('is retained in production, and deletable where ephemeral', () => {
  for (const type of [CLUSTER, GROUP]) {
    cluster({ maxAcu: 16 }).hasResource(type, { DeletionPolicy: 'Retain' });
    cluster({ maxAcu: 16 }, 'ephemeral').hasResource(type, { DeletionPolicy: 'Delete' });
  }
});

test('over the zone that has no capacity units is refused', () => {
  const stack = new TestStack('us-east-1');
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    ...{ vpcId: 'vpc-1', availabilityZones: ['us-east-1d', 'us-east-1e'] },
    isolatedSubnetIds: ['subnet-1', 'subnet-2'],
  });
  const deployment = deploymentOf({ maxAcu: 16 });
  const [store] = storesOf(deployment, 'aurora-limitless');
  const securityGroup = new SecurityGroup(stack, 'Group', { vpc });
  const props = { deployment, vpc, securityGroup, store: store!, region: 'us-east-1' } as const;
  expect(() => new LimitlessCluster(stack, 'Limitless', props)).toThrow(/us-east-1e/);
});

test('services connect as one role, by the id that the stack wrote, in its Region alone', () => {
  const deployment = deploymentOf({ maxAcu: 16 });
  const [connect] = useStores({ deployment, region: 'us-east-2' }, deployment.stores);
  expect(connect!.toStatementJson()).toMatchObject({
    Action: 'rds-db:connect',
    Resource:
      'arn:aws:rds-db:us-east-2:123456789012:dbuser:{{resolve:ssm:/meridian/stores/orders/resource-id}}/service',
  });
  expect(useStores({ deployment, region: 'eu-central-1' }, deployment.stores)).toEqual([]);
});
