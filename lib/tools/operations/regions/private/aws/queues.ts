import type { Deployment } from '../../../../../config';
import { Names } from '../../../../../config';
import { cloudWatch, PATIENCE, PerRegion } from '../../../aws';
import type { Queues } from '../../model';

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
    const now = Date.now();
    const { Datapoints: points = [] } = await this.clients.of(region).send(
      new (cloudWatch().GetMetricStatisticsCommand)({
        ...{ Namespace: 'AWS/SQS', MetricName: metric },
        Dimensions: [{ Name: 'QueueName', Value: queue }],
        ...{ StartTime: new Date(now - FRESH_MINUTES * 60_000), EndTime: new Date(now) },
        ...{ Period: 60, Statistics: ['Maximum'] },
      }),
    );
    const time = (at: Date | undefined): number => at?.getTime() ?? 0;
    const [newest] = points.toSorted((one, other) => time(other.Timestamp) - time(one.Timestamp));
    return newest?.Maximum ?? null;
  }
}
