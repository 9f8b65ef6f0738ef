import { wideTableAlarms } from '../../../../lib/constructs/observability';

const WATCHED = { keyspace: 'meridian_timelines', table: 'notices', subject: 'timelines-notices' };

test('a table of one Region has nothing that could be late', () => {
  const entries = wideTableAlarms({ ...WATCHED, peers: [] }).map(({ entry }) => entry);
  expect(entries).toEqual(['keyspace-throttles', 'keyspace-errors']);
});

test('a copy rings where its writes are late in any other Region, and a quiet one does not', () => {
  const [latency] = wideTableAlarms({ ...WATCHED, peers: ['us-east-2', 'eu-west-1'] });
  expect(latency).toMatchObject({
    entry: 'keyspace-replication-latency',
    is: 'above',
    threshold: 5000,
    silence: 'unchanged',
  });
  const { metrics } = latency!.metric as { metrics: Record<string, { dimensions: object }> };
  const way = (ReceivingRegion: string) => ({ TableName: 'notices', ReceivingRegion });
  expect(Object.values(metrics).map(({ dimensions }) => dimensions)).toEqual([
    { Keyspace: 'meridian_timelines', ...way('us-east-2') },
    way('us-east-2'),
    { Keyspace: 'meridian_timelines', ...way('eu-west-1') },
    way('eu-west-1'),
  ]);
});
