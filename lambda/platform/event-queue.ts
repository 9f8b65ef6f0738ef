import { AwsError, type AwsApi } from './aws';

/** What is sent: in order within a group, once for each `id` within five minutes. */
export interface QueueMessage {
  readonly id: string;
  readonly group: string;
  /** Plain JSON, at most 256 KiB. */
  readonly body: unknown;
}

/** The most that one call carries. */
const BATCH = 10;

/**
 * The queues of events, one in each Region, by the JSON protocol of SQS. They are FIFO: events of one
 * group keep their order, those of different groups do not wait for each other.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export class EventQueue {
  constructor(
    private readonly api: Pick<AwsApi, 'call'>,
    /** With `{region}` in place of the Region. */
    private readonly url: string,
  ) {}

  /**
   * Sends all of them, in order. What was sent before a failure may be sent again: the queue and those
   * who process it know it by its id.
   * @throws AwsError
   */
  async send(region: string, messages: readonly QueueMessage[]): Promise<void> {
    for (let at = 0; at < messages.length; at += BATCH)
      await this.sendBatch(region, messages.slice(at, at + BATCH));
  }

  private async sendBatch(region: string, messages: readonly QueueMessage[]): Promise<void> {
    const { Failed = [] } = (await this.api.call({
      service: 'sqs',
      region,
      target: 'AmazonSQS.SendMessageBatch',
      body: {
        QueueUrl: this.url.replace('{region}', region),
        Entries: messages.map(({ id, group, body }, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(body),
          MessageGroupId: group,
          MessageDeduplicationId: id,
        })),
      },
    })) as { readonly Failed?: readonly { readonly Code?: string; readonly Message?: string }[] };
    const [failed] = Failed;
    if (failed !== undefined)
      throw new AwsError(
        failed.Code ?? 'SendFailed',
        500,
        failed.Message ?? 'a message was refused',
      );
  }
}
