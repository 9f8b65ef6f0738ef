import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

/** The browser that the ring found; as root it cannot have a sandbox of its own. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'];
  if (executablePath === undefined) throw new Error('run it by `npm run test:browser`');
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}
