import type { Reply } from '../../../../../lib/tools/twin/tables/private/database';
import { RememberedReads } from '../../../../../lib/tools/twin/tables/private/remembered-reads';

const replyOf = (text: string, status = 200): Reply => ({
  ...{ status, headers: {} },
  body: Buffer.from(text),
});

/** A store that counts how often it is asked. */
function store() {
  const reads = new RememberedReads();
  const state = { value: 'old', asked: 0, status: 200 };
  const ask = () => {
    state.asked += 1;
    return Promise.resolve(replyOf(state.value, state.status));
  };
  const read = async (question = 'get') => String((await reads.read(question, ask)).body);
  return { reads, state, read };
}

test('the same question is asked once, and another for itself', async () => {
  const { state, read } = store();
  expect([await read(), await read(), await read('other')]).toEqual(['old', 'old', 'old']);
  expect(state.asked).toBe(2);
});

test('whatever has been written is read from then on', async () => {
  const { reads, state, read } = store();
  await read();
  await reads.write(() => {
    state.value = 'new';
    return Promise.resolve();
  });
  expect(await read()).toBe('new');
});

test('a write that failed may have written all the same', async () => {
  const { reads, state, read } = store();
  await read();
  const failed = reads.write(() => {
    state.value = 'new';
    return Promise.reject(new Error('no answer'));
  });
  await expect(failed).rejects.toThrow('no answer');
  expect(await read()).toBe('new');
});

test('what is read while a write is under way is not kept', async () => {
  const { reads, state, read } = store();
  let end = (): void => undefined;
  const writing = reads.write(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  expect(await read()).toBe('old');
  state.value = 'new';
  expect(await read()).toBe('new');
  end();
  await writing;
  expect(await read()).toBe('new');
});

test('an answer that was on its way when a write began is not kept', async () => {
  const { reads, state } = store();
  let answer: (reply: Reply) => void = () => undefined;
  const reading = reads.read(
    'get',
    () =>
      new Promise<Reply>((resolve) => {
        answer = resolve;
      }),
  );
  await reads.write(() => Promise.resolve());
  answer(replyOf('old'));
  await reading;
  state.value = 'new';
  const again = await reads.read('get', () => Promise.resolve(replyOf(state.value)));
  expect(String(again.body)).toBe('new');
});

test('an error is not kept', async () => {
  const { state, read } = store();
  state.status = 400;
  await read();
  state.status = 200;
  await read();
  await read();
  expect(state.asked).toBe(2);
});
