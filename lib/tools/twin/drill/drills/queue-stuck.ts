import type { CarryOnDrill } from '../model';
import { CARRIED_ON, measured } from '../private/carried-on';
import { consumerFault } from '../private/faults';
import { countedOf, writtenOf } from '../private/effects';
import { pause } from '../private/scene';

/** So long nobody consumes, in milliseconds. */
const STUCK_MS = 8_000;
/** What consumers may take to catch up, in milliseconds. */
const CATCH_UP_MS = 30_000;

/** The consumers of the Region that writes stand still, and go on later. */
export const queueStuck: CarryOnDrill = {
  flow: 'carry-on',
  name: 'queue-stuck',
  summary: 'the consumers of the Region that writes stand still for a while: events wait',
  setup: { replicationDelayMs: 50 },
  load: { writesPerSecond: 10, shareOfHome: 0.6 },
  act: async (scene) => {
    const { world, hit, timeline, load } = scene;
    const fault = scene.arm(await consumerFault(world, hit));
    const behind = async () => {
      const counted = await countedOf(scene);
      const written = await writtenOf(scene);
      return { written, counted, events: written - counted };
    };
    const before = await behind();
    fault.strike();
    timeline.mark('fault', `the consumers of ${hit} stand still`);
    await pause(STUCK_MS);
    const stuck = await behind();
    fault.end();
    timeline.say('awake', `they go on, ${stuck.events} events behind`);
    const awake = performance.now();
    // What is written from now on would be behind at any moment.
    await load.stop(CATCH_UP_MS);
    const caughtUp = await scene.until(CATCH_UP_MS, async () => (await behind()).events === 0);
    const catchUpMs = Math.round(performance.now() - awake);
    timeline.say('caught-up', caughtUp ? 'every event has been acted upon' : 'some events wait');
    // Another look a while later: what is delivered again must not be counted again.
    await pause(3_000);
    const end = await behind();
    return {
      behindBeforeEvents: before.events,
      behindStuckEvents: stuck.events,
      writtenWhileStuck: stuck.written - before.written,
      catchUpMs,
      lostEvents: Math.max(0, end.events),
      doubledEvents: Math.max(0, -end.events),
    };
  },
  expectations: [
    ...CARRIED_ON,
    measured('the fault is real: events wait', 'behindStuckEvents', { least: 20 }),
    measured('writes go on meanwhile', 'writtenWhileStuck', { least: 20 }),
    measured('each event has been acted upon in the end', 'lostEvents', { most: 0 }),
    measured('none has been acted upon twice', 'doubledEvents', { most: 0 }),
    measured('consumers catch up within half a minute', 'catchUpMs', { most: CATCH_UP_MS }),
  ],
};
