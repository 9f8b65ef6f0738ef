import type { AlarmMetric, RunbookAlarm } from '../runbook-alarms';

/** The shard group of an `aurora-limitless` store. */
export interface WatchedShardGroup {
  /** Computed identifier. */
  readonly shardGroup: string;
  /** Name of the store. */
  readonly subject: string;
  /** Capacity units that it may grow to. */
  readonly maxAcu: number;
}

/** Per cent of `maxAcu`. */
const MOST_CAPACITY = 90;
/** Per cent of what a router or a shard may have at most. */
const MOST_CPU = 80;
/** Half of what there are: beyond 2,146,483,648 the database takes reads only. */
const MOST_TRANSACTION_IDS = 1_000_000_000;

/**
 * By the shard group's name, under which AWS tells of the group and of all its routers and shards; it
 * tells of no deadlocks, and of connections under a dimension that it does not name.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/limitless-monitoring.cw.html
 */
export function limitlessAlarms({
  shardGroup,
  subject,
  maxAcu,
}: WatchedShardGroup): readonly RunbookAlarm[] {
  const metric = (name: string, statistic: AlarmMetric['statistic']): AlarmMetric => ({
    ...{ namespace: 'AWS/RDS', name, statistic },
    dimensions: { DBShardGroupIdentifier: shardGroup },
  });
  // Routers and shards run for as long as the group is there, and report.
  const common = { subject, is: 'above', silence: 'breaching' } as const;
  return [
    {
      ...common,
      entry: 'limitless-capacity',
      says: `It uses more than ${MOST_CAPACITY} % of the ${maxAcu} capacity units that it may.`,
      metric: metric('DBShardGroupACUUtilization', 'Maximum'),
      threshold: MOST_CAPACITY,
      minutes: 10,
    },
    {
      ...common,
      entry: 'limitless-processors',
      says: `A router or a shard uses more than ${MOST_CPU} % of the processors that it may have.`,
      metric: metric('CPUUtilization', 'Maximum'),
      threshold: MOST_CPU,
      minutes: 10,
    },
    {
      ...common,
      entry: 'limitless-transaction-ids',
      says: `A node has used ${MOST_TRANSACTION_IDS} ids of transactions since its last vacuum, half of all.`,
      metric: metric('MaximumUsedTransactionIDs', 'Maximum'),
      threshold: MOST_TRANSACTION_IDS,
      minutes: 60,
      periodMinutes: 5,
    },
  ];
}
