import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const REMEDY = 'install Chromium (apt-get install -y chromium), or name one in CHROMIUM_PATH';

/** @returns {{ path: string } | { reason: string, remedy: string }} the browser, or why there is none */
export function findChromium(env = process.env) {
  const named = env.CHROMIUM_PATH;
  if (named) {
    if (isProgram(named)) return { path: named };
    return { reason: `CHROMIUM_PATH names no program: ${named}`, remedy: REMEDY };
  }
  const places = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const path = places.flatMap((place) => NAMES.map((name) => join(place, name))).find(isProgram);
  return path ? { path } : { reason: 'no Chromium on PATH', remedy: REMEDY };
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
