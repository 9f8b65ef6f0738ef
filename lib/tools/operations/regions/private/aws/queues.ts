import type { Deployment } from '../../../../../config';
import { Names } from '../../../../../config';
import { cloudWatch, PATIENCE, PerRegion } from '../../../aws';
import type { Queues } from '../../model';
import { newestOf } from './newest';

/** Minutes within which a queue has to have told; older is not known. */
const FRESH_MINUTES = 10;

/**
 * How full queues are, by what SQS publishes each minute in their own Region. Of a queue that nobody has used for
 * six hours it publishes nothing: that is not known, and not taken for empty.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export class QueueDepths {
  private readonly names: Names;
  private readonly clients = new PerRegion(
    (region) => new (cloudWatch().CloudWatchClient)({ ...PATIENCE, region }),
  );

  public constructor(private readonly deployment: Deployment) {
    this.names = new Names(deployment);
  }

  /** Queues of the Region and those of their dead letters. @throws Error where CloudWatch does not answer */
  public async of(region: string): Promise<Queues> {
    const { names } = this;
    const all = this.deployment.queues.flatMap((it) => [names.queue(it), names.deadLetters(it)]);
    const views = all.map(async (name) => {
      const [waiting, oldest] = await Promise.all([
        this.newest(region, name, 'ApproximateNumberOfMessagesVisible'),
        this.newest(region, name, 'ApproximateAgeOfOldestMessage'),
      ]);
      return [name, { waiting, oldestSeconds: waiting === 0 ? null : oldest }] as const;
    });
    return Object.fromEntries(await Promise.all(views));
  }

  public close(): void {
    this.clients.close();
  }

  private async newest(region: string, queue: string, metric: string): Promise<number | null> {
    const found = await newestOf(this.clients.of(region), {
      ...{ namespace: 'AWS/SQS', metric, dimensions: { QueueName: queue } },
      freshMinutes: FRESH_MINUTES,
    });
    return found ?? null;
  }
}
