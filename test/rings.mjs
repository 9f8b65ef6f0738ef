import { findChromium } from '../scripts/needs/chromium.mjs';
import { preparePython } from '../scripts/needs/python.mjs';

/** Files that start Regions of the workload, which mostly wait: for leases, for copies that are late. */
const WORLDS = /support\/(live|world|seeded|sharded)'/;
/** Those of them that go with the others, so that both kinds take as long. */
const QUEUED = /support\/queued'/;

/**
 * The rings, cheapest first. `need` prepares what a ring cannot do without and names the variable
 * in which its tests find it. Real processes share two cores: a ring of `lanes` is as many files
 * at once and no more, so that clocks stay honest. Each entry takes the files whose text
 * it knows and no earlier one did, for so many lanes. Files that are `first`
 * run before all others, in lanes of their own.
 */
export const RINGS = {
  pure: {},
  constructs: {},
  assembly: {},
  deploy: {
    // Each with an emulated AWS and the clusters of a product.
    workers: 2,
    need: { variable: 'MERIDIAN_DEPLOY_PYTHON', prepare: () => preparePython('deploy') },
  },
  system: {
    // What drills measure is how long things take; each waits for most of its time. Both lanes take as long.
    first: [
      { takes: (text) => text.includes('drills.runFailover('), count: 1 },
      { takes: (text) => /support\/drills'|CLI, 'drill'/.test(text), count: 1 },
    ],
    lanes: [
      { takes: (text) => WORLDS.test(text) && !QUEUED.test(text), count: 2 },
      { takes: () => true, count: 2 },
    ],
  },
  browser: {
    lanes: [{ takes: () => true, count: 1 }],
    need: { variable: 'CHROMIUM_PATH', prepare: () => findChromium() },
  },
};
