import { findChromium } from '../scripts/needs/chromium.mjs';
import { preparePython } from '../scripts/needs/python.mjs';

/**
 * The rings, cheapest first. `need` prepares what a ring cannot do without and names the variable
 * in which its tests find it. Real processes share two cores: a ring of `lanes` is as many runs of Jest
 * at once, each with one file at a time, so that clocks stay honest. A lane takes the files in whose
 * text its expression is found; the others are a lane of their own.
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
  // Two twins that start at the same time would choose the same ports.
  system: { lanes: [/bin\/meridian\.js'|support\/twin'/] },
  browser: {
    lanes: [],
    need: { variable: 'CHROMIUM_PATH', prepare: () => findChromium() },
  },
};
