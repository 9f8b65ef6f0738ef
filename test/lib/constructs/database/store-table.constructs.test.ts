import { storesOf } from '../../../../lib/config';
import type { DynamoDbStoreDeclaration, Protection } from '../../../../lib/config';
import { StoreTable } from '../../../../lib/constructs/database';
import { deploymentWith, only, templateOf } from '../../../support/stack';

const TYPE = 'AWS::DynamoDB::GlobalTable';

const table = (
  declared: Omit<DynamoDbStoreDeclaration, 'engine'>,
  protection: Protection = 'production',
) => {
  const deployment = deploymentWith({
    regions: { 'us-east-1': {}, 'us-east-2': {}, 'us-west-2': {} },
    stores: { main: { engine: 'aurora' }, ledger: { engine: 'dynamodb', ...declared } },
    protection,
  });
  const [store] = storesOf(deployment, 'dynamodb');
  return templateOf((stack) => {
    new StoreTable(stack, 'Table', { deployment, store: store!, table: store!.tables[0]! });
  }, 'us-east-1');
};

const replica = (region: string) => ({
  Region: region,
  DeletionProtectionEnabled: true,
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  SSESpecification: { KMSMasterKeyId: `arn:aws:kms:${region}:123456789012:alias/meridian-data` },
});

test('minimal: a replica in every Region, each restorable, protected and under its own key', () => {
  const template = table({ tables: { accounts: { partitionKey: { name: 'id' } } } });
  expect(only(template, TYPE)).toEqual({
    TableName: 'meridian-ledger.accounts',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    Replicas: ['us-east-1', 'us-east-2', 'us-west-2'].map(replica),
  });
});

test('every property of eventual tables: sort key, indexes, expiry, Regions of its own', () => {
  const template = table({
    regions: ['us-west-2', 'us-east-1'],
    tables: {
      entries: {
        partitionKey: { name: 'account' },
        sortKey: { name: 'at', type: 'N' },
        indexes: {
          'by-day': { partitionKey: { name: 'day' }, sortKey: { name: 'at', type: 'N' } },
        },
        timeToLive: 'endsAt',
      },
    },
  });
  expect(only(template, TYPE)).toMatchObject({
    AttributeDefinitions: [
      { AttributeName: 'account', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: 'N' },
      { AttributeName: 'day', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'account', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-day',
        KeySchema: [
          { AttributeName: 'day', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    TimeToLiveSpecification: { AttributeName: 'endsAt', Enabled: true },
    Replicas: ['us-east-1', 'us-west-2'].map(replica),
  });
});

test('strong with a witness: two replicas and the third Region, and no stream', () => {
  const properties = only(
    table({
      consistency: 'strong',
      ...{ regions: ['us-east-1', 'us-east-2'], witnessRegion: 'us-west-2' },
      tables: { accounts: { partitionKey: { name: 'id' } } },
    }),
    TYPE,
  );
  expect(properties).toMatchObject({
    MultiRegionConsistency: 'STRONG',
    GlobalTableWitnesses: [{ Region: 'us-west-2' }],
    Replicas: ['us-east-1', 'us-east-2'].map(replica),
  });
  expect(properties).not.toHaveProperty('StreamSpecification');
});

test('is retained in production, and deletable where ephemeral', () => {
  const tables = { accounts: { partitionKey: { name: 'id' } } };
  table({ tables }).hasResource(TYPE, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  const ephemeral = table({ tables }, 'ephemeral');
  ephemeral.hasResource(TYPE, { DeletionPolicy: 'Delete' });
  expect(only(ephemeral, TYPE)).toMatchObject({
    Replicas: [1, 2, 3].map(() => ({ DeletionProtectionEnabled: false })),
  });
});
