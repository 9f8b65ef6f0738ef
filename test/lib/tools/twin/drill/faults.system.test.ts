import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { prepareFault } from '../../../../../lib/tools/twin/drill/private/faults';
import type { World } from '../../../../../lib/tools/twin/drill/private/world';
import { identify, treeOf } from '../../../../../lib/tools/twin/processes';
import type { ProcessIdentity } from '../../../../../lib/tools/twin/processes';
import { eventually, gone, processesWith } from '../../../../support/processes';

/** A Region of one process that keeps starting others, as a pool of functions does. */
let region: ChildProcess;
let root: ProcessIdentity;
const MARK = `fault-of-${process.pid}`;
const cuts: string[] = [];

/** @param server process of the Region's servers */
const world = (server?: ProcessIdentity) =>
  ({
    parts: {
      link: { cut: () => cuts.push('cut'), heal: () => cuts.push('heal') },
      regions: [
        {
          plan: { name: 'one' },
          tables: { processes: () => (server === undefined ? [root] : [server]) },
          gateway: { processes: () => [] },
          databases: server === undefined ? [] : [{ processes: () => [root] }],
          caches: [],
        },
      ],
    },
  }) as unknown as World;

beforeEach(() => {
  cuts.length = 0;
  region = spawn('/bin/sh', ['-c', 'while :; do sleep 20 & sleep 0.02; done'], {
    env: { PATH: process.env['PATH'] ?? '', MARK },
  });
  root = identify(region.pid!)!;
});

afterEach(() => {
  while (processesWith(MARK).length > 0) {
    for (const pid of processesWith(MARK)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has just ended.
      }
    }
  }
});

const statesOf = (identities: readonly ProcessIdentity[]) =>
  identities.flatMap(({ pid }) => {
    const path = `/proc/${pid}/status`;
    // One that was just ending when the signal came is gone.
    return existsSync(path) ? (/^State:\s+(\S)/m.exec(readFileSync(path, 'utf8'))?.[1] ?? []) : [];
  });

test('a Region that is killed leaves nobody, not even those who were just being started', async () => {
  const fault = await prepareFault(world(), 'kill', 'one');
  expect(treeOf([root]).length).toBeGreaterThan(10);
  const exited = new Promise((tell) => region.once('exit', tell));
  fault.strike();
  await exited;
  expect(await gone(MARK)).toEqual([]);
  expect(
    await eventually(
      () => cuts,
      (all) => all.length === 2,
    ),
  ).toEqual(['cut', 'heal']);
});

test('a Region that is frozen stands still as a whole, and wakes up as a whole', async () => {
  const fault = await prepareFault(world(), 'freeze', 'one');
  fault.strike();
  const frozen = treeOf([root]);
  // A signal is delivered when its process is next looked at: at once, but not before `kill` returns.
  const stopped = await eventually(
    () => statesOf(frozen),
    (states) => states.every((one) => one === 'T'),
  );
  expect(new Set(stopped)).toEqual(new Set(['T']));
  await new Promise((wait) => setTimeout(wait, 200));
  expect(treeOf([root])).toHaveLength(stopped.length);
  fault.end();
  const awake = await eventually(
    () => treeOf([root]),
    (tree) => tree.length > frozen.length && !statesOf(tree).includes('T'),
  );
  expect(awake.length).toBeGreaterThan(frozen.length);
});

test.each(['kill', 'freeze'] as const)(
  'a fault (%s) that was ended before it struck does not strike any more',
  async (kind) => {
    const fault = await prepareFault(world(), kind, 'one');
    fault.end();
    fault.strike();
    await new Promise((wait) => setTimeout(wait, 100));
    expect(statesOf([root])).not.toContain('T');
    expect(region.exitCode ?? region.signalCode).toBeNull();
    expect(cuts).not.toContain('cut');
  },
);

test('databases that are lost leave the servers of their Region alive', async () => {
  const env = { PATH: process.env['PATH'] ?? '', MARK };
  const server = identify(spawn('/bin/sleep', ['20'], { env }).pid!)!;
  const fault = await prepareFault(world(server), 'database', 'one');
  const exited = new Promise((tell) => region.once('exit', tell));
  fault.strike();
  await exited;
  expect(
    await eventually(
      () => processesWith(MARK),
      (left) => left.length === 1,
    ),
  ).toEqual([server.pid]);
});
