import type { RegionName } from '../../../config';
import type { AlarmMetric, RunbookAlarm } from '../runbook-alarms';

/** One Region's cluster of a `neptune` store. */
export interface WatchedGraph {
  /** Computed identifier. */
  readonly cluster: string;
  /** Name of the store. */
  readonly subject: string;
  /** Other Regions of the store; whichever writes is the source of what is copied. */
  readonly peers: readonly RegionName[];
  /** What the business accepts to lose, in seconds. */
  readonly rpoSeconds: number;
}

const MOST_CPU = 80;
const MOST_WAITING = 100;
/** Neptune tells every five minutes, of what is not zero. */
const PERIOD = 5;

/**
 * Equal for every member, whoever writes.
 * @see https://docs.aws.amazon.com/neptune/latest/userguide/cw-metrics.html
 */
export function graphAlarms({
  cluster,
  subject,
  peers,
  rpoSeconds,
}: WatchedGraph): readonly RunbookAlarm[] {
  const metric = (
    name: string,
    statistic: AlarmMetric['statistic'],
    more: Readonly<Record<string, string>> = {},
  ): AlarmMetric => ({
    ...{ namespace: 'AWS/Neptune', name, statistic },
    dimensions: { DBClusterIdentifier: cluster, ...more },
  });
  const common = { subject, is: 'above', periodMinutes: PERIOD } as const;
  const from = peers.map(
    (SourceRegion, index) =>
      [`from${index + 1}`, metric('GlobalDbProgressLag', 'Maximum', { SourceRegion })] as const,
  );
  const lag: RunbookAlarm = {
    ...common,
    entry: 'graph-replication-lag',
    says: `This Region's copy of the graph is more than ${rpoSeconds} s old.`,
    metric: { formula: 'MAX(METRICS())', metrics: Object.fromEntries(from) },
    threshold: rpoSeconds * 1000,
    minutes: PERIOD,
    // Where it is written, and without a lag, there is nothing to tell: what was told last stands.
    silence: 'unchanged',
  };
  return [
    ...(from.length > 0 ? [lag] : []),
    {
      ...common,
      entry: 'busy-graph',
      says: `An instance uses more than ${MOST_CPU} % of its processors.`,
      metric: metric('CPUUtilization', 'Maximum'),
      threshold: MOST_CPU,
      minutes: 2 * PERIOD,
      // An instance that runs is never quite idle.
      silence: 'breaching',
    },
    {
      ...common,
      entry: 'graph-queue',
      says: `More than ${MOST_WAITING} queries wait for a thread.`,
      metric: metric('MainRequestQueuePendingRequests', 'Maximum'),
      threshold: MOST_WAITING,
      minutes: 2 * PERIOD,
      // Exists only while something waits.
      silence: 'healthy',
    },
  ];
}
