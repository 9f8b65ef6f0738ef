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

function of(QueueName: string, name: string): AlarmMetric {
  return { namespace: 'AWS/SQS', name, dimensions: { QueueName }, statistic: 'Maximum' };
}
