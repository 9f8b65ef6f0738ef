import type { CarryOnDrill, Measures } from '../model';
import { CARRIED_ON, expectation, measured } from '../private/carried-on';
import { ownWrites, readerLag as lagOfReaders, replicationLag } from '../private/own-writes';
import type { Scene } from '../private/scene';
import { regionOf } from '../private/world';

/** One-way, below what a server waits until a write is visible where it entered (3 s). */
const LAG_MS = 700;
const SAMPLES = 6;

/**
 * First the readers of the Region that writes fall behind, then the standbys of other Regions: who writes near
 * one of them reads it there at once.
 */
export const readerLag: CarryOnDrill = {
  flow: 'carry-on',
  name: 'reader-lag',
  summary:
    'readers lag, at home and elsewhere, and whoever writes near one reads the write at once',
  setup: { replicationDelayMs: 20 },
  load: { writesPerSecond: 10, shareOfHome: 0.6 },
  act: async (scene) => {
    const { world, timeline } = scene;
    const atHome = await laggingAtHome(scene);
    await world.parts.link.set({ traffic: 'replication' }, { delayMs: LAG_MS });
    timeline.say('lag', `what is replicated takes ${LAG_MS} ms longer to reach another Region`);
    const lags = await replicationLag(scene, SAMPLES);
    timeline.say('lag', `a write is in other Regions after ${Math.max(...lags)} ms at the most`);
    const own = await ownWrites(scene, SAMPLES);
    timeline.say('read', `${own.read} writes read where they were made, ${own.stale} not found`);
    return {
      ...atHome,
      lagLeastMs: Math.min(...lags),
      lagMostMs: Math.max(...lags),
      ownWritesRead: own.read,
      staleReads: own.stale,
      failedWrites: own.failed,
      longestWriteMs: own.longestMs,
    };
  },
  expectations: [
    ...CARRIED_ON,
    expectation(
      'the fault is real: readers of the Region that writes lag, where any run',
      ({ measured: { readers = 0, readerLagLeastMs = NaN } }) => [
        readers === 0 || readerLagLeastMs >= LAG_MS * 0.8,
        readers === 0 ? 'none runs' : `${readers} readers, ${readerLagLeastMs} ms at the least`,
      ],
    ),
    measured('who writes beside them reads the write, and its change, at once', 'homeStaleReads', {
      most: 0,
    }),
    measured('and is answered', 'homeWritesRead', { least: 8 }),
    measured('the fault is real: standbys of other Regions lag', 'lagLeastMs', {
      least: LAG_MS * 0.5,
    }),
    measured('elsewhere a write is there soon: within the lag and 5 s', 'lagMostMs', {
      most: LAG_MS + 5_000,
    }),
    measured('who writes near a lagging reader is answered', 'ownWritesRead', { least: 8 }),
    measured('each of them reads what was written, and what was changed, at once', 'staleReads', {
      most: 0,
    }),
  ],
};

/** What becomes of users near the Region that writes while its readers are late. */
async function laggingAtHome(scene: Scene): Promise<Measures> {
  const { world, hit, timeline } = scene;
  const readers = regionOf(world, hit).databases.flatMap(({ reader }) => reader ?? []);
  await Promise.all(readers.map((it) => it.lag(LAG_MS)));
  try {
    timeline.mark('fault', `${readers.length} readers of ${hit} are ${LAG_MS} ms late`);
    const lags = await lagOfReaders(scene, SAMPLES);
    const own = await ownWrites(scene, SAMPLES, 'home');
    return {
      readers: readers.length,
      readerLagLeastMs: Math.min(...(lags.length === 0 ? [0] : lags)),
      homeWritesRead: own.read,
      homeStaleReads: own.stale,
      homeLongestWriteMs: own.longestMs,
    };
  } finally {
    await Promise.all(readers.map((it) => it.lag().catch(() => undefined)));
  }
}
