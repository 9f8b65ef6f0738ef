import type { Dependencies } from '../../../lambda/api/dependencies';
import { unavailable } from '../../../lambda/platform/errors';
import { createWorkHandler, type SqsEvent, type SqsResult } from '../../../lambda/work/handler';
import { parseMessage } from '../../../lambda/work/messages';

/** Tells a user, whose id is also the event's, that somebody follows them now. */
const told = (recipient: string) => ({
  ...{ type: 'notify' },
  event: {
    ...{ type: 'event', source: 'social.s0', kind: 'followed' },
    ...{ id: recipient, actorId: '1', subjectId: recipient },
  },
});
const record = (messageId: string, group: string, body: unknown): SqsEvent['Records'][number] => ({
  ...{ messageId, body: JSON.stringify(body) },
  attributes: { MessageGroupId: group, MessageDeduplicationId: messageId },
});

/** Whom a handler has told; of some it cannot. */
function handler(unreachable: readonly string[] = []) {
  const heard: string[] = [];
  const notifications = {
    record: ({ recipientId }: { readonly recipientId: string }) => {
      if (unreachable.includes(recipientId))
        return Promise.reject(unavailable('notifications', 'cannot be reached'));
      heard.push(recipientId);
      return Promise.resolve();
    },
  };
  const topology = { current: () => Promise.resolve({ document: { shards: {} } }) };
  const deps = { region: 'a', log: () => undefined, notifications, topology };
  const handle = createWorkHandler(deps as unknown as Dependencies);
  return { heard, handle: async (event: SqsEvent) => (await handle(event)) as SqsResult };
}
const failuresOf = ({ batchItemFailures }: SqsResult) =>
  batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

test('behind a message that fails none of its group is done, so that none overtakes it; others are', async () => {
  const { heard, handle } = handler(['11']);
  const Records = [
    record('one', 'x', told('10')),
    record('two', 'x', told('11')),
    record('three', 'y', told('12')),
    record('four', 'x', told('13')),
    record('five', 'z', { type: 'nonsense' }),
    record('six', 'z', told('14')),
    record('seven', 'y', told('15')),
  ];
  expect(failuresOf(await handle({ Records }))).toEqual(['two', 'four', 'five', 'six']);
  expect(heard).toEqual(['10', '12', '15']);
});

test('a job that is none is refused by the names of those that are', async () => {
  const handle = createWorkHandler({} as Dependencies);
  await expect(handle({ job: 'dance' })).rejects.toThrow(
    'a job must be one of relay, sweep, check, trending, got: dance',
  );
});

test.each([
  'nonsense',
  'null',
  '[]',
  '{"type":"event"}',
  '{"type":"fan","authorId":"1","articleId":"2","followerIds":["x"],"on":true}',
  '{"type":"notify","event":{"type":"notify"}}',
  JSON.stringify({ ...told('10'), event: { ...told('10').event, id: 7 } }),
  JSON.stringify({ ...told('10'), type: 'constructor' }),
])('%s is no message', (text) => {
  expect(() => parseMessage(text)).toThrow();
});
