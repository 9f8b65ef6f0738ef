import type { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { NodesCache } from '../../../../lib/config';
import { GlobalDatastore, RegionalCache } from '../../../../lib/constructs/cache';
import { only, templateOf } from '../../../support/stack';

const KEY = 'arn:aws:kms:us-east-2:123456789012:key/1';
const NODES: NodesCache = {
  ...{ kind: 'nodes', nodeType: 'cache.m7g.large', replicas: 2 },
  ...{ shards: undefined, globalDatastore: undefined },
};

interface Built {
  readonly template: Template;
  readonly endpoint: unknown;
  readonly group: Record<string, unknown>;
}

function build(cache: NodesCache, datastoreId?: string): Built {
  let endpoint: unknown;
  const template = templateOf((stack) => {
    const made = new RegionalCache(stack, 'Valkey', {
      groupId: 'meridian-us-east-2',
      ...{ cache, keyArn: KEY, vpc: stack.importedVpc() },
      client: SecurityGroup.fromSecurityGroupId(stack, 'Client', 'sg-client'),
      ...(datastoreId !== undefined && { datastoreId }),
    });
    endpoint = stack.resolve(made.endpoint);
  });
  return { template, endpoint, group: only(template, 'AWS::ElastiCache::ReplicationGroup') };
}

const { template, endpoint, group } = build(NODES);

test('with minimal properties it is Valkey over zones, with replicas that take over by themselves', () => {
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

test('with every property, in cluster mode, its keys are divided, and clients are told which node has one', () => {
  const clustered = build({ ...NODES, shards: 3 });
  expect(clustered.group).toMatchObject({
    NumNodeGroups: 3,
    ReplicasPerNodeGroup: 2,
    AutomaticFailoverEnabled: true,
    MultiAZEnabled: true,
  });
  expect(clustered.group).not.toHaveProperty('NumCacheClusters');
  expect(only(clustered.template, 'AWS::ElastiCache::ParameterGroup').Properties).toEqual({
    'maxmemory-policy': 'allkeys-lru',
    'cluster-enabled': 'yes',
  });
  expect(JSON.stringify(clustered.endpoint)).toMatch(
    /rediss:\/\/.*ConfigurationEndPoint\.Address.*:6379\?cluster/,
  );
});

const FROM_THE_PRIMARY = [
  'Engine',
  'EngineVersion',
  'CacheNodeType',
  'CacheParameterGroupName',
  'NumNodeGroups',
  'TransitEncryptionEnabled',
  'AtRestEncryptionEnabled',
];

test.each([undefined, 3])(
  'as a secondary with shards: %s it says nothing that is its primary\u2019s',
  (shards) => {
    const secondary = build({ ...NODES, shards }, 'ldgnf-meridian');
    expect(secondary.group).toMatchObject({
      GlobalReplicationGroupId: 'ldgnf-meridian',
      KmsKeyId: KEY,
      MultiAZEnabled: true,
      ...(shards === undefined ? { NumCacheClusters: 3 } : { ReplicasPerNodeGroup: 2 }),
    });
    for (const property of FROM_THE_PRIMARY) expect(secondary.group).not.toHaveProperty(property);
  },
);

test('a change that AWS makes by a new group makes it under another logical id', () => {
  const ids = [
    build(NODES),
    build({ ...NODES, shards: 1 }),
    build(NODES, 'ldgnf-meridian'),
    build({ ...NODES, shards: 1 }, 'ldgnf-meridian'),
  ].map(({ template: it }) =>
    Object.keys(it.findResources('AWS::ElastiCache::ReplicationGroup')).join(),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test('a global datastore is made around the primary alone: secondaries join by its id', () => {
  let id: unknown;
  const global = templateOf((stack) => {
    const datastore = new GlobalDatastore(stack, 'Datastore', {
      ...{ suffix: 'meridian', primary: 'us-east-2', primaryGroup: 'meridian-us-east-2' },
    });
    id = stack.resolve(datastore.datastoreId);
  });
  expect(only(global, 'AWS::ElastiCache::GlobalReplicationGroup')).toEqual({
    GlobalReplicationGroupIdSuffix: 'meridian',
    GlobalReplicationGroupDescription: 'One cache, copied to other Regions',
    AutomaticFailoverEnabled: true,
    Members: [
      {
        ReplicationGroupId: 'meridian-us-east-2',
        ReplicationGroupRegion: 'us-east-2',
        Role: 'PRIMARY',
      },
    ],
  });
  expect(JSON.stringify(id)).toContain('GlobalReplicationGroupId');
});
