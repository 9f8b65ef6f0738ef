import type { RegionName } from '../../../config';
import type { AlarmMetric, RunbookAlarm } from '../runbook-alarms';
import { lateWrites } from './late-writes';

/** This Region's replica of a global table. */
export interface WatchedTable {
  readonly table: string;
  /** Which of ours it is, for the alarm's name. */
  readonly subject: string;
  /** Regions that it sends its writes to. */
  readonly peers: readonly RegionName[];
}

export function tableAlarms({ table, subject, peers }: WatchedTable): readonly RunbookAlarm[] {
  const metric = (
    name: string,
    statistic: AlarmMetric['statistic'],
    more: Readonly<Record<string, string>> = {},
  ): AlarmMetric => ({
    namespace: 'AWS/DynamoDB',
    name,
    dimensions: { TableName: table, ...more },
    statistic,
  });
  const sent = peers.map(
    (ReceivingRegion, index) =>
      [`to${index + 1}`, metric('ReplicationLatency', 'Average', { ReceivingRegion })] as const,
  );
  return [
    ...(sent.length > 0
      ? [lateWrites({ entry: 'table-replication-latency', subject }, Object.fromEntries(sent))]
      : []),
    {
      entry: 'table-throttles',
      subject,
      says: 'Requests to a table are refused because they are too many for one key or the account.',
      metric: {
        formula: 'SUM(METRICS())',
        metrics: {
          reads: metric('ReadThrottleEvents', 'Sum'),
          writes: metric('WriteThrottleEvents', 'Sum'),
        },
      },
      is: 'above',
      threshold: 0,
      minutes: 3,
      // Exists only while something is throttled.
      silence: 'healthy',
    },
  ];
}
