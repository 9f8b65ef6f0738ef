import { Agent, request } from 'node:http';

/** An event source mapping: what a queue's messages are handed to, and how many at once. */
export interface EventSourceOptions {
  /** Base URL of the queues. */
  readonly endpoint: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly region: string;
  /** Messages of one invocation, 1 to 10. */
  readonly batchSize: number;
  /** Calls the function. @throws where that fails: all its messages come again */
  readonly invoke: (event: object) => Promise<unknown>;
}

interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes: Readonly<Record<string, string>>;
}

const WAIT_SECONDS = 1;
/** After a failure, so that a queue or a function that is down is not asked without pause. */
const PAUSE_MS = 500;

/**
 * Polls a queue and hands its messages to a function, one batch at a time, as Lambda does with partial
 * batch responses: what the function does not name as failed is deleted.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export class EventSource {
  private ending = false;
  private running: Promise<void> = Promise.resolve();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  public constructor(private readonly options: EventSourceOptions) {}

  public start(): void {
    this.running = this.loop();
  }

  /** Ends after the batch that is under way. */
  public async stop(): Promise<void> {
    this.ending = true;
    await this.running;
    this.agent.destroy();
  }

  private async loop(): Promise<void> {
    while (!this.ending) {
      try {
        await this.turn();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  private async turn(): Promise<void> {
    const { batchSize, invoke } = this.options;
    const { Messages = [] } = (await this.call('ReceiveMessage', {
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: WAIT_SECONDS,
    })) as { readonly Messages?: readonly Message[] };
    if (Messages.length === 0) return;
    const answer = await invoke({ Records: Messages.map((message) => this.record(message)) });
    const failed = failuresOf(answer);
    const done = Messages.filter(({ MessageId }) => !failed.has(MessageId));
    if (done.length === 0) return;
    await this.call('DeleteMessageBatch', {
      Entries: done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    });
  }

  private record({ MessageId, ReceiptHandle, Body, Attributes }: Message): object {
    return {
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: Attributes,
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: this.options.queueArn,
      awsRegion: this.options.region,
    };
  }

  private call(operation: string, input: object): Promise<unknown> {
    const body = JSON.stringify({ QueueUrl: this.options.queueUrl, ...input });
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${operation}`,
      };
      const to = { method: 'POST', agent: this.agent, headers };
      const sent = request(this.options.endpoint, to, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(text));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

/** Of an answer that names none, none has failed. */
function failuresOf(answer: unknown): ReadonlySet<string> {
  const { batchItemFailures = [] } = (answer ?? {}) as {
    readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[];
  };
  return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
}
