import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Protection } from '../../config';
import { queueSettings } from './private/queue-settings';

export interface DeadLettersProps {
  /** Computed name; ends in `.fifo` where the queue's does. */
  readonly queueName: string;
  /** The Region's data key. */
  readonly key: IKey;
  /** Whether what it holds survives the stack. */
  readonly protection: Protection;
  /** Whether they are those of a FIFO queue, which SQS demands to be of its kind. @default false */
  readonly fifo?: boolean;
}

/**
 * What could not be processed, of a queue or of all jobs (the scheduler takes no FIFO queue). Kept for 14
 * days, the longest that SQS keeps anything: time to look at it and send it back.
 *
 * @stateful messages and calls that somebody should look at
 */
export class DeadLetters extends Queue {
  public constructor(scope: Construct, id: string, props: DeadLettersProps) {
    super(scope, id, {
      ...queueSettings(props.key, props.protection, props.fifo === true),
      queueName: props.queueName,
      retentionPeriod: Duration.days(14),
    });
  }
}
