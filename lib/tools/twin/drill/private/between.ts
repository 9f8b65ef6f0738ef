import type { Measures } from '../model';
import { attemptsBetween } from './attempts';
import { isWritten, write } from './authors';
import { partOf } from './percentile';
import type { Scene } from './scene';
import { pause } from './scene';

/** Of each Region that does not write. */
const WRITERS = 6;
const PAUSE_MS = 100;
/** Between two breaks of the lines. */
const BREAK_MS = 150;
/** Each process has so many retries saved up (lambda/platform/forward.ts). */
const SAVED = 3;
const BUDGET = 0.1;

/**
 * Lines between Regions break again and again while people write whose Region has to send their writes on,
 * each once: what servers send a second time they do by themselves.
 */
export async function breaksBetween(scene: Scene, ms: number): Promise<Measures> {
  const { world, hit, timeline, run } = scene;
  const { link } = world.parts;
  const touches = ({ kind, to }: (typeof link.routes)[number]) => kind === 'requests' && to === hit;
  const counts = link.routes.map(touches);
  const counted = async () => {
    const all = (await link.forwarded()).filter((_, at) => counts[at]);
    const sum = (of: (it: (typeof all)[number]) => number) =>
      all.reduce((total, it) => total + of(it), 0);
    return { attempts: sum((it) => it.attempts), repeated: sum((it) => it.repeated) };
  };
  const before = await counted();
  const began = performance.now();
  const end = performance.now() + ms;
  const breaks = async () => {
    let count = 0;
    for (; performance.now() < end; count += 1) {
      // In one instant: whoever is on the line is told, and whoever comes after finds it open.
      link.cut(touches);
      link.heal(touches);
      await pause(BREAK_MS);
    }
    return count;
  };
  timeline.say('breaks', `the lines to ${hit} break every ${BREAK_MS} ms`);
  const [count, ...seen] = await Promise.all([
    breaks(),
    ...scene.users
      .filter(([client]) => client.near.name !== hit)
      .flatMap((user) =>
        Array.from({ length: WRITERS }, (_, at) => writes(user, `${run}-b${at}`, end)),
      ),
  ]);
  const after = await counted();
  const repeated = after.repeated - before.repeated;
  const first = after.attempts - before.attempts - repeated;
  timeline.say('mended', `${first} requests between Regions, ${repeated} of them sent again`);
  const processes = await processesOf(scene);
  const times = seen.flatMap((it) => it.times);
  const brokenWrites = seen.reduce((sum, it) => sum + it.failed, 0);
  const others = world.regions.map(({ name }) => name).filter((name) => name !== hit);
  const load = attemptsBetween(scene, others, began, performance.now());
  // What broke before the line had read it is not among those that it has counted.
  const asked = times.length + brokenWrites + load.acknowledged + load.failed;
  return {
    ...{ linesBroken: count, requestsBetween: first, retriesBetween: repeated },
    retriesAllowed: Math.floor(BUDGET * Math.max(first, asked) + SAVED * processes),
    brokenWrites,
    ...{ writtenBetween: times.length, p50BetweenMs: partOf(times, 0.5) },
  };
}

/** One writer, who sends nothing again. */
async function writes(
  [client, authorization]: Scene['users'][number],
  id: string,
  end: number,
): Promise<{ readonly times: readonly number[]; readonly failed: number }> {
  const times: number[] = [];
  let failed = 0;
  for (let turn = 0; performance.now() < end; turn += 1) {
    const sent = performance.now();
    const outcome = await write(client, authorization, `${id}-${client.near.name}-${turn}`);
    if (isWritten(outcome)) times.push(performance.now() - sent);
    else failed += 1;
    await pause(PAUSE_MS);
  }
  return { times, failed };
}

/** Servers and instances of functions of the Regions that send writes on. */
async function processesOf({ world, hit }: Scene): Promise<number> {
  const others = world.parts.regions.filter(({ plan }) => plan.name !== hit);
  const sizes = await Promise.all(
    others.map(async ({ gateway }) => (await gateway.ask('instances')) as Record<string, number>),
  );
  return sizes.flatMap((it) => Object.values(it)).reduce((sum, size) => sum + size, 0);
}
