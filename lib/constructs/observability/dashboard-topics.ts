/** A part of a dashboard: what it is about, and a title for each kind of alarm whose metric it shows. */
export interface Topic {
  readonly title: string;
  /** Entry of docs/runbook.md, or what nobody is called for, to the title of its graph. */
  readonly panels: Readonly<Record<string, string>>;
}

/** Every entry of the runbook whose alarm looks at metrics of a Region, in the order of a request's way. */
export const TOPICS: readonly Topic[] = [
  {
    title: 'Users',
    panels: {
      'region-out-of-traffic': 'Who serves: 1 is in DNS',
      'load-balancer-errors': 'Errors, % of answers',
      'slow-answers': 'Slowest in a hundred, s',
      'error-budget-fast': 'Error budget: times as quick as 30 days allow',
      'error-budget-slow': 'Error budget, slowly: times as quick as 30 days allow',
      'late-answers': 'Promised latency, s',
      'canary-fails': 'Canaries: 1 is a good answer',
      'canary-slow': 'Slowest answer to a canary, ms',
    },
  },
  {
    title: 'Servers',
    panels: {
      'busy-servers': 'Processors, %',
      'too-few-servers': 'Servers that run',
      'unhealthy-targets': 'Unhealthy targets',
      'function-errors': 'Errors of the function',
      'function-throttles': 'Invocations refused',
    },
  },
  {
    title: 'Databases',
    panels: {
      'who-writes': 'Who writes: commits a second',
      'recovery-point-lag': 'What a failover would lose, ms',
      'database-replication-lag': 'How late readers are, ms',
      'busy-database': 'Processors, %',
      'database-connections': 'Connections',
      'database-memory': 'Free memory, bytes',
      'proxy-waits': 'Waiting for a connection',
      'replication-slot-lag': 'Log kept for slots, bytes',
    },
  },
  {
    title: 'Tables and other stores',
    panels: {
      'table-replication-latency': 'How late tables are elsewhere, ms',
      'table-throttles': 'Requests refused',
      'keyspace-replication-latency': 'How late keyspaces are elsewhere, ms',
      'keyspace-throttles': 'Statements refused',
      'keyspace-errors': 'Errors of keyspaces',
      'graph-replication-lag': 'How late graphs are, ms',
      'busy-graph': 'Processors of graphs, %',
      'graph-queue': 'Requests that wait for graphs',
      'limitless-capacity': 'Capacity of Limitless, % of the most',
      'limitless-processors': 'Processors of Limitless, %',
      'limitless-transaction-ids': 'Ids of transactions used',
    },
  },
  {
    title: 'Cache',
    panels: {
      'busy-cache': 'Processors of the engine, %',
      'cache-evictions': 'Keys dropped',
      'cache-replication-lag': 'How late replicas are, s',
      'cache-datastore-lag': 'How late this Region is, s',
      'cache-throttled': 'Commands refused',
      'cache-full': 'Bytes held',
    },
  },
  {
    title: 'Queues',
    panels: {
      'queue-age': 'Age of the oldest message, s',
      'dead-letters': 'Could not be processed',
      drift: 'Derived lines repaired in an hour',
      'check-late': 'Since all was compared with the truth, h',
    },
  },
];
