import type { AlarmExpression, AlarmMetric, RunbookAlarm } from '../runbook-alarms';

const MOST_CPU = 80;
/** Keys a minute. */
const MOST_EVICTIONS = 10_000;
const MOST_LAG_SECONDS = 5;

/** Of a Region's Valkey, by its nodes; which of them is the primary changes. */
export function cacheAlarms(nodes: readonly string[]): readonly RunbookAlarm[] {
  const worst = (name: string, statistic: AlarmMetric['statistic']): AlarmExpression => ({
    formula: 'MAX(METRICS())',
    metrics: Object.fromEntries(
      nodes.map((CacheClusterId, index) => [
        `node${index + 1}`,
        { namespace: 'AWS/ElastiCache', name, dimensions: { CacheClusterId }, statistic },
      ]),
    ),
  });
  return [
    {
      entry: 'busy-cache',
      says: `The engine of a node uses more than ${MOST_CPU} % of its processor.`,
      metric: worst('EngineCPUUtilization', 'Average'),
      is: 'above',
      threshold: MOST_CPU,
      minutes: 10,
      // Every node reports.
      silence: 'breaching',
    },
    {
      entry: 'cache-evictions',
      says: `A node drops more than ${MOST_EVICTIONS} keys a minute before their time.`,
      metric: worst('Evictions', 'Sum'),
      is: 'above',
      threshold: MOST_EVICTIONS,
      minutes: 15,
      silence: 'breaching',
    },
    {
      entry: 'cache-replication-lag',
      says: `A replica is more than ${MOST_LAG_SECONDS} s behind, so a failover would lose as much.`,
      metric: worst('ReplicationLag', 'Maximum'),
      is: 'above',
      threshold: MOST_LAG_SECONDS,
      minutes: 5,
      // Only replicas tell: silence of all nodes is a primary without any.
      silence: 'breaching',
    },
  ];
}
