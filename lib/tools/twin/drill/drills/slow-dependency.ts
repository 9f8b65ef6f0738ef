import type { CarryOnDrill } from '../model';
import { CARRIED_ON, measured } from '../private/carried-on';
import { cacheFault } from '../private/faults';
import { costOfRead, HotReads } from '../private/hot-reads';

const WINDOW_MS = 5_000;
/** The longest pause of the breaker, and as much again (lambda/platform/breaker.ts). */
const RECOVERY_MS = 15_000;
const HOT = 4;

/**
 * The cache of the Region that writes takes connections and answers nobody: the kind of fault that
 * makes callers wait, instead of refusing them. Later it answers again.
 */
export const slowDependency: CarryOnDrill = {
  flow: 'carry-on',
  name: 'slow-dependency',
  summary: 'the cache of the Region that writes takes connections, answers nobody, and later does',
  setup: { replicationDelayMs: 50 },
  load: { writesPerSecond: 20, shareOfHome: 0.6 },
  act: async (scene) => {
    const { world, hit, timeline, load } = scene;
    const hot = new HotReads(scene);
    try {
      const fault = scene.arm(await cacheFault(world, 'freeze', hit));
      const slugs = load.slugs.slice(0, HOT);
      const quiet = await hot.watch(slugs, WINDOW_MS, 0);
      fault.strike();
      timeline.mark('fault', `the cache of ${hit} answers nobody`);
      const silent = await hot.watch(slugs, WINDOW_MS);
      fault.end();
      timeline.say('awake', `the cache of ${hit} answers again`);
      await hot.watch(slugs, RECOVERY_MS);
      const again = await hot.watch(slugs, WINDOW_MS);
      return {
        readsSilent: silent.reads,
        failedReads: silent.failed + again.failed,
        p50SilentMs: silent.p50Ms,
        longestReadMs: silent.longestMs,
        p50AgainMs: again.p50Ms,
        transactionsPerReadSilent: costOfRead(silent, quiet, WINDOW_MS),
        transactionsPerReadAgain: costOfRead(again, quiet, WINDOW_MS),
      };
    } finally {
      hot.close();
    }
  },
  expectations: [
    ...CARRIED_ON,
    measured('none who reads gets an error', 'failedReads', { most: 0 }),
    measured('the fault is real: reads come from the databases', 'transactionsPerReadSilent', {
      least: 0.5,
    }),
    measured('few wait for it: half of the reads take less than 0.3 s', 'p50SilentMs', {
      most: 300,
    }),
    measured('nobody waits for long: no read takes 3 s', 'longestReadMs', { most: 3_000 }),
    {
      what: 'it is used again by itself: a read costs the databases less than half',
      judge: ({ measured: seen }) => {
        const { transactionsPerReadSilent: silent = 0, transactionsPerReadAgain: again = 0 } = seen;
        return { passed: again <= silent / 2, observed: `${again} after ${silent} transactions` };
      },
    },
  ],
};
