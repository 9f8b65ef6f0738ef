import type { TopologyCopy } from '../../../lambda/platform/topology-copy';
import { TopologyStore } from '../../../lambda/platform/topology-store';
import type { TopologyDocument } from '../../../lambda/topology';

const LEASE_MS = 10_000;

function documentOf(epoch: number): TopologyDocument {
  return { schemaVersion: 1, epoch, directory: { home: 'x' }, logicalShards: [], shards: {} };
}

/** A table that answers at once, or when `release` is called. */
function store(copy?: TopologyCopy) {
  const state = {
    now: 0,
    reads: 0,
    answer: documentOf(1) as TopologyDocument | Error | undefined,
    held: undefined as Promise<void> | undefined,
  };
  const table = {
    read: async () => {
      state.reads += 1;
      const { answer } = state;
      await state.held;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const start = () => {
    const began = state.now;
    return () => state.now - began;
  };
  const topology = new TopologyStore(table, LEASE_MS, start, copy);
  const seen = async () => {
    const { document, ageMs } = await topology.current();
    return { epoch: document.epoch, ageMs };
  };
  const hold = () => {
    let release = () => {};
    state.held = new Promise((resolve) => (release = resolve));
    return () => {
      release();
      state.held = undefined;
    };
  };
  return { state, topology, seen, hold };
}

const idle = () => new Promise((resolve) => setImmediate(resolve));

test('a document serves for a fifth of the lease without a look', async () => {
  const { state, seen } = store();
  await seen();
  state.now = 1_999;
  expect(await seen()).toEqual({ epoch: 1, ageMs: 1_999 });
  expect(state.reads).toBe(1);
});

test('up to half of the lease it still answers at once, while the next one is fetched aside', async () => {
  const { state, seen, hold } = store();
  await seen();
  state.now = 2_000;
  state.answer = documentOf(2);
  const release = hold();
  expect(await seen()).toEqual({ epoch: 1, ageMs: 2_000 });
  expect(await seen()).toEqual({ epoch: 1, ageMs: 2_000 });
  state.now = 2_300;
  release();
  await idle();
  // The age counts from when the look-up began, not from when it was answered.
  expect(await seen()).toEqual({ epoch: 2, ageMs: 300 });
  expect(state.reads).toBe(2);
});

test('after half of the lease, as after a freeze, the next one is waited for', async () => {
  const { state, seen } = store();
  await seen();
  state.now = 3_600_000;
  state.answer = documentOf(2);
  expect(await seen()).toEqual({ epoch: 2, ageMs: 0 });
});

test('many requests at once cause one read', async () => {
  const { state, topology } = store();
  await Promise.all([1, 2, 3].map(() => topology.current()));
  expect(state.reads).toBe(1);
});

test('the last good document outlives the table; its age shows it, and its lease runs out', async () => {
  const { state, seen, topology } = store();
  await seen();
  state.answer = new Error('unreachable');
  state.now = 5_000;
  expect(await seen()).toEqual({ epoch: 1, ageMs: 5_000 });
  state.now = 5_999;
  await seen();
  expect(state.reads).toBe(2);
  state.now = 6_000;
  await seen();
  expect(state.reads).toBe(3);
  const { lease } = await topology.current();
  lease.demand();
  state.now = 10_000;
  expect(lease.leftMs).toBe(0);
  expect(() => {
    lease.demand();
  }).toThrow(/lease on the topology document has run out/);
  expect((await topology.current()).lease.leftMs).toBe(0);
});

test('a table that hangs holds nobody up for long, and once only', async () => {
  const { state, seen, hold, topology } = store();
  await seen();
  state.now = 9_000;
  const release = hold();
  const started = Date.now();
  expect(await seen()).toEqual({ epoch: 1, ageMs: 9_000 });
  expect(Date.now() - started).toBeLessThan(2_000);
  // The first has waited in vain: a thousand more, to read or to be refused, do not wait at all.
  for (let turn = 0; turn < 1_000; turn += 1) {
    state.now += 1_000;
    await seen();
    await topology.recheck();
  }
  expect([Date.now() - started < 10_000, state.reads]).toEqual([true, 2]);
  state.answer = documentOf(2);
  release();
  await idle();
  await seen();
  await idle();
  expect((await seen()).epoch).toBe(2);
});

test('a look again is one unless there was one just now', async () => {
  const { state, seen, topology } = store();
  await seen();
  state.answer = documentOf(2);
  state.now = 499;
  expect((await topology.recheck()).document.epoch).toBe(1);
  state.now = 500;
  expect((await topology.recheck()).document.epoch).toBe(2);
  state.now = 1_000;
  state.answer = new Error('unreachable');
  expect((await topology.recheck()).document.epoch).toBe(2);
  await topology.recheck();
  expect(state.reads).toBe(3);
});

test('without a document there is nothing to serve by', async () => {
  const { state, topology } = store();
  state.answer = undefined;
  await expect(topology.current()).rejects.toThrow(/no topology document has been seeded/);
  state.answer = documentOf(1);
  expect((await topology.current()).document.epoch).toBe(1);
});

describe('a process that starts where the control table is out of reach', () => {
  const copyOf = (document: TopologyDocument | undefined) => {
    const kept: number[] = [];
    const copy: TopologyCopy = {
      load: () => Promise.resolve(document),
      keep: ({ epoch }) => {
        kept.push(epoch);
        return Promise.resolve();
      },
    };
    return { copy, kept };
  };

  test('reads by what its Region knew last, may not write by it, and goes on when the table is back', async () => {
    const { copy, kept } = copyOf(documentOf(7));
    const { state, seen, topology } = store(copy);
    state.answer = new Error('unreachable');
    const { document, lease } = await topology.current();
    expect([document.epoch, lease.leftMs, kept]).toEqual([7, 0, []]);
    state.answer = documentOf(8);
    state.now = 1_000;
    await seen();
    await idle();
    expect(await seen()).toEqual({ epoch: 8, ageMs: 0 });
    expect(kept).toEqual([8]);
  });

  test('waits no longer for a table that is silent than any request does', async () => {
    const { copy } = copyOf(documentOf(7));
    const { topology, hold } = store(copy);
    const release = hold();
    const started = Date.now();
    expect((await topology.current()).document.epoch).toBe(7);
    expect(Date.now() - started).toBeLessThan(5_000);
    release();
  });

  test('has nothing to serve by where the Region knows nothing, or the table says that there is none', async () => {
    const nothing = store(copyOf(undefined).copy);
    nothing.state.answer = new Error('unreachable');
    await expect(nothing.topology.current()).rejects.toThrow('unreachable');
    const empty = store(copyOf(documentOf(7)).copy);
    empty.state.answer = undefined;
    await expect(empty.topology.current()).rejects.toThrow(/no topology document/);
  });

  test('each document is kept once, and again where that failed', async () => {
    const kept: number[] = [];
    const copy: TopologyCopy = {
      load: () => Promise.resolve(undefined),
      keep: ({ epoch }) => {
        kept.push(epoch);
        return kept.length === 1 ? Promise.reject(new Error('throttled')) : Promise.resolve();
      },
    };
    const { state, seen } = store(copy);
    for (const [now, epoch] of [
      [0, 1],
      [6_000, 1],
      [12_000, 1],
      [18_000, 2],
    ] as const) {
      state.now = now;
      state.answer = documentOf(epoch);
      await seen();
      await idle();
    }
    expect(kept).toEqual([1, 1, 2]);
  });
});
