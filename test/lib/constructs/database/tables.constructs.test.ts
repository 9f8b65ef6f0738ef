import { storesOf } from '../../../../lib/config';
import type { Protection, TableShape } from '../../../../lib/config';
import {
  AuroraGlobalCluster,
  ControlTable,
  GlobalTable,
} from '../../../../lib/constructs/database';
import { deploymentWith, only, templateOf } from '../../../support/stack';

const TYPE = 'AWS::DynamoDB::GlobalTable';
const deploymentOf = (protection: Protection) => deploymentWith({ protection });

describe('GlobalTable', () => {
  const table = (protection: Protection, shape?: Partial<TableShape>) =>
    templateOf((stack) => {
      new GlobalTable(stack, 'Sessions', {
        deployment: deploymentOf(protection),
        kind: 'sessions',
        shape: { partitionKey: 'sid', ...shape },
        regions: ['us-east-2', 'eu-central-1'],
      });
    });

  test('with minimal properties has a protected, encrypted replica in each Region', () => {
    const properties = only(table('production'), TYPE);
    expect(properties).toMatchObject({
      TableName: 'meridian-sessions',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'sid', KeyType: 'HASH' }],
      Replicas: ['us-east-2', 'eu-central-1'].map((region) => ({
        Region: region,
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: {
          KMSMasterKeyId: `arn:aws:kms:${region}:123456789012:alias/meridian-data`,
        },
      })),
    });
    expect(properties).not.toHaveProperty('TimeToLiveSpecification');
    expect(properties).not.toHaveProperty('MultiRegionConsistency');
  });

  test('with every property sorts the items of a partition and lets them expire', () => {
    const shape = { sortKey: 'at', timeToLiveAttribute: 'expiresAt' };
    expect(only(table('production', shape), TYPE)).toMatchObject({
      KeySchema: [
        { AttributeName: 'sid', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['sid', 'at'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  test('is retained in production, and deletable where ephemeral', () => {
    table('production').hasResource(TYPE, { DeletionPolicy: 'Retain' });
    table('ephemeral').hasResource(TYPE, { DeletionPolicy: 'Delete' });
    expect(JSON.stringify(only(table('ephemeral'), TYPE))).toContain(
      '"DeletionProtectionEnabled":false',
    );
  });
});

describe('ControlTable', () => {
  const template = templateOf((stack) => {
    new ControlTable(stack, 'Topology', {
      deployment: deploymentOf('production'),
      partitionKey: 'id',
    });
  });

  test('is strongly consistent over the three control Regions', () => {
    const properties = only(template, TYPE) as { Replicas: { Region: string }[] };
    expect(properties).toMatchObject({
      TableName: 'meridian-topology',
      MultiRegionConsistency: 'STRONG',
    });
    expect(properties.Replicas.map(({ Region }) => Region)).toEqual([
      'us-east-1',
      'us-east-2',
      'us-west-2',
    ]);
  });

  test('has nothing that AWS refuses on strongly consistent tables', () => {
    const properties = only(template, TYPE);
    for (const refused of ['TimeToLiveSpecification', 'LocalSecondaryIndexes']) {
      expect(properties).not.toHaveProperty(refused);
    }
  });

  test('refuses any other number of Regions', () => {
    const deployment = { ...deploymentWith(), controlRegions: ['us-east-1'] };
    expect(() =>
      templateOf((stack) => {
        new ControlTable(stack, 'Topology', { deployment, partitionKey: 'id' });
      }),
    ).toThrow('`controlRegions` must be three Regions, got: us-east-1');
  });
});

describe('AuroraGlobalCluster', () => {
  const cluster = (protection: Protection) =>
    templateOf((stack) => {
      const deployment = deploymentOf(protection);
      new AuroraGlobalCluster(stack, 'Main', {
        deployment,
        store: storesOf(deployment, 'aurora')[0]!,
        shard: 's0',
        birthRegion: 'eu-central-1',
      });
    });

  test('wraps the birth cluster by its computed ARN, and repeats nothing of it', () => {
    expect(only(cluster('production'), 'AWS::RDS::GlobalCluster')).toEqual({
      GlobalClusterIdentifier: 'meridian-main-s0',
      SourceDBClusterIdentifier:
        'arn:aws:rds:eu-central-1:123456789012:cluster:meridian-main-s0-eu-central-1',
      DeletionProtection: true,
    });
  });

  test('is retained in production, and deletable where ephemeral', () => {
    cluster('production').hasResource('AWS::RDS::GlobalCluster', { DeletionPolicy: 'Retain' });
    cluster('ephemeral').hasResource('AWS::RDS::GlobalCluster', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtection: false },
    });
  });
});
