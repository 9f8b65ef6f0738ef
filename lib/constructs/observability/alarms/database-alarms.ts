import { databaseConnections, databaseMemory } from '../../../config';
import type { CapacityUnits, RegionName } from '../../../config';
import type { AlarmExpression, AlarmMetric, RunbookAlarm } from '../runbook-alarms';

/** One Region's member of a global cluster. */
export interface WatchedCluster {
  /** Computed identifier. */
  readonly cluster: string;
  readonly instanceClass: string;
  /** Between which a serverless instance grows. @default it is of a class */
  readonly capacityUnits?: CapacityUnits | undefined;
  /** Store and shard, for the alarm's name. */
  readonly subject: string;
  /** Other Regions of the store; whichever writes is the source of what is replicated. */
  readonly peers: readonly RegionName[];
  /** What the business accepts to lose, in seconds. */
  readonly rpoSeconds: number;
  /** Whether it is storage without instances, which nothing but the lag is told of. @default false */
  readonly headless?: boolean;
  /** Whether somebody may replicate out of it, who may also forget to. @default false */
  readonly logicalReplication?: boolean;
}

const MOST_CPU = 80;
/** Of all connections that the class takes. */
const MOST_CONNECTIONS = 0.8;
/** Of the class's memory. */
const LEAST_MEMORY = 0.05;

/** Commits a second of a member: only who writes has a writer, and any other is silent. */
export function commits(cluster: string): Pick<RunbookAlarm, 'entry' | 'metric'> {
  return {
    entry: 'who-writes',
    metric: {
      namespace: 'AWS/RDS',
      name: 'CommitThroughput',
      dimensions: { DBClusterIdentifier: cluster, Role: 'WRITER' },
      statistic: 'Average',
    },
  };
}

/** Equal for every member, whoever writes: roles change, and alarms must not. */
export function databaseAlarms(watched: WatchedCluster): readonly RunbookAlarm[] {
  const lag = watched.peers.length > 0 ? lagAlarms(watched) : [];
  if (watched.headless === true) return lag;
  const slots = watched.logicalReplication === true ? [slotAlarm(watched)] : [];
  return [...lag, ...instanceAlarms(watched), ...slots];
}

const MOST_KEPT_GIB = 10;

/**
 * A slot keeps the log until it is read, for ever if need be.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
 */
function slotAlarm({ cluster, subject }: WatchedCluster): RunbookAlarm {
  return {
    ...{ entry: 'replication-slot-lag', subject },
    says: `A slot of logical replication keeps more than ${MOST_KEPT_GIB} GiB of the log.`,
    metric: {
      ...{ namespace: 'AWS/RDS', name: 'OldestReplicationSlotLag', statistic: 'Maximum' },
      dimensions: { DBClusterIdentifier: cluster },
    },
    is: 'above',
    threshold: MOST_KEPT_GIB * 2 ** 30,
    minutes: 15,
    // Exists only while there is a slot; without one nothing is kept.
    silence: 'healthy',
  };
}

function lagAlarms({ cluster, subject, peers, rpoSeconds }: WatchedCluster): RunbookAlarm[] {
  // Told of a secondary, by the Region that it copies: one of these is it, and the others are silent.
  const behind = (name: string): AlarmExpression => ({
    formula: 'MAX(METRICS())',
    metrics: Object.fromEntries(
      peers.map((SourceRegion, index) => [
        `from${index + 1}`,
        {
          namespace: 'AWS/RDS',
          name,
          dimensions: { DBClusterIdentifier: cluster, SourceRegion },
          statistic: 'Maximum',
        },
      ]),
    ),
  });
  const common = {
    subject,
    is: 'above',
    threshold: rpoSeconds * 1000,
    minutes: 3,
    // In the Region that writes it is silent for good; in any other nobody knows what would be lost.
    silence: 'unknown',
  } as const;
  return [
    {
      ...common,
      entry: 'recovery-point-lag',
      says: `If the writing Region were lost now, more than ${rpoSeconds} s of writes would be.`,
      metric: behind('AuroraGlobalDBRPOLag'),
    },
    {
      ...common,
      entry: 'database-replication-lag',
      says: `Readers of this Region see the database as it was more than ${rpoSeconds} s ago.`,
      metric: behind('AuroraGlobalDBReplicationLag'),
    },
  ];
}

function instanceAlarms({
  cluster,
  subject,
  instanceClass,
  capacityUnits,
}: WatchedCluster): RunbookAlarm[] {
  const connections = Math.floor(
    databaseConnections(instanceClass, capacityUnits) * MOST_CONNECTIONS,
  );
  const memory = Math.floor(databaseMemory(instanceClass, capacityUnits) * LEAST_MEMORY);
  const metric = (name: string, statistic: AlarmMetric['statistic']): AlarmMetric => ({
    namespace: 'AWS/RDS',
    name,
    dimensions: { DBClusterIdentifier: cluster },
    statistic,
  });
  // An instance that runs reports.
  const common = { subject, silence: 'breaching' } as const;
  return [
    {
      ...common,
      entry: 'busy-database',
      says: `An instance uses more than ${MOST_CPU} % of its processors.`,
      metric: metric('CPUUtilization', 'Maximum'),
      is: 'above',
      threshold: MOST_CPU,
      minutes: 10,
    },
    {
      ...common,
      entry: 'database-connections',
      says: `An instance has more than ${connections} connections, four fifths of what it takes.`,
      metric: metric('DatabaseConnections', 'Maximum'),
      is: 'above',
      threshold: connections,
      minutes: 5,
    },
    {
      ...common,
      entry: 'database-memory',
      says: `An instance has less than ${Math.floor(memory / 2 ** 20)} MiB of memory left.`,
      metric: metric('FreeableMemory', 'Minimum'),
      is: 'below',
      threshold: memory,
      minutes: 10,
    },
  ];
}

/** Microseconds that a transaction waits for a connection, on the average. */
const MOST_BORROW_MICROSECONDS = 100_000;

/** Of the proxy before a cluster. */
export function proxyAlarms(proxy: string, subject: string): readonly RunbookAlarm[] {
  return [
    {
      entry: 'proxy-waits',
      subject,
      says: 'Transactions wait a tenth of a second for a connection of the proxy.',
      metric: {
        namespace: 'AWS/RDS',
        name: 'DatabaseConnectionsBorrowLatency',
        dimensions: { ProxyName: proxy },
        statistic: 'Average',
      },
      is: 'above',
      threshold: MOST_BORROW_MICROSECONDS,
      minutes: 5,
      // Without traffic nothing is borrowed.
      silence: 'unchanged',
    },
  ];
}
