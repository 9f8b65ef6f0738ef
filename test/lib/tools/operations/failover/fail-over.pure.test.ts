import fc from 'fast-check';
import type { FailoverEvent, Topology } from '../../../../../lib/tools/operations/failover';
import {
  failOver,
  FailoverRefused,
  nextStep,
  planFailover,
} from '../../../../../lib/tools/operations/failover';
import { Crash, FAR, LEASE_MS, NEAR, OLD, World } from './world';

const run = (world: World) =>
  failOver(world.ports, {
    from: OLD,
    leaseMs: LEASE_MS,
    onEvent: (event) => world.events.push(event),
  });

/** Begins again after every crash, as a person would. */
async function runUntilDone(world: World, attempts = 50): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run(world);
      return;
    } catch (error) {
      const crashed =
        error instanceof Crash ||
        (error instanceof FailoverRefused && error.cause instanceof Crash);
      if (!crashed || attempt === attempts) throw error;
    }
  }
}

describe('a failover', () => {
  test('fences, waits a lease, chooses, promotes, names the new home, steers: in this order', async () => {
    const world = new World();
    await run(world);
    const kinds = world.events.map(({ kind }) => kind).filter((kind) => kind !== 'closed');
    expect(kinds).toEqual(['fenced', 'lease-over', 'chosen', 'promoted', 'homed', 'steered']);
    expect(world.shard()).toEqual({ home: NEAR, state: 'serving', epoch: 5 });
    expect(world.document.directory.home).toBe(NEAR);
    expect([world.promotions, world.drained]).toEqual([[`s0 ${NEAR}`], [OLD]]);
  });

  test('waits one lease between the fence and the promotion', async () => {
    const world = new World();
    await run(world);
    const at = (kind: FailoverEvent['kind']) => world.events.find((it) => it.kind === kind)!.at;
    expect(at('lease-over') - at('fenced')).toBeGreaterThanOrEqual(LEASE_MS);
  });

  test('that only fences ends one lease later, and goes on from a copy that somebody promoted', async () => {
    const world = new World();
    const only = { from: OLD, leaseMs: LEASE_MS, steer: false, fenceOnly: true };
    await failOver(world.ports, {
      ...only,
      onEvent: (event) => world.events.push(event),
    });
    const kinds = world.events.map(({ kind }) => kind).filter((kind) => kind !== 'closed');
    expect([kinds, world.promotions]).toEqual([['fenced', 'lease-over'], []]);
    expect(world.shard()).toMatchObject({ home: OLD, state: 'fenced' });
    world.set('s0', FAR, { role: 'writer' });
    await run(world);
    expect(world.shard()).toMatchObject({ home: FAR, state: 'serving' });
  });

  test('passes over storage without instances, however near it is', async () => {
    const world = new World();
    world.set('s0', NEAR, { role: 'headless' });
    await run(world);
    expect(world.promotions).toEqual([`s0 ${FAR}`]);
  });

  test('says what has to be done first where all that is left is storage without instances', async () => {
    const world = new World();
    world.set('s0', NEAR, { role: 'headless' });
    world.set('s0', FAR, { role: 'headless' });
    await expect(run(world)).rejects.toThrow(
      new RegExp(
        `s0 has storage without instances in ${NEAR}, ${FAR}.*Remedy: take ${NEAR} or ${FAR} out of .headless.`,
      ),
    );
    expect(world.promotions).toEqual([]);
  });

  test('keeps the fields of the document that it does not know', async () => {
    const world = new World();
    world.document = Object.assign({ ...world.document }, { logicalShards: [{ first: 0 }] });
    await run(world);
    expect(world.document).toMatchObject({ logicalShards: [{ first: 0 }] });
  });

  test('moves every shard of the Region, and leaves the others alone', async () => {
    const world = new World(['s0', 's1', 's2']);
    const elsewhere = { home: FAR, state: 'serving', epoch: 9 } as const;
    world.document = { ...world.document, shards: { ...world.document.shards, s2: elsewhere } };
    world.set('s1', FAR, { position: 300n });
    await run(world);
    expect(world.shard('s0')?.home).toBe(NEAR);
    expect(world.shard('s1')?.home).toBe(FAR);
    expect(world.shard('s2')).toBe(elsewhere);
  });

  test('of a Region that writes nothing only steers', async () => {
    const world = new World();
    await failOver(world.ports, { from: FAR, leaseMs: LEASE_MS });
    expect([world.drained, world.promotions, world.document.epoch]).toEqual([[FAR], [], 7]);
  });

  test('does not wait for an old writer that does not answer', async () => {
    const world = new World();
    const fencer = { close: () => new Promise<boolean>(() => undefined) };
    await failOver({ ...world.ports, fencer }, { from: OLD, leaseMs: LEASE_MS });
    expect(world.shard()?.home).toBe(NEAR);
  });
});

describe('the new home', () => {
  test('is the standby that holds most', async () => {
    const world = new World();
    world.set('s0', FAR, { position: 201n });
    await run(world);
    expect(world.shard()?.home).toBe(FAR);
  });

  test('is the first declared of equal ones', async () => {
    const world = new World();
    world.set('s0', FAR, { position: 200n });
    await run(world);
    expect(world.shard()?.home).toBe(NEAR);
  });

  test('is one that answers', async () => {
    const world = new World();
    world.set('s0', NEAR, { role: 'unreachable' });
    await run(world);
    expect(world.shard()?.home).toBe(FAR);
  });

  test('is another where the one written down has gone meanwhile', async () => {
    const world = new World();
    const interrupted = { home: OLD, state: 'fenced', epoch: 4, successor: NEAR } as const;
    world.document = { ...world.document, shards: { s0: interrupted } };
    world.note(world.document);
    await world.ports.clock.sleep(LEASE_MS);
    world.set('s0', NEAR, { role: 'unreachable' });
    await runUntilDone(world);
    expect(world.shard()).toEqual({ home: FAR, state: 'serving', epoch: 5 });
  });
});

describe('a refusal', () => {
  test('comes before anything is changed where no standby answers', async () => {
    const world = new World();
    for (const region of [NEAR, FAR]) world.set('s0', region, { role: 'unreachable' });
    await expect(run(world)).rejects.toThrow(/no standby of s0 outside eu-central-1.*Remedy/);
    expect(world.document.epoch).toBe(7);
    expect(world.drained).toEqual([]);
  });

  test.each(['read', 'replace'] as const)(
    'says that the control table does not %s, and promotes nothing',
    async (operation) => {
      const world = new World();
      const control = {
        ...world.ports.control,
        [operation]: () => Promise.reject(new Error('unreachable')),
      };
      const failing = failOver({ ...world.ports, control }, { from: OLD, leaseMs: LEASE_MS });
      await expect(failing).rejects.toThrow(FailoverRefused);
      expect([world.promotions, world.shard()?.state]).toEqual([[], 'serving']);
    },
  );

  test('meets two writers', async () => {
    const world = new World();
    for (const region of [NEAR, FAR]) world.set('s0', region, { role: 'writer' });
    await expect(run(world)).rejects.toThrow(/takes writes in us-east-2 and ap-northeast-1/);
  });

  test('ends a race with somebody who never stops changing the document', async () => {
    const world = new World();
    world.meddle = () => (world.document = { ...world.document, epoch: world.document.epoch + 1 });
    await expect(run(world)).rejects.toThrow(/others keep changing/);
    expect(world.promotions).toEqual([]);
  });
});

describe('a plan', () => {
  test('says where to, and what the new writer would lack, while the old one answers', async () => {
    const world = new World();
    world.set('s0', OLD, { role: 'writer', position: 260n });
    world.set('s0', NEAR, { newestAt: 1_700_000_000_000 });
    expect((await planFailover(world.ports, { from: OLD })).moves).toEqual([
      {
        ...{ shard: 's0', to: NEAR, lagBytes: 60n, oldWriterAnswers: true, writesAlready: false },
        newestAt: 1_700_000_000_000,
      },
    ]);
  });

  test('does not take unknown lag for none', async () => {
    const { moves } = await planFailover(new World().ports, { from: OLD });
    expect(moves[0]).toMatchObject({ lagBytes: undefined, oldWriterAnswers: false });
  });
});

describe('a run that was interrupted', () => {
  test('is gone on with, wherever it crashed, and promotes one standby once', async () => {
    const calls = new World();
    await run(calls);
    for (let call = 1; call <= calls.calls.length; call += 1) {
      for (const after of [false, true]) {
        const world = new World();
        world.faults = [{ call, after }];
        await runUntilDone(world);
        expect(world.shard()).toEqual({ home: NEAR, state: 'serving', epoch: 5 });
        expect(world.promotions).toEqual([`s0 ${NEAR}`]);
        expect(new Set(world.drained)).toEqual(new Set([OLD]));
      }
    }
  });

  const fault = fc.record({ call: fc.integer({ min: 1, max: 60 }), after: fc.boolean() });

  test('keeps every promise with any number of crashes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 12 }), async (faults) => {
        const world = new World(['s0', 's1']);
        world.faults = faults;
        await runUntilDone(world);
        expect(world.shard('s0')).toEqual({ home: NEAR, state: 'serving', epoch: 5 });
        expect([...world.promotions].sort()).toEqual([`s0 ${NEAR}`, `s1 ${NEAR}`]);
      }),
      { numRuns: 200 },
    );
  });

  test('keeps every promise with two runs at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fault, { maxLength: 4 }), async (s, faults) => {
        const world = new World();
        world.faults = faults;
        const { control, ...ports } = world.ports;
        const scheduled = {
          ...ports,
          control: {
            read: s.scheduleFunction(() => control.read()),
            replace: s.scheduleFunction((next: Topology, epoch: number) =>
              control.replace(next, epoch),
            ),
          },
        };
        const one = () => failOver(scheduled, { from: OLD, leaseMs: LEASE_MS });
        const both = Promise.allSettled([one(), one()]);
        await s.waitFor(both);
        await runUntilDone(world);
        expect(world.shard()).toEqual({ home: NEAR, state: 'serving', epoch: 5 });
        expect(world.promotions).toEqual([`s0 ${NEAR}`]);
      }),
      { numRuns: 100 },
    );
  });

  test('waits a lease anew where the shard had been opened and fenced again', () => {
    const world = new World();
    const shards = { s0: { home: OLD, state: 'fenced', epoch: 6 } as const };
    const memory = { leaseOver: new Set(['s0@4']), promoted: new Set<string>(), steered: false };
    expect(nextStep({ ...world.document, shards }, OLD, memory).kind).toBe('wait-lease');
  });
});
