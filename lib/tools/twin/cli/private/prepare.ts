import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunHome } from '../../home';
import type { StartOptions } from '../../run';
import { prepareDatabases } from '../../run';
import { buildPrograms } from '../../programs';

/** Starts whatever can be prepared without an assembly. */
export function prepare(home: RunHome): Pick<StartOptions, 'databases' | 'programs'> {
  const directory = join(home.directory, 'programs');
  const programs = mkdir(directory, { mode: 0o700 }).then(() => buildPrograms(directory));
  const databases = prepareDatabases(home);
  // A failure is told by whoever waits for them; until then nobody does.
  programs.catch(() => undefined);
  databases.catch(() => undefined);
  return { programs, databases };
}
