import type { CarryOnDrill } from '../model';
import { CARRIED_ON, measured } from '../private/carried-on';
import { ownWrites, replicationLag } from '../private/own-writes';

/** One-way, below what a server waits until a write is visible where it entered (3 s). */
const LAG_MS = 700;
const SAMPLES = 6;

/** Standbys of other Regions fall behind; who writes near one of them reads it there at once. */
export const readerLag: CarryOnDrill = {
  flow: 'carry-on',
  name: 'reader-lag',
  summary: 'readers of other Regions lag, and whoever writes near one reads the write at once',
  setup: { replicationDelayMs: 20 },
  load: { writesPerSecond: 10, shareOfHome: 0.6 },
  act: async (scene) => {
    const { world, timeline } = scene;
    await world.parts.link.set({ traffic: 'replication' }, { delayMs: LAG_MS });
    timeline.mark('fault', `what is replicated takes ${LAG_MS} ms longer to reach another Region`);
    const lags = await replicationLag(scene, SAMPLES);
    timeline.say('lag', `a write is in other Regions after ${Math.max(...lags)} ms at the most`);
    const own = await ownWrites(scene, SAMPLES);
    timeline.say('read', `${own.read} writes read where they were made, ${own.stale} not found`);
    return {
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
    measured('the fault is real: standbys of other Regions lag', 'lagLeastMs', {
      least: LAG_MS * 0.8,
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
