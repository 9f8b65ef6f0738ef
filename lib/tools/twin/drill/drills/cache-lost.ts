import type { CarryOnDrill } from '../model';
import { CARRIED_ON, measured } from '../private/carried-on';
import { cacheFault } from '../private/faults';
import { costOfRead, HotReads } from '../private/hot-reads';

const WINDOW_MS = 5_000;
/** Of the articles that everybody wants. */
const HOT = 4;

/** The cache of the Region that writes is gone while a crowd reads the same few articles. */
export const cacheLost: CarryOnDrill = {
  flow: 'carry-on',
  name: 'cache-lost',
  summary: 'the cache of the Region that writes is gone while a crowd reads the same articles',
  setup: { replicationDelayMs: 50 },
  load: { writesPerSecond: 20, shareOfHome: 0.6 },
  act: async (scene) => {
    const { world, hit, timeline, load } = scene;
    const hot = new HotReads(scene);
    try {
      const fault = scene.arm(await cacheFault(world, 'kill', hit));
      const slugs = load.slugs.slice(0, HOT);
      const quiet = await hot.watch(slugs, WINDOW_MS, 0);
      const cached = await hot.watch(slugs, WINDOW_MS);
      fault.strike();
      timeline.mark('fault', `the cache of ${hit} is gone`);
      const without = await hot.watch(slugs, WINDOW_MS);
      timeline.say('watched', `${without.reads} reads without a cache`);
      return {
        readsCached: cached.reads,
        readsWithout: without.reads,
        failedReads: without.failed,
        transactionsPerReadCached: costOfRead(cached, quiet, WINDOW_MS),
        transactionsPerReadWithout: costOfRead(without, quiet, WINDOW_MS),
        connectionsCached: cached.connections,
        connectionsWithout: without.connections,
        p50CachedMs: cached.p50Ms,
        p50WithoutMs: without.p50Ms,
        longestReadMs: without.longestMs,
      };
    } finally {
      hot.close();
    }
  },
  expectations: [
    ...CARRIED_ON,
    measured('readers of hot articles get an answer without the cache', 'readsWithout', {
      least: 20,
    }),
    measured('none of them gets an error', 'failedReads', { most: 0 }),
    measured('the fault is real: a read costs the databases', 'transactionsPerReadWithout', {
      least: 0.5,
    }),
    measured(
      'the stampede is bounded: a read costs no more than it does without any cache',
      'transactionsPerReadWithout',
      { most: 6 },
    ),
    measured('a bounded number of connections reads', 'connectionsWithout', { most: 80 }),
  ],
};
