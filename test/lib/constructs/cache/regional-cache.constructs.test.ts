import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { RegionalCache } from '../../../../lib/constructs/cache';
import { only, templateOf } from '../../../support/stack';

const KEY = 'arn:aws:kms:us-east-2:123456789012:key/1';
let endpoint: unknown;
const template = templateOf((stack) => {
  const vpc = stack.importedVpc();
  const cache = new RegionalCache(stack, 'Valkey', {
    groupId: 'meridian-us-east-2',
    cache: { nodeType: 'cache.m7g.large', replicas: 2 },
    keyArn: KEY,
    vpc,
    client: SecurityGroup.fromSecurityGroupId(stack, 'Client', 'sg-client'),
  });
  endpoint = stack.resolve(cache.endpoint);
});
const group = only(template, 'AWS::ElastiCache::ReplicationGroup');

test('it is Valkey over zones, with replicas that take over by themselves', () => {
  expect(group).toMatchObject({
    ReplicationGroupId: 'meridian-us-east-2',
    Engine: 'valkey',
    CacheNodeType: 'cache.m7g.large',
    NumCacheClusters: 3,
    AutomaticFailoverEnabled: true,
    MultiAZEnabled: true,
  });
});

test('it is encrypted on its way and where it lies, with the key of the Region', () => {
  expect(group).toMatchObject({
    TransitEncryptionEnabled: true,
    TransitEncryptionMode: 'required',
    AtRestEncryptionEnabled: true,
    KmsKeyId: KEY,
  });
  expect(JSON.stringify(endpoint)).toMatch(/rediss:\/\/.*PrimaryEndPoint\.Address.*:6379/);
});

test('it is a cache: any key gives way, and nothing of it is backed up', () => {
  expect(group.SnapshotRetentionLimit).toBe(0);
  expect(only(template, 'AWS::ElastiCache::ParameterGroup')).toMatchObject({
    CacheParameterGroupFamily: 'valkey8',
    Properties: { 'maxmemory-policy': 'allkeys-lru' },
  });
});

test('it stands in the isolated subnets and admits the service alone', () => {
  expect(only(template, 'AWS::ElastiCache::SubnetGroup').SubnetIds).toEqual([
    'subnet-isolated1',
    'subnet-isolated2',
    'subnet-isolated3',
  ]);
  expect(only(template, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({
    SourceSecurityGroupId: 'sg-client',
    FromPort: 6379,
    ToPort: 6379,
  });
  expect(only(template, 'AWS::EC2::SecurityGroup')).not.toHaveProperty('SecurityGroupIngress');
});
