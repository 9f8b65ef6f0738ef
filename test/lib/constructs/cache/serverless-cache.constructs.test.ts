import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Template } from 'aws-cdk-lib/assertions';
import type { ServerlessCache as ServerlessCacheConfig } from '../../../../lib/config';
import { ServerlessCache } from '../../../../lib/constructs/cache';
import { only, templateOf } from '../../../support/stack';

const KEY = 'arn:aws:kms:us-east-2:123456789012:key/1';
const MINIMAL: ServerlessCacheConfig = {
  kind: 'serverless',
  maxStorageGb: 10,
  minStorageGb: undefined,
  maxEcpuPerSecond: 30_000,
  minEcpuPerSecond: undefined,
  snapshotDays: 0,
  userGroup: undefined,
};
let endpoint: unknown;

function build(cache: ServerlessCacheConfig): Template {
  return templateOf((stack) => {
    const made = new ServerlessCache(stack, 'Serverless', {
      cacheName: 'meridian-us-east-2',
      cache,
      keyArn: KEY,
      vpc: stack.importedVpc(),
      client: SecurityGroup.fromSecurityGroupId(stack, 'Client', 'sg-client'),
    });
    endpoint = stack.resolve(made.endpoint);
  });
}

test('with minimal properties it is Valkey with limits, the key of the Region and no snapshots', () => {
  const cache = only(build(MINIMAL), 'AWS::ElastiCache::ServerlessCache');
  expect(cache).toEqual({
    ServerlessCacheName: 'meridian-us-east-2',
    Description: 'Copies of sessions and articles',
    Engine: 'valkey',
    MajorEngineVersion: '8',
    CacheUsageLimits: {
      DataStorage: { Unit: 'GB', Maximum: 10 },
      ECPUPerSecond: { Maximum: 30_000 },
    },
    KmsKeyId: KEY,
    SnapshotRetentionLimit: 0,
    SubnetIds: ['subnet-isolated1', 'subnet-isolated2', 'subnet-isolated3'],
    SecurityGroupIds: [expect.anything()],
  });
});

test('with every property it says what is held ready, kept, and who may use it', () => {
  const cache = only(
    build({
      ...{ ...MINIMAL, minStorageGb: 2, minEcpuPerSecond: 5_000 },
      ...{ snapshotDays: 3, userGroup: 'shop-servers' },
    }),
    'AWS::ElastiCache::ServerlessCache',
  );
  expect(cache).toMatchObject({
    CacheUsageLimits: {
      DataStorage: { Unit: 'GB', Maximum: 10, Minimum: 2 },
      ECPUPerSecond: { Maximum: 30_000, Minimum: 5_000 },
    },
    SnapshotRetentionLimit: 3,
    UserGroupId: 'shop-servers',
  });
});

test('it is reached by TLS, in cluster mode, by the service alone', () => {
  const template = build(MINIMAL);
  expect(JSON.stringify(endpoint)).toMatch(/rediss:\/\/.*Endpoint\.Address.*:6379\?cluster/);
  expect(only(template, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({
    SourceSecurityGroupId: 'sg-client',
    FromPort: 6379,
    ToPort: 6379,
  });
});
