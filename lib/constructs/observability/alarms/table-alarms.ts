import type { RegionName } from '../../../config';
import type { AlarmMetric, RunbookAlarm } from '../runbook-alarms';

/** This Region's replica of a global table. */
export interface WatchedTable {
  readonly table: string;
  /** Which of ours it is, for the alarm's name. */
  readonly subject: string;
  /** Regions that it sends its writes to. */
  readonly peers: readonly RegionName[];
}

/** How late a write may be elsewhere; usual is a second. */
const SLOWEST_MS = 5000;

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
  const latency: RunbookAlarm = {
    entry: 'table-replication-latency',
    subject,
    says: `Writes of this Region take more than ${SLOWEST_MS} ms to reach another.`,
    metric: { formula: 'MAX(METRICS())', metrics: Object.fromEntries(sent) },
    is: 'above',
    threshold: SLOWEST_MS,
    minutes: 5,
    // Measured on writes alone: a quiet table proves nothing either way.
    silence: 'unchanged',
  };
  return [
    ...(sent.length > 0 ? [latency] : []),
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
