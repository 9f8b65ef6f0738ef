import type { AlarmExpression, AlarmMetric, RunbookAlarm } from '../runbook-alarms';

const MOST_CPU = 80;
/** Keys a minute. */
const MOST_EVICTIONS = 10_000;
const MOST_LAG_SECONDS = 5;
/** Between Regions, where the way alone takes a good part of a second. */
const MOST_DATASTORE_LAG_SECONDS = 30;
/** Metrics that one alarm takes. */
const MOST_METRICS = 10;

/** Of a Region's Valkey, by its nodes; which of a shard's is the primary changes. */
export function cacheAlarms(nodes: readonly string[]): readonly RunbookAlarm[] {
  return [
    ...ofWorst(nodes, 'EngineCPUUtilization', 'Average', {
      entry: 'busy-cache',
      says: `The engine of a node uses more than ${MOST_CPU} % of its processor.`,
      is: 'above',
      threshold: MOST_CPU,
      minutes: 10,
      // Every node reports.
      silence: 'breaching',
    }),
    ...ofWorst(nodes, 'Evictions', 'Sum', {
      entry: 'cache-evictions',
      says: `A node drops more than ${MOST_EVICTIONS} keys a minute before their time.`,
      is: 'above',
      threshold: MOST_EVICTIONS,
      minutes: 15,
      silence: 'breaching',
    }),
    ...ofWorst(nodes, 'ReplicationLag', 'Maximum', {
      entry: 'cache-replication-lag',
      says: `A replica is more than ${MOST_LAG_SECONDS} s behind, so a failover would lose as much.`,
      is: 'above',
      threshold: MOST_LAG_SECONDS,
      minutes: 5,
      // Only replicas tell: silence of all nodes is a primary without any.
      silence: 'breaching',
    }),
  ];
}

/** Of a secondary of a global datastore, by its nodes; the primary of each shard tells. */
export function datastoreAlarms(nodes: readonly string[]): readonly RunbookAlarm[] {
  return ofWorst(nodes, 'GlobalDatastoreReplicationLag', 'Maximum', {
    entry: 'cache-datastore-lag',
    says: `This Region's copy of the cache is more than ${MOST_DATASTORE_LAG_SECONDS} s old.`,
    is: 'above',
    threshold: MOST_DATASTORE_LAG_SECONDS,
    minutes: 5,
    silence: 'breaching',
  });
}

export interface WatchedServerlessCache {
  readonly cacheName: string;
  /** Its limit, in GB. */
  readonly maxStorageGb: number;
}

/** Of a Region's Valkey without nodes: it is as large as its use, until it meets a limit. */
export function serverlessCacheAlarms({
  cacheName,
  maxStorageGb,
}: WatchedServerlessCache): readonly RunbookAlarm[] {
  const metric = (name: string, statistic: AlarmMetric['statistic']): AlarmMetric => ({
    ...{ namespace: 'AWS/ElastiCache', name, statistic },
    dimensions: { ServerlessCacheName: cacheName },
  });
  return [
    {
      entry: 'cache-throttled',
      says: 'Commands are refused: the cache is at its limit of processing units, or grows more slowly than its use.',
      metric: metric('ThrottledCmds', 'Sum'),
      is: 'above',
      threshold: 0,
      minutes: 3,
      silence: 'healthy',
    },
    {
      entry: 'cache-full',
      says: `It holds more than nine tenths of its limit of ${maxStorageGb} GB.`,
      metric: metric('BytesUsedForCache', 'Maximum'),
      is: 'above',
      threshold: Math.floor(0.9 * maxStorageGb * 1024 ** 3),
      minutes: 15,
      // An empty one reports, too.
      silence: 'breaching',
    },
  ];
}

/** The worst of all nodes; one alarm for as many as it takes, so that most caches have one. */
function ofWorst(
  nodes: readonly string[],
  name: string,
  statistic: AlarmMetric['statistic'],
  alarm: Omit<RunbookAlarm, 'metric' | 'subject'>,
): readonly RunbookAlarm[] {
  const parts = Array.from({ length: Math.ceil(nodes.length / MOST_METRICS) }, (_, index) =>
    nodes.slice(index * MOST_METRICS, (index + 1) * MOST_METRICS),
  );
  return parts.map((part, index) => {
    const metric: AlarmExpression = {
      formula: 'MAX(METRICS())',
      metrics: Object.fromEntries(
        part.map((CacheClusterId, at) => [
          `node${at + 1}`,
          { namespace: 'AWS/ElastiCache', name, dimensions: { CacheClusterId }, statistic },
        ]),
      ),
    };
    return { ...alarm, metric, ...(parts.length > 1 && { subject: `nodes-${index + 1}` }) };
  });
}
