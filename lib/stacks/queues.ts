import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { DeadLetters, WorkQueue } from '../constructs/work';
import { MeridianStack } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';
import type { RegionalStackProps } from './private/regional';

export interface QueuesProps extends RegionalStackProps {
  /** ARN of the Region's data key. */
  readonly keyArn: string;
}

/** A function is told of a message six times before SQS could give it out once more: AWS's advice. */
const HIDDEN_TIMES = 6;
/** Where somebody else receives. */
const OWN_TIMEOUT_SECONDS = 30;

/** A Region's queues with their dead letters. What fills and empties them is in other stacks. */
export class Queues extends MeridianStack {
  public constructor(scope: Construct, id: string, props: QueuesProps) {
    const { deployment, region, keyArn } = props;
    super(scope, id, {
      deployment,
      kind: 'queues',
      region: region.name,
      regional: true,
      stateful: true,
      description: `${deployment.name}: queues of ${region.name}`,
    });
    const { names } = this;
    const { protection } = deployment;
    const key = Key.fromKeyArn(this, 'Key', keyArn);
    for (const queue of deployment.queues) {
      const timeout = queue.consumer?.timeoutSeconds ?? OWN_TIMEOUT_SECONDS;
      const deadLetters = new DeadLetters(this, `Dead${pascalCase(queue.name)}`, {
        queueName: names.deadLetters(queue),
        fifo: queue.fifo,
        key,
        protection,
      });
      new WorkQueue(this, `Queue${pascalCase(queue.name)}`, {
        queueName: names.queue(queue),
        deadLetters,
        fifo: queue.fifo,
        retentionDays: queue.retentionDays,
        maxReceives: queue.maxReceives,
        visibilitySeconds: HIDDEN_TIMES * timeout,
        key,
        protection,
      });
    }
    if (deployment.jobs.length > 0) {
      new DeadLetters(this, 'FailedJobs', { queueName: names.deadJobs(), key, protection });
    }
  }
}
