/** One SQS queue in each Region, with a dead-letter queue of its own. */
export interface QueueDeclaration {
  /** Whether messages of one group keep their order. Immutable. @default false */
  readonly fifo?: boolean;
  /** Days for which a message is kept, 1 to 14; its dead letters 14. @default 4 */
  readonly retentionDays?: number;
  /** How often a message is received before it goes to the dead letters, 1 to 1000. @default 5 */
  readonly maxReceives?: number;
  /** Seconds that the oldest message may wait before an alarm rings, 60 to 86400. @default 300 */
  readonly ageAlarmSeconds?: number;
  /** The function that its messages are handed to, or `false` for none. @default the sample's */
  readonly consumer?: ConsumerDeclaration | false;
}

/** A function behind a queue, in the network and with the grants of the service. */
export interface ConsumerDeclaration {
  /** Directory of a bundle with `index.mjs`. @default the sample workload of lambda/work */
  readonly bundle?: string;
  /** MiB, 128 to 10240. @default 512 */
  readonly memoryMiB?: number;
  /** Seconds, 1 to 900; a message is hidden for six times as long. @default 30 */
  readonly timeoutSeconds?: number;
  /** Messages of one invocation, 1 to 10. @default 10 */
  readonly batchSize?: number;
  /** Invocations at a time, 2 to 1000: each takes connections of the databases. @default 10 */
  readonly maxConcurrency?: number;
}

/** A function that EventBridge Scheduler calls in each Region, with the grants of the service. */
export interface JobDeclaration {
  /** `rate(5 minutes)` or `cron(0 3 * * ? *)`. */
  readonly schedule: string;
  /** Name of the time zone of a `cron`. @default UTC */
  readonly timeZone?: string;
  /** Minutes within which it may begin, 1 to 1440, so that not all begin at once. @default none */
  readonly flexibleMinutes?: number;
  /** Directory of a bundle with `index.mjs`; called with `{"job": NAME}`. @default lambda/work */
  readonly bundle?: string;
  /** MiB, 128 to 10240. @default 512 */
  readonly memoryMiB?: number;
  /** Seconds, 1 to 900. @default 300 */
  readonly timeoutSeconds?: number;
  /** How often a call that fails is repeated, 0 to 185; then it is a dead letter. @default 2 */
  readonly retries?: number;
  /** Seconds after which a call is not repeated any more, 60 to 86400. @default 3600 */
  readonly maxAgeSeconds?: number;
}

/** A queue with every default filled in. */
export interface Queue {
  readonly name: string;
  readonly fifo: boolean;
  readonly retentionDays: number;
  readonly maxReceives: number;
  readonly ageAlarmSeconds: number;
  /** `undefined` where somebody else receives. */
  readonly consumer: Required<ConsumerDeclaration> | undefined;
}

/** A job with every default filled in. */
export interface Job extends Required<Omit<JobDeclaration, 'flexibleMinutes'>> {
  readonly name: string;
  readonly flexibleMinutes: number | undefined;
}

/** Bundle of the sample workload's consumer and jobs, relative to the working directory. */
export const SAMPLE_WORK = 'build/lambda/work';

/** The sample workload's job that compares what is derived with the truth, where it is declared. */
export function checkOf({ jobs }: { readonly jobs: readonly Job[] }): Job | undefined {
  return jobs.find(({ name, bundle }) => name === 'check' && bundle === SAMPLE_WORK);
}

/** The queue to which the sample workload's event logs are relayed. */
export const EVENT_QUEUE = 'events';

/** Bundles of all consumers and jobs, each once. */
export function workBundles(of: {
  readonly queues: readonly Queue[];
  readonly jobs: readonly Job[];
}): readonly string[] {
  const consumers = of.queues.flatMap(({ consumer }) => consumer?.bundle ?? []);
  return [...new Set([...consumers, ...of.jobs.map(({ bundle }) => bundle)])];
}
