import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root';

/** Where the reference declarations stand. */
export const DECLARATIONS = join(ROOT, 'lib/config/declarations');

/** Their names, sorted. */
export const REFERENCES: readonly string[] = readdirSync(DECLARATIONS)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();
