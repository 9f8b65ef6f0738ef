import { setTimeout as sleep } from 'node:timers/promises';
import type { FailoverDrill, Observed } from '../model';
import { PATIENCE_MS } from './client';
import type { Fault } from './faults';
import type { Places, Rows, Snapshot } from './ledger';
import { notReplayed, rowsOf, settle } from './ledger';
import type { OldWriter } from './old-writer';
import { takesWrites } from './old-writer';
import { clocksOf } from './result';
import { detectionSeconds } from './ports';
import type { Scene } from './scene';
import { leftByDns } from './dns-left';
import { until } from './until';

/** Writes under way have so long to end, in milliseconds. */
const DRAIN_MS = 8_000;
/** So long the other standbys have to follow, in milliseconds. */
const FOLLOW_MS = 15_000;
/** A Region that has woken up has so long to answer so many questions, in milliseconds. */
const AWAKE_MS = 15_000;
const ANSWERS_AWAKE = 4;
const REGISTRATIONS = 20;

/** What is seen once users write again, and what is counted when nobody does any more. */
export class Aftermath {
  public constructor(
    private readonly of: Scene<FailoverDrill>,
    private readonly fault: Fault,
    private readonly oldWriter: OldWriter,
  ) {}

  /**
   * @param before what every standby held before one was promoted
   * @param confirmed whether the old writer confirmed the order to close
   */
  public async observe(
    afterMs: number,
    before: Snapshot,
    confirmed: boolean,
  ): Promise<Omit<Observed, 'load' | 'rto'>> {
    const { world, control, drill, hit, shards, load, run } = this.of;
    await sleep(afterMs);
    const registration = await this.register();
    const partitioned = drill.fault === 'partition';
    // While both sides live and cannot hear of one another.
    const oldTakesWrites = await takesWrites(world, control, hit);
    if (partitioned) await this.oldWriter.stop();
    await load.stop(DRAIN_MS);
    if (drill.fault === 'freeze') await this.wake();
    const document = await control.read();
    const homes = Object.fromEntries(
      shards.map((shard) => [shard, document.shards[shard]?.home ?? hit]),
    );
    const held = await rowsOf(world, control, homes, run);
    const heldByOld = await rowsOf(world, control, everyShardIn(hit, shards), run).catch(
      () => undefined,
    );
    const followed = await this.followed(homes, held);
    const leaseOver = this.of.timeline.at('leaseOver') ?? performance.now();
    const { timeScale } = world.parts;
    const fault = this.of.timeline.at('fault') ?? 0;
    const predicted = notReplayed(before, load.writes, homes, hit);
    const after = [...new Set(Object.values(homes))].join(', ');
    return {
      rpo: settle({ writes: load.writes, fault, predicted, held, heldByOld }),
      fence: await this.oldWriter.figures(load.writes, leaseOver, confirmed, oldTakesWrites),
      ...{ registration, followed, leftByDns: leftByDns(world, hit) },
      home: { before: hit, after, directory: document.directory.home },
      patienceMs: drill.fault === 'freeze' || partitioned ? PATIENCE_MS : 0,
      ttlMs: clocksOf(world, hit, drill).ttlMs / timeScale,
      healthCheckMs: (detectionSeconds(world, hit) * 1000) / timeScale,
    };
  }

  /** What stood still wakes up in a world that has gone on without it. */
  private async wake(): Promise<void> {
    this.fault.end();
    this.of.timeline.say('awake', `${this.of.hit} wakes up`);
    this.oldWriter.start();
    const before = this.oldWriter.answers;
    const answered = () => this.oldWriter.answers >= before + ANSWERS_AWAKE;
    await until(AWAKE_MS, answered, this.of.options.signal);
    await this.oldWriter.stop();
  }

  /** Near the Region that was hit. */
  private async register(): Promise<Observed['registration']> {
    const { users, hit, run, options } = this.of;
    const client = users.find(([{ near }]) => near.name === hit)?.[0];
    const user = { username: `${run}n`, email: `${run}n@example.com`, password: 'drill drill' };
    let seen = { status: 0, answer: 'nobody answered' };
    for (let turn = 0; turn < REGISTRATIONS && seen.status !== 201; turn += 1) {
      if (options.signal?.aborted === true) break;
      if (turn > 0) await sleep(500);
      const headers = { 'idempotency-key': `${run}-registration` };
      const answer = await client?.send('POST', '/api/users', { user }, headers);
      if (answer?.kind !== 'answer') continue;
      seen = { status: answer.status, answer: answer.status === 201 ? 'done' : answer.body };
    }
    return seen;
  }

  /** Whether the Regions that neither were hit nor write have what was written. */
  private async followed(homes: Places, held: Rows): Promise<boolean> {
    const { world, control, hit, shards, run, options } = this.of;
    const writers = Object.values(homes);
    const others = world.regions.filter(({ name }) => name !== hit && !writers.includes(name));
    const all = others.map(({ name }) => {
      const hasAll = async () => {
        const rows = await rowsOf(world, control, everyShardIn(name, shards), run);
        return [...held.keys()].every((id) => rows.has(id));
      };
      return until(FOLLOW_MS, () => hasAll().catch(() => false), options.signal);
    });
    return (await Promise.all(all)).every((it) => it);
  }
}

function everyShardIn(region: string, shards: readonly string[]): Places {
  return Object.fromEntries(shards.map((shard) => [shard, region]));
}
