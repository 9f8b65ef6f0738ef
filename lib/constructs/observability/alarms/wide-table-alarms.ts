import type { RegionName } from '../../../config';
import type { AlarmMetric, RunbookAlarm } from '../runbook-alarms';
import { lateWrites } from './late-writes';

/** This Region's copy of a table of a `keyspaces` store. */
export interface WatchedWideTable {
  readonly keyspace: string;
  readonly table: string;
  /** Which of ours it is, for the alarm's name. */
  readonly subject: string;
  /** Regions that it sends its writes to. */
  readonly peers: readonly RegionName[];
}

const READS = ['SELECT'];
const WRITES = ['INSERT', 'UPDATE', 'DELETE'];

/**
 * Keyspaces tells of each statement apart, so that an alarm adds them up.
 * @see https://docs.aws.amazon.com/keyspaces/latest/devguide/metrics-dimensions.html
 */
export function wideTableAlarms(watched: WatchedWideTable): RunbookAlarm[] {
  const { keyspace, table, subject, peers } = watched;
  const metrics = (name: string, operations: readonly string[]): Record<string, AlarmMetric> =>
    Object.fromEntries(
      operations.map((Operation) => [
        Operation.toLowerCase(),
        {
          ...{ namespace: 'AWS/Cassandra', name, statistic: 'Sum' },
          dimensions: { Keyspace: keyspace, TableName: table, Operation },
        },
      ]),
    );
  const common = {
    subject,
    is: 'above',
    threshold: 0,
    minutes: 3,
    // Exist only while something is refused or fails.
    silence: 'healthy',
  } as const;
  return [
    ...(peers.length > 0 ? [latencyAlarm(watched)] : []),
    {
      ...common,
      entry: 'keyspace-throttles',
      says: 'Statements are refused because they are too many for a partition, a connection or the account.',
      metric: {
        formula: 'SUM(METRICS())',
        metrics: {
          ...metrics('ReadThrottleEvents', READS),
          ...metrics('WriteThrottleEvents', WRITES),
        },
      },
    },
    {
      ...common,
      entry: 'keyspace-errors',
      says: 'Statements fail inside Keyspaces, through no fault of theirs.',
      metric: {
        formula: 'SUM(METRICS())',
        metrics: metrics('SystemErrors', [...READS, ...WRITES]),
      },
    },
  ];
}

/** AWS tells of the way to each Region, by the table with its keyspace or by the table alone. */
function latencyAlarm({ keyspace, table, subject, peers }: WatchedWideTable): RunbookAlarm {
  const latency = (dimensions: Readonly<Record<string, string>>): AlarmMetric => ({
    ...{ namespace: 'AWS/Cassandra', name: 'ReplicationLatency', statistic: 'Average' },
    dimensions,
  });
  const sent = peers.flatMap((ReceivingRegion, index): [string, AlarmMetric][] => {
    const alone = { TableName: table, ReceivingRegion };
    return [
      [`to${index + 1}`, latency({ Keyspace: keyspace, ...alone })],
      [`to${index + 1}table`, latency(alone)],
    ];
  });
  return lateWrites({ entry: 'keyspace-replication-latency', subject }, Object.fromEntries(sent));
}
