import type { RequestError } from '../../../lambda/platform/errors';
import { isOutage, overloaded, unavailable } from '../../../lambda/platform/errors';
import type { ForwardedReply } from '../../../lambda/platform/forward';
import { READ_PATH, RemoteReads } from '../../../lambda/platform/remote-reads';

type Answers = Readonly<Record<string, () => Promise<ForwardedReply>>>;

const ABOUT = { shard: 's0' };
const answering = (status: number, body: object) => () =>
  Promise.resolve({ status, body: JSON.stringify(body), writtenBy: 'x', retryAfter: undefined });
const failing = (error: Error) => () => Promise.reject(error);
const AWAY = failing(unavailable('region', 'cannot be reached'));

/** Regions as they answer, which may change, and who was asked. */
function reads(answers: Record<string, () => Promise<ForwardedReply>>) {
  const asked: string[] = [];
  const send = (region: string, write: { readonly path: string; readonly body: string }) => {
    expect([write.path, write.body]).toEqual([READ_PATH, '{}']);
    asked.push(region);
    return (answers as Answers)[region]!();
  };
  const remote = new RemoteReads({ send });
  return {
    asked,
    read: (regions: readonly string[], about = ABOUT) => remote.read(regions, '{}', about),
  };
}

test('the first that answers is believed, in the order that is asked for', async () => {
  const { asked, read } = reads({
    a: answering(200, { value: 7 }),
    b: answering(200, { value: 8 }),
  });
  expect(await read(['a', 'b'])).toBe(7);
  expect(await read(['b', 'a'])).toBe(8);
  expect(asked).toEqual(['a', 'b']);
});

test('that there is nothing is an answer, too', async () => {
  const { asked, read } = reads({ a: answering(200, {}), b: answering(200, { value: 8 }) });
  expect(await read(['a', 'b'])).toBeUndefined();
  expect(asked).toEqual(['a']);
});

test('one that is away is left alone for a while, of this shard; the next one is asked', async () => {
  const { asked, read } = reads({ a: AWAY, b: answering(200, { value: 8 }) });
  for (let n = 0; n < 3; n += 1) expect(await read(['a', 'b'])).toBe(8);
  expect(asked).toEqual(['a', 'b', 'b', 'b']);
  expect(await read(['a', 'b'], { shard: 's1' })).toBe(8);
  expect(asked.slice(4)).toEqual(['a', 'b']);
});

test('one whose own database is away answers: it is asked again, after which others are', async () => {
  const { asked, read } = reads({
    a: answering(503, { errors: { database: ['cannot be reached'] } }),
    b: answering(200, { value: 8 }),
  });
  for (let n = 0; n < 2; n += 1) expect(await read(['a', 'b'])).toBe(8);
  expect(asked).toEqual(['a', 'b', 'a', 'b']);
});

test('where none answers it is an outage, at once where all were away a moment ago', async () => {
  const { asked, read } = reads({ a: AWAY, b: AWAY });
  for (let n = 0; n < 2; n += 1) {
    const failure: unknown = await read(['a', 'b']).catch((error: unknown) => error);
    expect(isOutage(failure)).toBe(true);
    expect((failure as RequestError).retryAfterSeconds).toBe(2);
  }
  expect(asked).toEqual(['a', 'b']);
});

test('that too much is asked of one at once keeps nobody from it afterwards', async () => {
  const answers = { a: failing(overloaded('a')) as () => Promise<ForwardedReply> };
  const { asked, read } = reads(answers);
  await expect(read(['a'])).rejects.toMatchObject({ errors: { overload: [expect.any(String)] } });
  answers.a = answering(200, { value: 7 });
  expect(await read(['a'])).toBe(7);
  expect(asked).toEqual(['a', 'a']);
});
