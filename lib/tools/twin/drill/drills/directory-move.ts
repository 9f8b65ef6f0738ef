import type { CarryOnDrill } from '../model';
import {
  carriesTheLoad,
  doublesNothing,
  homeAsBefore,
  losesNothing,
  measured,
} from '../private/carried-on';
import { followed, handOver } from '../private/hand-over';
import type { HandOver } from '../private/hand-over';
import { Registrations } from '../private/registrations';
import type { Scene } from '../private/scene';
import { pause } from '../private/scene';
import { anotherRegion, doneEverywhere, withinALease } from '../private/there-and-back';
import { leaseOf } from '../private/world';

/** People who register before, between and after, in milliseconds. */
const BETWEEN_MS = 4_000;
/** Registrations under way have so long to end, in milliseconds. */
const GRACE_MS = 20_000;

/**
 * The directory of names moves to another Region, with the last shard that its Region writes, and back,
 * while people near every Region register, some of them under the same name at the same time.
 */
export const directoryMove: CarryOnDrill = {
  flow: 'carry-on',
  name: 'directory-move',
  summary: 'the directory of names moves to another Region and back while people register',
  setup: { replicationDelayMs: 100 },
  load: { writesPerSecond: 10, shareOfHome: 0.6 },
  act: async (scene) => {
    const { world, hit, timeline, control } = scene;
    const other = anotherRegion(scene);
    const people = new Registrations(scene);
    try {
      await pause(BETWEEN_MS);
      const before = people.done.length;
      timeline.mark('fault', `a person moves the directory from ${hit} to ${other}`);
      const thereMs = await move(scene, people, { from: hit, to: other });
      const { directory } = await control.read();
      await pause(BETWEEN_MS);
      timeline.say('back-again', `a person moves the directory from ${other} to ${hit}`);
      const backMs = await move(scene, people, { from: other, to: hit });
      await pause(BETWEEN_MS);
      await people.stop(GRACE_MS);
      const { logins, lost, doubled } = await people.look();
      timeline.say('looked', `${logins} of ${people.done.length} who registered log in`);
      return {
        ...{ thereMs, backMs, leaseMs: leaseOf(world) },
        movedThere: Number(directory.home === other),
        registeredBefore: before,
        registered: people.done.length,
        ...{ lostNames: lost, doubledNames: doubled, refusals: people.refusals },
        repeatedAttempts: people.repeated,
      };
    } finally {
      await people.stop(0);
    }
  },
  expectations: [
    carriesTheLoad,
    losesNothing,
    doublesNothing,
    measured('the directory is in the other Region meanwhile', 'movedThere', { least: 1 }),
    homeAsBefore('in the end it is where it was, and so are the shards'),
    ...withinALease('people near every Region register again'),
    measured('people registered all along', 'registered', { least: 6 }),
    measured('each of them logs in afterwards, as who registered', 'lostNames', { most: 0 }),
    measured('no name has two owners', 'doubledNames', { most: 0 }),
    measured('nobody was told anything but done, taken or later', 'refusals', { most: 0 }),
  ],
};

/** How long people near some Region could not register, in milliseconds. */
async function move(scene: Scene, people: Registrations, between: HandOver): Promise<number> {
  const { world, timeline } = scene;
  const { fenced, homed } = await handOver(scene, between);
  const first = (region: string) => people.firstAfter(region, homed);
  const at = await doneEverywhere(scene, first, 'some people cannot register');
  await followed(scene, between.from);
  for (const { name } of world.regions) {
    const after = Math.round((first(name) ?? Infinity) - fenced);
    timeline.say('registers', `people near ${name} are answered ${after} ms after the fence`);
  }
  return Math.round(at - fenced);
}
