import { findChromium } from '../scripts/needs/chromium.mjs';
import { preparePython } from '../scripts/needs/python.mjs';

/**
 * The rings, cheapest first. `need` prepares what a ring cannot do without and names the variable
 * in which its tests find it. Real processes share two cores: where rings are `serial`, one file at
 * a time keeps their clocks honest.
 */
export const RINGS = {
  pure: {},
  constructs: {},
  assembly: {},
  deploy: {
    serial: true,
    need: { variable: 'MERIDIAN_DEPLOY_PYTHON', prepare: () => preparePython('deploy') },
  },
  system: { serial: true },
  browser: {
    serial: true,
    need: { variable: 'CHROMIUM_PATH', prepare: () => findChromium() },
  },
};
