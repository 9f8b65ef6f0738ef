import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePort } from '../../../../../lib/tools/twin/processes';
import { EventSource, startQueues } from '../../../../../lib/tools/twin/queues';
import type { QueueConfig, QueuesConfig } from '../../../../../lib/tools/twin/queues';

const REGION = 'eu-central-1';
const FAR = 'us-east-2';
const ACCOUNT = '123456789012';
const urlOf = (name: string, region = REGION) =>
  `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${name}`;

interface Message {
  readonly MessageId: string;
  readonly Body: string;
  readonly ReceiptHandle: string;
  readonly Attributes: Readonly<Record<string, string>>;
}
interface Reply {
  readonly __type?: string;
  readonly Messages?: readonly Message[];
  readonly Successful?: readonly { readonly Id: string }[];
  readonly Failed?: readonly { readonly Id: string; readonly Code: string }[];
  readonly Attributes?: Readonly<Record<string, string>>;
}

let directory: string;
let config: QueuesConfig;
let far: QueuesConfig;
let near: Awaited<ReturnType<typeof startQueues>>;
let other: Awaited<ReturnType<typeof startQueues>>;

const queue = (name: string, more: Partial<QueueConfig> = {}): QueueConfig => ({
  name,
  fifo: name.endsWith('.fifo'),
  visibilitySeconds: 30,
  retentionSeconds: 3_600,
  ...more,
});

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-queues-'));
  const common = { account: ACCOUNT, address: '127.0.0.1' };
  const [port, farPort] = [await choosePort('127.0.0.1', 0), await choosePort('127.0.0.1', 0)];
  far = {
    ...common,
    region: FAR,
    port: farPort,
    queues: [queue('far.fifo')],
    peers: {},
    directory: join(directory, FAR),
  };
  config = {
    ...common,
    region: REGION,
    port,
    queues: [
      queue('plain'),
      queue('events.fifo', { redrive: { queue: 'dead.fifo', maxReceives: 2 } }),
      queue('dead.fifo'),
      queue('fed.fifo', { visibilitySeconds: 0 }),
    ],
    peers: { [FAR]: `http://127.0.0.1:${farPort}` },
    directory: join(directory, REGION),
  };
  near = await startQueues(config);
  other = await startQueues(far);
});

afterAll(async () => {
  await near.close();
  await other.close();
  rmSync(directory, { recursive: true });
});

const call = async (operation: string, name: string, input: object = {}, region = REGION) => {
  const response = await fetch(`http://127.0.0.1:${config.port}`, {
    method: 'POST',
    // No connection outlives the process that is started again.
    headers: { 'x-amz-target': `AmazonSQS.${operation}`, connection: 'close' },
    body: JSON.stringify({ QueueUrl: urlOf(name, region), ...input }),
  });
  return (await response.json()) as Reply;
};
const send = (name: string, body: string, group = 'g', id = body) =>
  call('SendMessage', name, {
    MessageBody: body,
    MessageGroupId: group,
    MessageDeduplicationId: id,
  });
const receive = async (name: string, input: object = {}) =>
  (await call('ReceiveMessage', name, { MaxNumberOfMessages: 10, ...input })).Messages ?? [];
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);
const remove = (name: string, { ReceiptHandle }: Message) =>
  call('DeleteMessage', name, { ReceiptHandle });

describe('a FIFO queue', () => {
  test('keeps the order of a group and holds it back while something of it is in flight', async () => {
    for (const [body, group] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
    ] as const)
      await send('events.fifo', body, group);
    const [first] = await receive('events.fifo', { MaxNumberOfMessages: 1 });
    expect(first?.Body).toBe('a1');
    const next = await receive('events.fifo');
    expect(bodies(next)).toEqual(['b1']);
    await remove('events.fifo', first!);
    const last = await receive('events.fifo');
    expect(bodies(last)).toEqual(['a2']);
    for (const message of [...next, ...last]) await remove('events.fifo', message);
    expect(await receive('events.fifo')).toEqual([]);
  });

  test('takes a message once for each deduplication id', async () => {
    await send('events.fifo', 'once', 'g', 'same');
    await send('events.fifo', 'twice', 'g', 'same');
    const messages = await receive('events.fifo');
    expect(bodies(messages)).toEqual(['once']);
    await remove('events.fifo', messages[0]!);
  });

  test('gives a message up to its dead letters after the last receive', async () => {
    await send('events.fifo', 'poison', 'p');
    for (const count of ['1', '2']) {
      const [message] = await receive('events.fifo', { VisibilityTimeout: 0 });
      expect(message?.Attributes['ApproximateReceiveCount']).toBe(count);
    }
    expect(await receive('events.fifo')).toEqual([]);
    const [dead] = await receive('dead.fifo');
    expect(dead?.Body).toBe('poison');
    await remove('dead.fifo', dead!);
  });

  test('refuses a message without a group', async () => {
    const answer = await call('SendMessage', 'events.fifo', { MessageBody: 'x' });
    expect(answer.__type).toMatch(/MissingParameter$/);
  });
});

test('a message comes again when its visibility timeout is over, and only then', async () => {
  await call('SendMessage', 'plain', { MessageBody: 'hello' });
  const [message] = await receive('plain');
  expect(await receive('plain')).toEqual([]);
  const attributes = await call('GetQueueAttributes', 'plain');
  expect(attributes.Attributes).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '1',
  });
  const { ReceiptHandle } = message!;
  await call('ChangeMessageVisibility', 'plain', { ReceiptHandle, VisibilityTimeout: 0 });
  const [again] = await receive('plain');
  expect(again?.MessageId).toBe(message?.MessageId);
  await remove('plain', again!);
  const { Attributes } = await call('GetQueueAttributes', 'plain');
  expect(Attributes?.['ApproximateNumberOfMessagesNotVisible']).toBe('0');
});

test('entries of a batch succeed and fail each for itself', async () => {
  const answer = await call('SendMessageBatch', 'events.fifo', {
    Entries: [
      { Id: 'good', MessageBody: 'x', MessageGroupId: 'batch', MessageDeduplicationId: 'x' },
      { Id: 'bad', MessageBody: 'y' },
    ],
  });
  expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['good']);
  expect(answer.Failed).toMatchObject([{ Id: 'bad', Code: 'MissingParameter' }]);
  const messages = await receive('events.fifo');
  expect(bodies(messages)).toEqual(['x']);
  await remove('events.fifo', messages[0]!);
});

test('what is for another Region is handed on, and what nobody has does not exist', async () => {
  const input = { MessageBody: 'far away', MessageGroupId: 'g', MessageDeduplicationId: 'f' };
  await call('SendMessage', 'far.fifo', input, FAR);
  expect(other.answer?.('depth', undefined)).toMatchObject({ 'far.fifo': { visible: 1 } });
  const missing = await call('SendMessage', 'nothing', { MessageBody: 'x' });
  expect(missing.__type).toMatch(/QueueDoesNotExist$/);
});

test('a process that is started again has what it had', async () => {
  await send('events.fifo', 'kept', 'k');
  await send('events.fifo', 'gone', 'l');
  const messages = await receive('events.fifo');
  await remove(
    'events.fifo',
    messages.find(({ Body }) => Body === 'gone')!,
  );
  await near.close();
  near = await startQueues(config);
  const [kept, ...more] = await receive('events.fifo');
  expect([kept?.Body, more]).toEqual(['kept', []]);
  await remove('events.fifo', kept!);
});

test('an event source deletes what a function has done and brings the rest again', async () => {
  for (const body of ['good', 'bad', 'late']) await send('fed.fifo', body, body);
  const seen: string[] = [];
  const source = new EventSource({
    endpoint: `http://127.0.0.1:${config.port}`,
    queueUrl: urlOf('fed.fifo'),
    queueArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:fed.fifo`,
    region: REGION,
    batchSize: 10,
    invoke: (event) => {
      const { Records } = event as { Records: readonly { messageId: string; body: string }[] };
      const failed = Records.filter(({ body }) => body === 'bad' && !seen.includes('bad'));
      seen.push(...Records.map(({ body }) => body));
      return Promise.resolve({
        batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })),
      });
    },
  });
  source.start();
  for (const until = Date.now() + 10_000; seen.length < 4 && Date.now() < until;)
    await new Promise((resolve) => setTimeout(resolve, 50));
  await source.stop();
  expect([...seen].sort()).toEqual(['bad', 'bad', 'good', 'late']);
  expect(near.answer?.('depth', undefined)).toMatchObject({
    'fed.fifo': { visible: 0, inFlight: 0 },
  });
}, 20_000);
