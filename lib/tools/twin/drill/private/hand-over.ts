import { failOver, FailoverRefused } from '../../../operations/failover';
import type { DatabaseServer } from '../../run';
import { serversOf } from './databases';
import { failoverPorts } from './ports';
import type { Scene } from './scene';
import { pause } from './scene';
import { until } from './until';
import { leaseOf } from './world';

/** A standby whose writer takes no writes any more has so long to hold all of them, in milliseconds. */
const CATCH_UP_MS = 15_000;
const ANSWER_MS = 5_000;
/** Of one handover: on a busy machine a database may answer later than it is waited for. */
const ATTEMPTS = 3;
const RETRY_MS = 500;

export interface HandOver {
  readonly from: string;
  readonly to: string;
}

/** Instants of the monotonic clock. */
export interface HandedOver {
  /** From here on nobody begins a write. */
  readonly fenced: number;
  /** The document names the new writer. */
  readonly homed: number;
}

/**
 * A planned switchover by the code of `meridian switchover`: the old writer ends in order, so that the
 * new one has all of it, and follows it. DNS goes on sending users to both.
 *
 * @throws FailoverRefused where it cannot go on safely
 */
export async function handOver(scene: Scene, { from, to }: HandOver): Promise<HandedOver> {
  const { world, control, timeline } = scene;
  const operator = world.regions.find(({ name }) => name !== from && name !== to)?.name ?? to;
  const began = performance.now();
  let fenced: number | undefined;
  let homed = began;
  const attempt = () =>
    failOver(failoverPorts(world, control, { operator, lost: from }), {
      ...{ from, to, leaseMs: leaseOf(world), how: 'switchover', steer: false },
      onEvent: ({ at, kind }) => {
        if (kind === 'fenced') fenced ??= at;
        if (kind === 'homed') homed = at;
        timeline.say(kind, `${from} to ${to}: ${kind}`, at);
      },
    });
  for (let left = ATTEMPTS - 1; ; left -= 1) {
    try {
      await attempt();
      return { fenced: fenced ?? began, homed };
    } catch (error) {
      // As an operator does who is told to run it again: it goes on by the topology document.
      if (!(error instanceof FailoverRefused) || left === 0) throw error;
      timeline.say('refused', error.message);
      await pause(RETRY_MS);
    }
  }
}

/**
 * What was lost, or has another history, follows the Region that writes now, from a base backup of it.
 *
 * @returns milliseconds until it has all of it
 */
export async function rejoin(scene: Scene, region: string): Promise<number> {
  const began = performance.now();
  const pairs = await pairsOf(scene, region);
  await Promise.all(pairs.map(([server, writer]) => server.rejoin(writer)));
  await Promise.all(pairs.map(([server, writer]) => caughtUp(writer, server)));
  return Math.round(performance.now() - began);
}

/** Milliseconds until a Region has all that the one that writes has now. @throws Error */
export async function followed(scene: Scene, region: string): Promise<number> {
  const began = performance.now();
  const pairs = await pairsOf(scene, region);
  await Promise.all(pairs.map(([server, writer]) => caughtUp(writer, server)));
  return Math.round(performance.now() - began);
}

type Pair = readonly [server: DatabaseServer, writer: DatabaseServer];

/** A Region's servers, and those of the Region that writes by the document. */
async function pairsOf(
  { world, control, shards }: Scene,
  region: string,
): Promise<readonly Pair[]> {
  const document = await control.read();
  const pairs = new Map<DatabaseServer, DatabaseServer>();
  for (const shard of shards) {
    const writers = serversOf(world, document, shard, document.shards[shard]?.home ?? region);
    for (const server of serversOf(world, document, shard, region)) {
      const writer = writers.find(({ of }) => of.group === server.of.group);
      if (writer !== undefined && writer !== server) pairs.set(server, writer);
    }
  }
  return [...pairs];
}

/** @throws Error where the standby does not hold in time what the writer has now */
async function caughtUp(writer: DatabaseServer, standby: DatabaseServer): Promise<void> {
  const position = await positionOf(writer, 'pg_current_wal_lsn()');
  const there = async () => {
    const replayed = await positionOf(standby, 'pg_last_wal_replay_lsn()').catch(() => -1n);
    return replayed >= position;
  };
  if (await until(CATCH_UP_MS, there)) return;
  throw new Error(`${standby.label} does not catch up with ${writer.label}`);
}

async function positionOf(server: DatabaseServer, lsn: string): Promise<bigint> {
  const connection = server.connect('postgres', ANSWER_MS);
  try {
    const [row] = await connection.query<{ position: string }>(
      `select (${lsn} - '0/0')::text as position`,
    );
    return BigInt(row?.position ?? '-1');
  } finally {
    await connection.end();
  }
}
