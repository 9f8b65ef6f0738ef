import type { Dependencies } from '../../../lambda/api/dependencies';
import { Lifecycle } from '../../../lambda/api/lifecycle';
import { ReadinessProbe } from '../../../lambda/api/readiness';
import type { CacheAside } from '../../../lambda/platform/cache-aside';
import type { ShardLocation, TopologyDocument } from '../../../lambda/topology';

const DOMAIN_ENDPOINTS = { database: 'd', secret: 's', endpoints: {} };
const shard = (home: string): ShardLocation => ({
  ...{ home, state: 'serving', epoch: 1 },
  domains: { identity: DOMAIN_ENDPOINTS, content: DOMAIN_ENDPOINTS, social: DOMAIN_ENDPOINTS },
});
const DOCUMENT: TopologyDocument = {
  ...{ schemaVersion: 1, epoch: 7, directory: { home: 'a' } },
  logicalShards: [{ first: 0, last: 1023, shard: 's0' }],
  shards: { s0: shard('a'), s1: shard('b') },
};
const FINE = () => Promise.resolve();
const AWAY = () => Promise.reject(new Error('the address of somebody’s database'));
const SILENT = () => new Promise<never>(() => undefined);

/** A Region that holds a copy of one of two shards, and what each of its dependencies does when it is asked. */
function region({ topology = FINE, sessions = FINE, reader = FINE } = {}) {
  const asked = { topology: 0, sessions: 0, readers: [] as string[] };
  const state = { now: 0, leftMs: 1, cache: 'ok' as CacheAside['state'] };
  const lifecycle = new Lifecycle();
  const deps = {
    ...{ region: 'a', lifecycle, cache: { state: state.cache } },
    now: () => state.now,
    topology: {
      current: async () => {
        asked.topology += 1;
        await topology();
        return { document: DOCUMENT, ageMs: 5, lease: { leftMs: state.leftMs } };
      },
    },
    sessions: {
      probe: () => {
        asked.sessions += 1;
        return sessions();
      },
    },
    databases: {
      holds: ({ home }: ShardLocation) => home === 'a',
      read: ({ home }: ShardLocation, domain: string) => {
        asked.readers.push(`${domain} ${home}`);
        return domain === 'social' ? reader() : FINE();
      },
    },
  };
  return { asked, state, lifecycle, probe: new ReadinessProbe(deps as unknown as Dependencies) };
}

test('it is ready where all that it needs answers: of the shards, those that it has copies of', async () => {
  const { asked, probe } = region();
  expect(await probe.check()).toEqual({
    ...{ ready: true, draining: false, cache: 'ok', region: 'a', epoch: 7, topologyAgeMs: 5 },
    dependencies: {
      ...{ topology: 'ok', sessions: 'ok' },
      ...{ 'identity.s0': 'ok', 'content.s0': 'ok', 'social.s0': 'ok' },
    },
  });
  expect(asked.readers).toEqual(['identity a', 'content a', 'social a']);
});

test('however many ask, each dependency is asked once a second', async () => {
  const { asked, state, probe } = region();
  const crowd = () => Promise.all(Array.from({ length: 50 }, () => probe.check()));
  await crowd();
  state.now = 999;
  await crowd();
  expect(asked).toMatchObject({ topology: 1, sessions: 1 });
  state.now = 1_000;
  await crowd();
  expect(asked).toMatchObject({ topology: 2, sessions: 2 });
  expect(asked.readers).toHaveLength(6);
});

test.each([
  ['the control table', { topology: AWAY }, { topology: 'failed', sessions: 'ok' }],
  ['the sessions', { sessions: AWAY }, { topology: 'ok', sessions: 'failed' }],
  ['a reader', { reader: AWAY }, { topology: 'ok', 'content.s0': 'ok', 'social.s0': 'failed' }],
])('without %s it is not, and says no more than that', async (_what, away, dependencies) => {
  const { ready, ...told } = await region(away).probe.check();
  expect([ready, told]).toMatchObject([false, { dependencies }]);
  expect(JSON.stringify(told)).not.toContain('address');
});

test('what does not answer in time is slow, and holds up nobody for longer', async () => {
  jest.useFakeTimers();
  try {
    const checked = region({ sessions: SILENT, reader: SILENT }).probe.check();
    await jest.advanceTimersByTimeAsync(1_500);
    expect(await checked).toMatchObject({
      ready: false,
      dependencies: { topology: 'ok', sessions: 'slow', 'social.s0': 'slow', 'content.s0': 'ok' },
    });
  } finally {
    jest.useRealTimers();
  }
});

test('whose lease is over is not ready: it may not write', async () => {
  const { state, probe } = region();
  state.leftMs = 0;
  expect(await probe.check()).toMatchObject({ ready: false, dependencies: { topology: 'failed' } });
});

test('who is about to end is not ready from that moment on, whatever was found before', async () => {
  const { lifecycle, probe } = region();
  expect((await probe.check()).ready).toBe(true);
  lifecycle.drain();
  expect(await probe.check()).toMatchObject({ ready: false, draining: true });
});
