import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Protection } from '../../config';
import { queueSettings } from './private/queue-settings';

export interface WorkQueueProps {
  /** Computed name; ends in `.fifo` where order counts. */
  readonly queueName: string;
  /** Where goes what could not be processed; of the same kind. */
  readonly deadLetters: IQueue;
  /** Whether messages of a group keep their order. */
  readonly fifo: boolean;
  /** Days for which a message is kept, 1 to 14. */
  readonly retentionDays: number;
  /** How often a message is received before it is a dead letter, 1 to 1000. */
  readonly maxReceives: number;
  /** Seconds for which a received message is hidden: six times what its consumer may take. */
  readonly visibilitySeconds: number;
  /** The Region's data key. */
  readonly key: IKey;
  /** Whether what it holds survives the stack. */
  readonly protection: Protection;
}

/**
 * A queue, encrypted with the Region's key, over TLS only. A FIFO queue keeps the order of each group and
 * has its throughput by group (thousands of messages a second), not 300 in all.
 *
 * Costs nothing while idle; from 0.40 USD (0.50 as FIFO) for a million requests.
 *
 * @stateful messages that nobody has processed yet
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
 */
export class WorkQueue extends Queue {
  public constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id, {
      ...queueSettings(props.key, props.protection, props.fifo),
      queueName: props.queueName,
      retentionPeriod: Duration.days(props.retentionDays),
      visibilityTimeout: Duration.seconds(props.visibilitySeconds),
      deadLetterQueue: { queue: props.deadLetters, maxReceiveCount: props.maxReceives },
    });
  }
}
