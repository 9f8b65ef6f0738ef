import { TopologyStore } from '../../../lambda/platform/topology-store';
import type { TopologyDocument } from '../../../lambda/topology';

function documentOf(epoch: number): TopologyDocument {
  return { schemaVersion: 1, epoch, directory: { home: 'x' }, logicalShards: [], shards: {} };
}

function store() {
  const state = { now: 0, reads: 0, answer: documentOf(1) as TopologyDocument | Error | undefined };
  const table = {
    read: () => {
      state.reads += 1;
      return state.answer instanceof Error
        ? Promise.reject(state.answer)
        : Promise.resolve(state.answer);
    },
  };
  return { state, topology: new TopologyStore(table, () => state.now) };
}

test('a document serves for two seconds, then is read again', async () => {
  const { state, topology } = store();
  await topology.current();
  state.now = 1_999;
  state.answer = documentOf(2);
  expect(await topology.current()).toEqual({ document: documentOf(1), ageMs: 1_999 });
  state.now = 2_000;
  expect(await topology.current()).toEqual({ document: documentOf(2), ageMs: 0 });
  expect(state.reads).toBe(2);
});

test('many requests at once cause one read', async () => {
  const { state, topology } = store();
  await Promise.all([1, 2, 3].map(() => topology.current()));
  expect(state.reads).toBe(1);
});

test('the last good document outlives the table, and its age shows it', async () => {
  const { state, topology } = store();
  await topology.current();
  state.answer = new Error('unreachable');
  state.now = 5_000;
  expect(await topology.current()).toEqual({ document: documentOf(1), ageMs: 5_000 });
  state.now = 5_500;
  await topology.current();
  expect(state.reads).toBe(2);
  state.now = 6_000;
  await topology.current();
  expect(state.reads).toBe(3);
});

test('without a document there is nothing to serve by', async () => {
  const { state, topology } = store();
  state.answer = undefined;
  await expect(topology.current()).rejects.toThrow(/no topology document has been seeded/);
  state.answer = documentOf(1);
  expect((await topology.current()).document.epoch).toBe(1);
});
