import type { CarryOnDrill } from '../model';
import {
  carriesTheLoad,
  doublesNothing,
  expectation,
  losesNothing,
  measured,
  writerStays,
} from '../private/carried-on';
import { copiesBack, databaseBack, INSTANCES_BACK_MS } from '../private/promoted';
import { pause } from '../private/scene';
import { doneEverywhere } from '../private/there-and-back';
import { returnInstances, writerFault, writersOf, keptOf } from '../private/kept';

/** Until a database is thought to be lost, promoted, and the last connection is given up. */
const WRITES_BACK_MS = 15_000;
/** Load after users write again, in milliseconds. */
const AFTER_MS = 5_000;

/**
 * The database instance that writes is gone, of every cluster that the Region writes; the Region is well but for
 * that. The reader in the Region takes over by itself, with every write that was acknowledged, and the
 * endpoint leads to it. As the service does, the instance is made anew, as a reader.
 */
export const writerLost: CarryOnDrill = {
  flow: 'carry-on',
  name: 'writer-lost',
  summary: 'the database instance that writes is gone, and a reader of its Region takes over',
  setup: { replicationDelayMs: 50 },
  load: { writesPerSecond: 50, shareOfHome: 0.6 },
  act: async (scene) => {
    const { world, hit, timeline } = scene;
    const kept = keptOf(world, hit);
    const before = await writersOf(kept);
    const fault = scene.arm(await writerFault(world, kept));
    fault.strike();
    const struck = performance.now();
    timeline.mark('fault', `${before.join(', ')} of ${hit} is gone`);
    const database = await databaseBack(scene, kept, struck);
    const first = (region: string) => scene.load.firstAcknowledged(region, database.ledAt);
    const back = await doneEverywhere(scene, first, 'some users do not write again');
    timeline.mark('back', 'users of every Region write again', back);
    await pause(AFTER_MS);
    const after = await writersOf(kept);
    return {
      ...database.measured,
      writersReplaced: after.filter((it) => !before.includes(it)).length,
      writersLost: before.length,
      writesBackMs: Math.round(back - struck),
      instanceBackMs: await copiesBack(scene, kept, {
        what: before.join(', '),
        bring: () => returnInstances(kept, before),
      }),
    };
  },
  expectations: [
    carriesTheLoad,
    losesNothing,
    doublesNothing,
    writerStays,
    expectation(
      'the fault is real: of every cluster another instance writes, which was a reader',
      ({ measured: { writersReplaced = 0, writersLost = NaN } }) => [
        writersReplaced > 0 && writersReplaced === writersLost,
        `${writersReplaced} of ${writersLost} replaced`,
      ],
    ),
    measured('the reader is promoted by itself', 'promoteMs', { least: 0 }),
    measured(
      'users of every Region write again within 15 s: nobody decided anything',
      'writesBackMs',
      { least: 0, most: WRITES_BACK_MS },
    ),
    measured(
      'the instance is made anew within 30 s, as a reader, and commits wait for it',
      'instanceBackMs',
      { least: 0, most: INSTANCES_BACK_MS },
    ),
  ],
};
