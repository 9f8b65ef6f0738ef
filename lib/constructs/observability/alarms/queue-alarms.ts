import type { AlarmMetric, RunbookAlarm } from '../runbook-alarms';

export interface QueueAlarmsProps {
  /** What the alarms are told apart by. */
  readonly subject: string;
  /** Of the queue. */
  readonly queueName: string;
  /** Of the queue of its dead letters. */
  readonly deadLettersName: string;
  /** Seconds that the oldest message may wait. */
  readonly ageSeconds: number;
}

/** Of a queue: that its messages wait, and that some could not be processed. */
export function queueAlarms(props: QueueAlarmsProps): readonly RunbookAlarm[] {
  const { subject, queueName, deadLettersName, ageSeconds } = props;
  return [
    {
      entry: 'queue-age',
      subject,
      says: `The oldest message has waited for more than ${ageSeconds} s.`,
      metric: of(queueName, 'ApproximateAgeOfOldestMessage'),
      is: 'above',
      threshold: ageSeconds,
      minutes: 3,
      // A queue that somebody polls reports all the time; six hours without anybody are a question.
      silence: 'unknown',
    },
    deadLetterAlarm(subject, deadLettersName),
  ];
}

/** Something could not be done, however often it was tried. */
export function deadLetterAlarm(subject: string, queueName: string): RunbookAlarm {
  return {
    entry: 'dead-letters',
    subject,
    says: 'Something could not be processed, however often it was tried.',
    metric: of(queueName, 'ApproximateNumberOfMessagesVisible'),
    is: 'above',
    threshold: 0,
    minutes: 1,
    // Six hours after the last of them the queue reports nothing.
    silence: 'healthy',
  };
}

/** What the check told in an hour that is more than a failover or a release leaves behind. */
const DRIFT = 100;
/** Hours in which everything should have been compared. */
const ROUND_HOURS = 7 * 24;

/** Of the job that compares what is derived with the truth. @param namespace of its figures */
export function checkAlarms(namespace: string): readonly RunbookAlarm[] {
  const figure = (name: string, statistic: 'Sum' | 'Maximum') =>
    ({ namespace, name, dimensions: {}, statistic }) as const;
  return [
    {
      entry: 'drift',
      says: `More than ${DRIFT} derived lines differed from the truth within an hour, and were repaired.`,
      metric: figure(CHECK_FIGURES.repaired, 'Sum'),
      is: 'above',
      threshold: DRIFT,
      minutes: 60,
      periodMinutes: 60,
      // A job that fails is a dead letter.
      silence: 'unchanged',
    },
    {
      entry: 'check-late',
      says: `Something derived has not been compared with the truth for more than ${ROUND_HOURS} h.`,
      metric: figure(CHECK_FIGURES.roundHours, 'Maximum'),
      is: 'above',
      threshold: ROUND_HOURS,
      minutes: 60,
      periodMinutes: 60,
      silence: 'unchanged',
    },
  ];
}

/** Metrics, by the figure in the job's line of the log. */
export const CHECK_FIGURES = { repaired: 'Repaired', roundHours: 'RoundHours' } as const;

function of(QueueName: string, name: string): AlarmMetric {
  return { namespace: 'AWS/SQS', name, dimensions: { QueueName }, statistic: 'Maximum' };
}
