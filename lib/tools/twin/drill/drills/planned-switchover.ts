import type { CarryOnDrill } from '../model';
import {
  carriesTheLoad,
  doublesNothing,
  expectation,
  losesNothing,
  measured,
} from '../private/carried-on';
import { followed, handOver } from '../private/hand-over';
import type { HandOver } from '../private/hand-over';
import { DrillRefused } from '../private/refused';
import type { Scene } from '../private/scene';
import { pause } from '../private/scene';
import { leaseOf } from '../private/world';

/** Load between the two, in milliseconds. */
const BETWEEN_MS = 3_000;
/** Of what a switchover takes beyond one lease: catching up, an orderly end, promotion, retries. */
const BEYOND_LEASE_MS = 15_000;

/** Another Region writes, as planned, and the first one again: nothing is lost on either way. */
export const plannedSwitchover: CarryOnDrill = {
  flow: 'carry-on',
  name: 'planned-switchover',
  summary: 'another Region writes as planned, the old one follows it, and writes again afterwards',
  setup: { replicationDelayMs: 100 },
  load: { writesPerSecond: 20, shareOfHome: 0.6 },
  act: async (scene) => {
    const { world, hit, timeline } = scene;
    const other = world.regions.find(({ name }) => name !== hit)?.name;
    if (other === undefined) throw new DrillRefused('there is one Region', 'drill several');
    timeline.mark('fault', `a person switches over from ${hit} to ${other}`);
    const there = await switchOver(scene, { from: hit, to: other });
    await pause(BETWEEN_MS);
    timeline.say('back-again', `a person switches over from ${other} to ${hit}`);
    const back = await switchOver(scene, { from: other, to: hit });
    const { steering } = world.parts;
    const left = () =>
      world.regions.filter(({ name, viewer }) => steering.steer(world.origin.host, viewer) !== name)
        .length;
    await scene.until(0, () => left() === 0);
    return {
      ...{ thereMs: there.ms, backMs: back.ms, leaseMs: leaseOf(world) },
      followMs: Math.max(there.followMs, back.followMs),
      regionsLeftByDns: left(),
    };
  },
  expectations: [
    carriesTheLoad,
    losesNothing,
    doublesNothing,
    expectation('the Region that wrote before writes again, the directory too', ({ home }) => [
      home.after === home.before && home.directory === home.before,
      `shards in ${home.after}, directory in ${home.directory}`,
    ]),
    ...(['thereMs', 'backMs'] as const).map((name) =>
      expectation(
        `users of every Region write again within one lease and 15 s (${name})`,
        (seen) => {
          const { [name]: took = Infinity, leaseMs = 0 } = seen.measured;
          return [took <= leaseMs + BEYOND_LEASE_MS, `${took} ms, a lease is ${leaseMs} ms`];
        },
      ),
    ),
    measured('what wrote before follows the new writer, and has all of it', 'followMs', {
      most: 30_000,
    }),
    measured('DNS sends users to every Region in the end', 'regionsLeftByDns', { most: 0 }),
  ],
};

/** How long users were without writes, and how long the old writer took to follow the new one. */
async function switchOver(
  scene: Scene,
  between: HandOver,
): Promise<{ readonly ms: number; readonly followMs: number }> {
  const { world, load, timeline } = scene;
  const { fenced, homed } = await handOver(scene, between);
  const followMs = await followed(scene, between.from);
  const first = (region: string) => load.firstAcknowledged(region, homed);
  const back = await scene.until(0, () => world.regions.every(({ name }) => first(name)));
  if (!back) timeline.say('missing', 'some users do not write again');
  const at = Math.max(...world.regions.map(({ name }) => first(name) ?? performance.now()));
  return { ms: Math.round(at - fenced), followMs };
}
