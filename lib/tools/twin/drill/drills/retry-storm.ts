import type { CarryOnDrill } from '../model';
import {
  carriesTheLoad,
  doublesNothing,
  expectation,
  failsNothingOver,
  losesNothing,
  measured,
} from '../private/carried-on';
import { attemptsBetween } from '../private/attempts';
import { breaksBetween } from '../private/between';
import { Client } from '../private/client';
import { crowd } from '../private/crowd';
import { pause } from '../private/scene';
import { regionOf } from '../private/world';

const STORM_MS = 10_000;
const READERS = 80;
/** Between two questions of a reader who is answered, in milliseconds. */
const PAUSE_MS = 50;
/** What it takes until writes are as quick as before, in milliseconds. */
const RECOVERY_MS = 5_000;
const WINDOW_MS = 4_000;
/** In which the lines between Regions break again and again. */
const BREAKS_MS = 8_000;

/**
 * A crowd asks the Region that writes for lists that no cache holds, more than it can answer, and each
 * one who is refused asks again at once. Writes matter more: what is shed are reads. Then the lines to that
 * Region break again and again: what the other Regions' servers send a second time is bounded.
 */
export const retryStorm: CarryOnDrill = {
  flow: 'carry-on',
  name: 'retry-storm',
  summary: 'clients that ask again at once when they are refused storm the Region that writes',
  setup: { replicationDelayMs: 50 },
  load: { writesPerSecond: 10, shareOfHome: 0.6 },
  act: async (scene) => {
    const { world, hit, timeline, load } = scene;
    const all = world.regions.map(({ name }) => name);
    const client = new Client(world, regionOf(world, hit));
    try {
      const wanted = load.figures(0, 1).wantedPerSecond;
      const goodput = (from: number, to: number) => {
        const { acknowledged } = attemptsBetween(scene, all, from, to);
        return Math.round((100 * acknowledged * 1_000) / ((to - from) * wanted)) / 100;
      };
      timeline.mark('fault', `${READERS} clients ask ${hit} again at once when they are refused`);
      const began = performance.now();
      const storm = await crowd(client, {
        // Each offset is a list of its own, which no cache holds.
        paths: Array.from({ length: 5_000 }, (_, at) => `/api/articles?limit=20&offset=${at}`),
        ...{ readers: READERS, ms: STORM_MS, pauseMs: PAUSE_MS, backsOff: false },
      });
      const over = performance.now();
      timeline.say('over', `${storm.asked} attempts, ${storm.refused} refused`);
      await pause(RECOVERY_MS);
      const calm = performance.now();
      await pause(WINDOW_MS);
      const after = goodput(calm, performance.now());
      const between = await breaksBetween(scene, BREAKS_MS);
      return {
        ...{ attempts: storm.asked, answered: storm.answered, refused: storm.refused },
        ...{ brokenAttempts: storm.failed, p50Ms: storm.p50Ms, p99Ms: storm.p99Ms },
        attemptsPerSecond: Math.round((storm.asked * 1_000) / (over - began)),
        ...{ goodputInStorm: goodput(began, over), goodputAfter: after, ...between },
      };
    } finally {
      client.close();
    }
  },
  expectations: [
    carriesTheLoad,
    losesNothing,
    doublesNothing,
    failsNothingOver,
    measured('the storm is real: some of it is refused', 'refused', { least: 50 }),
    measured('what is admitted is answered, in time', 'answered', { least: 100 }),
    measured('and within the patience of clients', 'p99Ms', { most: 4_000 }),
    measured('writes come first: at least 60 % of them are acknowledged', 'goodputInStorm', {
      least: 0.6,
    }),
    measured('5 s after the storm they are as before', 'goodputAfter', { least: 0.9 }),
    measured(
      'lines between Regions break under writes: servers send some again',
      'retriesBetween',
      {
        least: 3,
      },
    ),
    expectation(
      'retries between Regions stay within a tenth of the requests, beyond what each process has saved up',
      ({
        measured: { retriesBetween = NaN, retriesAllowed = 0, requestsBetween = 0, ...rest },
      }) => [
        retriesBetween <= retriesAllowed,
        `${retriesBetween} of ${requestsBetween} sent again, ${retriesAllowed} allowed; ${rest['brokenWrites'] ?? NaN} writes were refused`,
      ],
    ),
  ],
};
