import { Secrets } from '../../../lambda/platform/secrets';

const MINUTE = 60_000;

function world() {
  const state = { value: 'one', down: false, calls: 0, now: 0 };
  const call = () => {
    state.calls += 1;
    return state.down
      ? Promise.reject(new Error('no answer'))
      : Promise.resolve({ SecretString: state.value });
  };
  return { state, secrets: new Secrets({ call }, 'eu-west-1', () => state.now) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('requests at the same time share one look-up', async () => {
  const { state, secrets } = world();
  expect(await Promise.all([secrets.text('s'), secrets.text('s')])).toEqual(['one', 'one']);
  expect(state.calls).toBe(1);
});

test('a rotated value is noticed after five minutes, and nobody waits for it', async () => {
  const { state, secrets } = world();
  await secrets.text('s');
  Object.assign(state, { value: 'two', now: 5 * MINUTE });
  expect(await secrets.text('s')).toBe('one');
  await settled();
  expect(await secrets.text('s')).toBe('two');
});

test('the value at hand outlives a service that does not answer', async () => {
  const { state, secrets } = world();
  await secrets.text('s');
  Object.assign(state, { down: true, now: 60 * MINUTE });
  expect(await secrets.text('s')).toBe('one');
  await settled();
  state.now += 5_000;
  await secrets.text('s');
  expect(state.calls).toBe(2);
  Object.assign(state, { down: false, value: 'two', now: state.now + 6_000 });
  await secrets.text('s');
  await settled();
  expect(await secrets.text('s')).toBe('two');
});

test('a failed first look-up is not remembered', async () => {
  const { state, secrets } = world();
  state.down = true;
  await expect(secrets.text('s')).rejects.toThrow('no answer');
  state.down = false;
  expect(await secrets.text('s')).toBe('one');
});

test('what was forgotten is looked up before it is used again', async () => {
  const { state, secrets } = world();
  await secrets.text('s');
  state.value = 'two';
  secrets.forget('s');
  expect(await secrets.text('s')).toBe('two');
});

test.each(['text', '{"username":"a"}', 'null'])(
  'says which secret is no credential: %p',
  async (value) => {
    const { state, secrets } = world();
    state.value = value;
    await expect(secrets.database('role')).rejects.toThrow(
      'secret role must hold {"username","password"}',
    );
  },
);
