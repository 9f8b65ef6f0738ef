import { EventStream } from '../../../lambda/live/event-stream';
import { RequestError } from '../../../lambda/platform/errors';

jest.useFakeTimers();

const MOST_UNREAD = 1_000;
const BEAT_MS = 15_000;

function streaming(demand: () => Promise<unknown> = () => Promise.resolve()) {
  const stream = new EventStream(BEAT_MS, demand);
  const close = jest.fn();
  const tell = (count: number) => {
    for (let n = 0; n < count; n += 1)
      stream.send({ kind: 'event', cursor: `s0:${n}`, data: `{"n":${n}}` });
  };
  return { stream, close, tell };
}

async function textOf({ body }: EventStream): Promise<string> {
  let text = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>)
    text += Buffer.from(chunk).toString();
  return text;
}

test('what is told bears where to resume; a wish to come again ends it', async () => {
  const { stream, close } = streaming();
  stream.belongTo({ close });
  stream.send({ kind: 'ready', cursor: 's0:1', data: '{"region":"x"}' });
  stream.send({ kind: 'event', cursor: 's0:2', data: '{"type":"posted"}' });
  jest.advanceTimersByTime(BEAT_MS);
  stream.send({ kind: 'reconnect', afterMs: 120 });
  stream.send({ kind: 'event', cursor: 's0:3', data: '{}' });
  expect(await textOf(stream)).toBe(
    'retry: 3000\nid: s0:1\nevent: ready\ndata: {"region":"x"}\n\n' +
      'id: s0:2\nevent: article\ndata: {"type":"posted"}\n\n' +
      ': here\n\n' +
      'retry: 120\nevent: reconnect\ndata: {"afterMs":120}\n\n',
  );
  expect(close).toHaveBeenCalledTimes(1);
  expect(jest.getTimerCount()).toBe(0);
});

test('a client that leaves a thousand messages unread is let go, with all that it was sent', async () => {
  const { stream, close, tell } = streaming();
  stream.belongTo({ close });
  tell(MOST_UNREAD);
  expect(close).not.toHaveBeenCalled();
  tell(MOST_UNREAD);
  expect(close).toHaveBeenCalledTimes(1);
  const ids = [...(await textOf(stream)).matchAll(/^id: s0:(\d+)$/gm)].map(([, id]) => Number(id));
  expect(ids.length).toBeLessThanOrEqual(MOST_UNREAD + 2);
  expect(ids.slice(0, MOST_UNREAD)).toEqual(Array.from({ length: MOST_UNREAD }, (_, n) => n));
});

test.each<[string, (of: ReturnType<typeof streaming>) => unknown]>([
  [
    'was told more than it could take',
    ({ tell }) => {
      tell(2 * MOST_UNREAD);
    },
  ],
  ['has gone', ({ stream }) => stream.body.cancel()],
])(
  'whoever %s before all was caught up with is told nothing more, and costs nothing',
  async (_, end) => {
    const of = streaming();
    await end(of);
    of.stream.belongTo({ close: of.close });
    expect(of.close).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  },
);

test('it ends with its session', async () => {
  const over = new RequestError(401, { token: ['is invalid'] });
  const { stream, close } = streaming(() => Promise.reject(over));
  stream.belongTo({ close });
  await jest.advanceTimersByTimeAsync(4 * BEAT_MS);
  expect(close).toHaveBeenCalledTimes(1);
});
