import type { Queue, Received } from './queue';

/** A request that SQS refuses. */
export class Refusal extends Error {
  public constructor(
    public readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

type Input = Readonly<Record<string, unknown>>;
type Operation = (queue: Queue, input: Input) => object | Promise<object>;

const MOST_BATCH = 10;
const LONGEST_WAIT_SECONDS = 20;
const POLL_MS = 50;

/** The operations of SQS's JSON protocol that the workload, and whoever looks on, use. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  SendMessage: (queue, input) => send(queue, input),
  SendMessageBatch: (queue, input) =>
    each(input, (entry) => ({ ...send(queue, entry), Id: entry['Id'] })),
  ReceiveMessage: receive,
  DeleteMessage: (queue, input) => {
    queue.delete(text(input, 'ReceiptHandle'));
    return {};
  },
  DeleteMessageBatch: (queue, input) =>
    each(input, (entry) => {
      queue.delete(text(entry, 'ReceiptHandle'));
      return { Id: entry['Id'] };
    }),
  ChangeMessageVisibility: (queue, input) => {
    const seconds = integer(input, 'VisibilityTimeout', 0, 0, 43_200);
    if (!queue.changeVisibility(text(input, 'ReceiptHandle'), seconds))
      throw new Refusal('MessageNotInflight', 'The specified message is not in flight.');
    return {};
  },
  GetQueueAttributes: (queue) => ({ Attributes: attributesOf(queue) }),
};

function send(queue: Queue, input: Input): { readonly MessageId: string } {
  const group = optionalText(input, 'MessageGroupId');
  if (queue.config.fifo && group === undefined)
    throw new Refusal('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  const id = queue.send(
    text(input, 'MessageBody'),
    queue.config.fifo ? group : undefined,
    optionalText(input, 'MessageDeduplicationId'),
  );
  if (id === undefined) throw new Refusal('OverLimit', 'the stand-in holds no more messages');
  return { MessageId: id };
}

/** Entries succeed and fail each for itself. */
function each(input: Input, operation: (entry: Input) => object): object {
  const entries = input['Entries'];
  if (!Array.isArray(entries) || entries.length === 0)
    throw new Refusal('EmptyBatchRequest', 'The batch request does not contain any entries.');
  if (entries.length > MOST_BATCH)
    throw new Refusal('TooManyEntriesInBatchRequest', `Maximum number of entries: ${MOST_BATCH}`);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries as readonly Input[]) {
    try {
      Successful.push(operation(entry));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { type: Code, message: Message } = error;
      Failed.push({ Id: entry['Id'], Code, Message, SenderFault: true });
    }
  }
  return { Successful, ...(Failed.length > 0 && { Failed }) };
}

/** Waits for a first message as long as it is told to. */
async function receive(queue: Queue, input: Input): Promise<object> {
  const most = integer(input, 'MaxNumberOfMessages', 1, 1, MOST_BATCH);
  const visibility = integer(input, 'VisibilityTimeout', queue.config.visibilitySeconds, 0, 43_200);
  const wait = integer(input, 'WaitTimeSeconds', 0, 0, LONGEST_WAIT_SECONDS);
  for (const until = Date.now() + wait * 1_000; ;) {
    const messages = queue.receive(most, visibility);
    if (messages.length > 0) return { Messages: messages.map(shown) };
    if (Date.now() >= until) return {};
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function shown({ id, body, receiptHandle, receiveCount, ...message }: Received): object {
  return {
    MessageId: id,
    ReceiptHandle: receiptHandle,
    Body: body,
    Attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(message.sentAt),
      MessageGroupId: message.group,
      MessageDeduplicationId: message.deduplicationId,
    },
  };
}

function attributesOf(queue: Queue): Readonly<Record<string, string>> {
  const { visible, inFlight } = queue.depth();
  const { fifo, visibilitySeconds, retentionSeconds } = queue.config;
  return {
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    VisibilityTimeout: String(visibilitySeconds),
    MessageRetentionPeriod: String(retentionSeconds),
    ...(fifo && { FifoQueue: 'true' }),
  };
}

function optionalText(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function text(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined)
    throw new Refusal('MissingParameter', `The request must contain the parameter ${name}.`);
  return value;
}

function integer(input: Input, name: string, otherwise: number, least: number, most: number) {
  const value = input[name] ?? otherwise;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw new Refusal(
      'InvalidParameterValue',
      `${name} must be an integer between ${least} and ${most}`,
    );
  return value;
}
