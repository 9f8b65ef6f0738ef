import { standingCost } from '../../../../lib/tools/cost';
import { Fixtures } from '../assembly/fixture';

// What is priced by resources of other stacks.
const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

it('prices the nodes of a secondary by those of the primary of its global datastore', () => {
  const nodes = { Engine: 'valkey', CacheNodeType: 'cache.m7g.large', NumNodeGroups: 2 };
  const primary = {
    Type: 'AWS::ElastiCache::ReplicationGroup',
    Properties: { ReplicationGroupId: 'one', ReplicasPerNodeGroup: 1, ...nodes },
  };
  const member = {
    ReplicationGroupId: 'one',
    ReplicationGroupRegion: 'us-east-2',
    Role: 'PRIMARY',
  };
  const datastore = {
    Type: 'AWS::ElastiCache::GlobalReplicationGroup',
    Properties: { Members: [member] },
  };
  const secondary = {
    Type: 'AWS::ElastiCache::ReplicationGroup',
    Properties: { GlobalReplicationGroupId: { Ref: 'Id' }, ReplicasPerNodeGroup: 2 },
  };
  const { lines, unknown } = standingCost(
    fixtures.load({
      Primary: { region: 'us-east-2', template: { Resources: { primary, datastore } } },
      Secondary: { region: 'eu-west-1', template: { Resources: { secondary } } },
    }),
  );
  expect(unknown).toEqual([]);
  expect(lines.map(({ region, quantity }) => `${region} ${quantity}`)).toEqual([
    'us-east-2 4',
    'eu-west-1 6',
  ]);
});

it('prices a proxy by the vCPUs of the instances behind it, and its way to the readers by zone', () => {
  const proxy = { Type: 'AWS::RDS::DBProxy', Properties: {} };
  const readers = {
    Type: 'AWS::RDS::DBProxyEndpoint',
    Properties: { VpcSubnetIds: ['subnet-a', 'subnet-b', 'subnet-c'], TargetRole: 'READ_ONLY' },
  };
  const targets = {
    Type: 'AWS::RDS::DBProxyTargetGroup',
    Properties: { DBProxyName: { Ref: 'proxy' }, DBClusterIdentifiers: ['one'] },
  };
  const cluster = { Type: 'AWS::RDS::DBCluster', Properties: { DBClusterIdentifier: 'one' } };
  const instance = {
    Type: 'AWS::RDS::DBInstance',
    Properties: {
      ...{ DBClusterIdentifier: { Ref: 'cluster' }, Engine: 'aurora-postgresql' },
      DBInstanceClass: 'db.r8g.xlarge',
    },
  };
  const data = { Resources: { cluster, instance, second: instance } };
  const { lines, unknown } = standingCost(
    fixtures.load({
      Data: { region: 'us-east-2', template: data },
      Proxies: { region: 'us-east-2', template: { Resources: { proxy, readers, targets } } },
    }),
  );
  expect(unknown).toEqual([]);
  expect(
    lines
      .filter(({ service }) => service === 'RDS Proxy')
      .map(({ item, quantity, perMonth }) => `${item} × ${quantity} = ${perMonth}`),
  ).toEqual(['vCPU of the instances behind it × 8 = 87.6', 'endpoint, per zone × 3 = 21.9']);
});
