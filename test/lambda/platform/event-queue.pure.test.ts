import { AwsError } from '../../../lambda/platform/aws';
import { isOutage } from '../../../lambda/platform/errors';
import { EventQueue } from '../../../lambda/platform/event-queue';

interface Entry {
  readonly MessageBody: string;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}
interface Sent {
  readonly region: string;
  readonly body: { readonly QueueUrl: string; readonly Entries: readonly Entry[] };
}

/** What was sent, and a queue that answers each batch in its turn. */
function queue(...answers: readonly object[]) {
  const sent: Sent[] = [];
  const call = (request: unknown) => {
    sent.push(request as Sent);
    return Promise.resolve((answers[sent.length - 1] ?? {}) as Record<string, unknown>);
  };
  return { sent, events: new EventQueue({ call }, 'https://sqs.{region}.example/events.fifo') };
}

const messages = Array.from({ length: 23 }, (_, n) => ({
  ...{ id: `content.s0.${n}`, group: String(n % 2), body: { n } },
}));

test('all are sent in their order, ten at a time, to the queue of the Region that is named', async () => {
  const { sent, events } = queue();
  await events.send('eu-west-1', messages);
  expect(sent.map(({ region, body }) => [region, body.QueueUrl, body.Entries.length])).toEqual(
    [10, 10, 3].map((count) => [
      ...['eu-west-1', 'https://sqs.eu-west-1.example/events.fifo', count],
    ]),
  );
  const entries = sent.flatMap(({ body }) => body.Entries);
  expect(
    entries.map(({ MessageBody, MessageGroupId, MessageDeduplicationId }) => ({
      ...{ id: MessageDeduplicationId, group: MessageGroupId },
      body: JSON.parse(MessageBody) as unknown,
    })),
  ).toEqual(messages);
});

test('where the queue takes all of a batch but one, that is an outage, and nothing after it is sent', async () => {
  const { sent, events } = queue({}, { Failed: [{ Code: 'InternalError', Message: 'not now' }] });
  const failure: unknown = await events
    .send('eu-west-1', messages)
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AwsError);
  expect(isOutage(failure)).toBe(true);
  expect(sent).toHaveLength(2);
});
