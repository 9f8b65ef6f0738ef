import { databaseAlarms } from '../../../../lib/constructs/observability';

const WATCHED = {
  ...{ cluster: 'meridian-main-s0-us-east-2', subject: 'main-s0', instanceClass: 'db.r8g.large' },
  ...{ peers: [], rpoSeconds: 5 },
};
const entriesOf = (more: object) => databaseAlarms({ ...WATCHED, ...more }).map((it) => it.entry);

test('slots are watched where somebody may replicate out of the cluster, and nowhere else', () => {
  expect(entriesOf({})).not.toContain('replication-slot-lag');
  expect(entriesOf({ logicalReplication: true, headless: true })).toEqual([]);
  const alarm = databaseAlarms({ ...WATCHED, logicalReplication: true }).at(-1);
  expect(alarm).toMatchObject({
    ...{ entry: 'replication-slot-lag', subject: 'main-s0', is: 'above', threshold: 10 * 2 ** 30 },
    metric: {
      name: 'OldestReplicationSlotLag',
      dimensions: { DBClusterIdentifier: 'meridian-main-s0-us-east-2' },
    },
  });
});
