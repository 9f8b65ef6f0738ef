import { rm } from 'node:fs/promises';
import type { Drill, Expectation, FailoverDrill, Returned } from '../model';
import { isLedHome } from './dns-left';
import type { Fault } from './faults';
import { rejoin } from './hand-over';
import { rowsOf } from './ledger';
import { writerOf } from './load';
import { detectionSeconds, switchOf } from './ports';
import { DrillRefused } from './refused';
import type { Scene } from './scene';
import { regionOf } from './world';

/** Whether a drill leaves a Region that can come back, one in which servers live, or a zone. */
export function comesBack(drill: Drill): boolean {
  return drill.flow === 'failover' ? drill.fault !== 'kill' : drill.returns === true;
}

/** @throws DrillRefused where the drill leaves none */
export function mayComeBack(drill: Drill): void {
  if (comesBack(drill)) return;
  throw new DrillRefused(
    drill.flow === 'failover'
      ? `after ${drill.name} no process of the Region is left, and the twin starts none anew`
      : `${drill.name} takes no Region out`,
    'ask for --return of region-frozen, regions-partitioned, databases-lost or zone-lost',
  );
}

/**
 * The Region that was hit comes back as a secondary: its databases are made anew from the Region that
 * writes now and follow it; then its switch is turned, and DNS sends users to it again.
 */
export async function bringBack(scene: Scene<FailoverDrill>, fault: Fault): Promise<Returned> {
  const { world, hit, timeline, run } = scene;
  fault.end();
  const rejoinMs = await rejoin(scene, hit);
  timeline.say('rejoined', `the databases of ${hit} follow the new writer and have all of it`);
  const began = performance.now();
  await rm(switchOf(world, hit), { force: true });
  const detectionMs = (detectionSeconds(world, hit) * 1000) / world.parts.timeScale;
  const steered = await scene.until(2 * detectionMs, () => isLedHome(world, hit));
  const steerMs = Math.round(performance.now() - began);
  timeline.say(
    'returned',
    steered ? `DNS sends users to ${hit} again` : `DNS does not answer ${hit}`,
  );
  const { writtenBy, status } = await writeThrough(scene, `${run}-returned`);
  return { rejoinMs, steerMs, steered, status, writtenBy, missingRows: await missing(scene) };
}

export function isBack(
  { steered, status, writtenBy, missingRows, ...took }: Returned,
  hit: string,
): Expectation {
  return {
    what: 'the Region comes back as a secondary: it has every write, gets users, and sends writes on',
    passed: steered && status === 201 && writtenBy !== hit && missingRows === 0,
    observed:
      `copies made anew in ${took.rejoinMs} ms, steered to in ${took.steerMs} ms, a write through it ` +
      `has status ${status} and is written in ${writtenBy}, ${missingRows} rows are missing`,
  };
}

/** A user near the Region, through its own load balancer. */
async function writeThrough(
  scene: Scene,
  id: string,
): Promise<Pick<Returned, 'status' | 'writtenBy'>> {
  const { users, hit, world } = scene;
  const [client, authorization = ''] = users.find(([it]) => it.near.name === hit) ?? [];
  const { gateway } = regionOf(world, hit);
  const article = { title: id, description: 'drill', body: id, tagList: [] };
  const headers = { authorization, 'idempotency-key': id };
  let seen = { status: 0, writtenBy: '' };
  await scene.until(0, async () => {
    const answer = await client?.sendTo(gateway, 'POST', '/api/articles', { article }, headers);
    if (answer?.kind === 'answer') seen = { status: answer.status, writtenBy: writerOf(answer) };
    return seen.status === 201;
  });
  return seen;
}

/** Rows of the run that the new writer has and the Region that came back does not show. */
async function missing(scene: Scene): Promise<number> {
  const { world, control, hit, run, shards } = scene;
  const document = await control.read();
  const placed = (region: (shard: string) => string) =>
    Object.fromEntries(shards.map((shard) => [shard, region(shard)]));
  const written = await rowsOf(
    world,
    control,
    placed((shard) => document.shards[shard]?.home ?? hit),
    run,
  );
  let left = written.size;
  await scene.until(0, async () => {
    const held = await rowsOf(
      world,
      control,
      placed(() => hit),
      run,
    );
    left = [...written.keys()].filter((id) => !held.has(id)).length;
    return left === 0;
  });
  return left;
}
