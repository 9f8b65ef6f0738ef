import type { CarryOnDrill } from '../model';
import {
  carriesTheLoad,
  doublesNothing,
  homeAsBefore,
  losesNothing,
  measured,
} from '../private/carried-on';
import { isLedHome } from '../private/dns-left';
import { followed, handOver } from '../private/hand-over';
import type { HandOver } from '../private/hand-over';
import type { Scene } from '../private/scene';
import { pause } from '../private/scene';
import { anotherRegion, doneEverywhere, withinALease } from '../private/there-and-back';
import { leaseOf } from '../private/world';

/** Load between the two, in milliseconds. */
const BETWEEN_MS = 3_000;

/** Another Region writes, as planned, and the first one again: nothing is lost on either way. */
export const plannedSwitchover: CarryOnDrill = {
  flow: 'carry-on',
  name: 'planned-switchover',
  summary: 'another Region writes as planned, the old one follows it, and writes again afterwards',
  setup: { replicationDelayMs: 100 },
  load: { writesPerSecond: 20, shareOfHome: 0.6 },
  act: async (scene) => {
    const { world, hit, timeline } = scene;
    const other = anotherRegion(scene);
    timeline.mark('fault', `a person switches over from ${hit} to ${other}`);
    const there = await switchOver(scene, { from: hit, to: other });
    await pause(BETWEEN_MS);
    timeline.say('back-again', `a person switches over from ${other} to ${hit}`);
    const back = await switchOver(scene, { from: other, to: hit });
    const left = () => world.regions.filter(({ name }) => !isLedHome(world, name)).length;
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
    homeAsBefore('the Region that wrote before writes again, the directory too'),
    ...withinALease('users of every Region write again'),
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
  const { load } = scene;
  const { fenced, homed } = await handOver(scene, between);
  const followMs = await followed(scene, between.from);
  const first = (region: string) => load.firstAcknowledged(region, homed);
  const at = await doneEverywhere(scene, first, 'some users do not write again');
  return { ms: Math.round(at - fenced), followMs };
}
