import type { Job, Queue } from '../queue-declaration';
import { EVENT_QUEUE, SAMPLE_WORK } from '../queue-declaration';
import type { Field, Properties } from './field';
import { flag, integer, text } from './rules';
import { checkName } from './stores-section';

/** Parts of queues' names, and of those of schedules and alarms; `-dead` are the dead letters. */
const NAME = /^(?!.*-dead$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MOST_NAME = 30;
const QUEUE = ['fifo', 'retentionDays', 'maxReceives', 'ageAlarmSeconds', 'consumer'];
const CONSUMER = ['bundle', 'memoryMiB', 'timeoutSeconds', 'batchSize', 'maxConcurrency'];
const JOB = [
  'schedule',
  'timeZone',
  'flexibleMinutes',
  'bundle',
  'memoryMiB',
  'timeoutSeconds',
  'retries',
  'maxAgeSeconds',
];
const DIRECTORY = text(/^[^\0]+$/, 'the path of a directory');
const SCHEDULE = text(
  /^(rate\((1 (minute|hour|day)|([2-9]|[1-9]\d{1,4}) (minutes|hours|days))\)|cron\((\S+ ){5}\S+\))$/,
  '"rate(1 minute)", "rate(5 minutes)", likewise of hours and days, or a "cron(…)" of six fields',
);
const TIME_ZONE = text(
  /^[A-Za-z]{2,20}([/_+-][A-Za-z0-9_+-]{1,20}){0,2}$/,
  'the name of a time zone, such as "Europe/Berlin"',
);

/** What the sample workload does where it has a queue. */
const SAMPLE_JOBS: Readonly<Record<string, Pick<Job, 'schedule' | 'flexibleMinutes'>>> = {
  relay: { schedule: 'rate(1 minute)', flexibleMinutes: undefined },
  sweep: { schedule: 'rate(1 hour)', flexibleMinutes: 15 },
  trending: { schedule: 'rate(1 minute)', flexibleMinutes: undefined },
};

/** @param sample whether the sample workload's own queue stands where nothing is declared */
export function readQueues(field: Field, sample: boolean): readonly Queue[] {
  if (field.value === false) return [];
  if (!field.present) return sample ? [queueOf(EVENT_QUEUE, undefined, true)] : [];
  return (field.anyMap('queue') ?? []).map(([name, queue]) => {
    checkName(name, queue, NAME, 'single hyphens; `-dead` is not its end', MOST_NAME);
    const read = queueOf(name, queue.properties(QUEUE), false);
    if (sample && name === EVENT_QUEUE && !read.fifo)
      queue.reject("`fifo: true`, because the sample workload's events keep their order");
    return read;
  });
}

function queueOf(name: string, at: Properties | undefined, fifo: boolean): Queue {
  return {
    name,
    fifo: at?.('fifo').optional(flag, fifo) ?? fifo,
    retentionDays: at?.('retentionDays').optional(integer(1, 14), 4) ?? 4,
    maxReceives: at?.('maxReceives').optional(integer(1, 1000), 5) ?? 5,
    ageAlarmSeconds: at?.('ageAlarmSeconds').optional(integer(60, 86_400), 300) ?? 300,
    consumer: consumerOf(at?.('consumer')),
  };
}

function consumerOf(field: Field | undefined): Queue['consumer'] {
  if (field?.value === false) return undefined;
  const at = field?.present === true ? field.properties(CONSUMER) : undefined;
  return {
    bundle: at?.('bundle').optional(DIRECTORY, SAMPLE_WORK) ?? SAMPLE_WORK,
    memoryMiB: at?.('memoryMiB').optional(integer(128, 10_240), 512) ?? 512,
    timeoutSeconds: at?.('timeoutSeconds').optional(integer(1, 900), 30) ?? 30,
    batchSize: at?.('batchSize').optional(integer(1, 10), 10) ?? 10,
    maxConcurrency: at?.('maxConcurrency').optional(integer(2, 1000), 10) ?? 10,
  };
}

/** @param sample whether the sample workload's own jobs stand where nothing is declared */
export function readJobs(field: Field, sample: boolean): readonly Job[] {
  if (field.value === false) return [];
  if (!field.present) {
    if (!sample) return [];
    return Object.entries(SAMPLE_JOBS).map(([name, job]) => ({
      ...jobOf(name, undefined),
      ...job,
    }));
  }
  return (field.anyMap('job') ?? []).map(([name, job]) => {
    checkName(name, job, NAME, 'single hyphens; `-dead` is not its end', MOST_NAME);
    return jobOf(name, job.properties(JOB));
  });
}

function jobOf(name: string, at: Properties | undefined): Job {
  const flexible = at?.('flexibleMinutes');
  return {
    name,
    schedule: at?.('schedule').require(SCHEDULE, '') ?? '',
    timeZone: at?.('timeZone').optional(TIME_ZONE, 'UTC') ?? 'UTC',
    flexibleMinutes: flexible?.present === true ? flexible.require(integer(1, 1440), 1) : undefined,
    bundle: at?.('bundle').optional(DIRECTORY, SAMPLE_WORK) ?? SAMPLE_WORK,
    memoryMiB: at?.('memoryMiB').optional(integer(128, 10_240), 512) ?? 512,
    timeoutSeconds: at?.('timeoutSeconds').optional(integer(1, 900), 300) ?? 300,
    retries: at?.('retries').optional(integer(0, 185), 2) ?? 2,
    maxAgeSeconds: at?.('maxAgeSeconds').optional(integer(60, 86_400), 3_600) ?? 3_600,
  };
}
