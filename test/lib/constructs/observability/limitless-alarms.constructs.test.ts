import { limitlessAlarms } from '../../../../lib/constructs/observability';

const ALARMS = limitlessAlarms({
  shardGroup: 'meridian-orders-shards',
  subject: 'orders',
  maxAcu: 64,
});

test('a shard group is watched by its own name: as a whole, by its busiest node, by its oldest', () => {
  expect(ALARMS.map(({ entry, metric, threshold }) => ({ entry, metric, threshold }))).toEqual(
    [
      ['limitless-capacity', 'DBShardGroupACUUtilization', 90],
      ['limitless-processors', 'CPUUtilization', 80],
      ['limitless-transaction-ids', 'MaximumUsedTransactionIDs', 1_000_000_000],
    ].map(([entry, name, threshold]) => ({
      ...{ entry, threshold },
      metric: {
        ...{ namespace: 'AWS/RDS', name, statistic: 'Maximum' },
        dimensions: { DBShardGroupIdentifier: 'meridian-orders-shards' },
      },
    })),
  );
});

test('silence of a group that always has routers and shards is bad news', () => {
  expect(new Set(ALARMS.map(({ silence }) => silence))).toEqual(new Set(['breaching']));
  expect(ALARMS[0]!.says).toContain('64 capacity units');
});
