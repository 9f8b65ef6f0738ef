import { storesOf } from '../../../../lib/config';
import type { KeyspacesStoreDeclaration, Protection } from '../../../../lib/config';
import { WideColumnKeyspace } from '../../../../lib/constructs/database';
import { useStores } from '../../../../lib/constructs/security';
import { deploymentWith, only, templateOf } from '../../../support/stack';

const KEYSPACE = 'AWS::Cassandra::Keyspace';
const TABLE = 'AWS::Cassandra::Table';

const deploymentOf = (
  declared: Omit<KeyspacesStoreDeclaration, 'engine'>,
  protection: Protection = 'production',
) =>
  deploymentWith({
    stores: { main: { engine: 'aurora' }, 'read-later': { engine: 'keyspaces', ...declared } },
    protection,
  });
const keyspace = (...declared: Parameters<typeof deploymentOf>) =>
  templateOf((stack) => {
    const deployment = deploymentOf(...declared);
    const [store] = storesOf(deployment, 'keyspaces');
    new WideColumnKeyspace(stack, 'Keyspace', { deployment, store: store! });
  }, 'eu-central-1');

const minimal = { columns: { reader: 'uuid', what: 'text' }, partitionKey: ['reader'] };

test("minimal: all Regions of the deployment, clients' timestamps, restorable", () => {
  const template = keyspace({ tables: { notices: minimal } });
  expect(only(template, KEYSPACE)).toEqual({
    KeyspaceName: 'meridian_read_later',
    ClientSideTimestampsEnabled: true,
    ReplicationSpecification: {
      ReplicationStrategy: 'MULTI_REGION',
      RegionList: ['eu-central-1', 'us-east-2', 'ap-northeast-1'],
    },
  });
  expect(only(template, TABLE)).toEqual({
    ...{ KeyspaceName: 'meridian_read_later', TableName: 'notices' },
    BillingMode: { Mode: 'ON_DEMAND' },
    ClientSideTimestampsEnabled: true,
    EncryptionSpecification: { EncryptionType: 'AWS_OWNED_KMS_KEY' },
    PointInTimeRecoveryEnabled: true,
    PartitionKeyColumns: [{ ColumnName: 'reader', ColumnType: 'uuid' }],
    RegularColumns: [{ ColumnName: 'what', ColumnType: 'text' }],
  });
});

test('every property: one Region that can grow, order, expiry', () => {
  const notices = {
    columns: { reader: 'uuid', at: 'timestamp', what: 'text' },
    partitionKey: ['reader'],
    clusteringKey: ['at desc'],
    timeToLiveSeconds: 86_400,
  };
  const template = keyspace({ regions: ['eu-central-1'], tables: { notices } });
  expect(only(template, KEYSPACE)).toMatchObject({
    ClientSideTimestampsEnabled: true,
    ReplicationSpecification: { ReplicationStrategy: 'SINGLE_REGION' },
  });
  expect(only(template, TABLE)).toMatchObject({
    ClusteringKeyColumns: [
      { Column: { ColumnName: 'at', ColumnType: 'timestamp' }, OrderBy: 'DESC' },
    ],
    RegularColumns: [{ ColumnName: 'what' }],
    DefaultTimeToLive: 86_400,
  });
});

test('is retained in production, and deletable where ephemeral', () => {
  const tables = { notices: minimal };
  for (const type of [KEYSPACE, TABLE]) {
    keyspace({ tables }).hasResource(type, { DeletionPolicy: 'Retain' });
    keyspace({ tables }, 'ephemeral').hasResource(type, { DeletionPolicy: 'Delete' });
  }
});

test('a table is made after its keyspace', () => {
  const template = keyspace({ tables: { notices: minimal } });
  const [id] = Object.keys(template.findResources(KEYSPACE));
  template.hasResource(TABLE, { DependsOn: [id] });
});

test("services use the rows of their own Region's copy, and of the system tables none but by reading", () => {
  const deployment = deploymentOf({ regions: ['eu-central-1'], tables: { notices: minimal } });
  const { stores } = deployment;
  const [read, write] = useStores({ deployment, region: 'eu-central-1' }, stores);
  const table =
    'arn:aws:cassandra:eu-central-1:123456789012:/keyspace/meridian_read_later/table/notices';
  expect(write!.toStatementJson()).toMatchObject({ Action: 'cassandra:Modify', Resource: table });
  expect(read!.toStatementJson()).toMatchObject({
    Action: 'cassandra:Select',
    Resource: [table, 'arn:aws:cassandra:eu-central-1:123456789012:/keyspace/system*'],
  });
  expect(useStores({ deployment, region: 'us-east-2' }, stores)).toEqual([]);
});
