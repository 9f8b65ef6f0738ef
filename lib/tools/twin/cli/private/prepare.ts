import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunHome } from '../../home';
import type { StartOptions } from '../../run';
import { prepareDatabases } from '../../run';
import { buildPrograms } from '../../programs';

export interface Prepared extends Pick<StartOptions, 'databases' | 'programs'> {
  /** Resolves when nothing of it is under way any more, be it done, failed or ended. */
  readonly settled: Promise<unknown>;
}

/** Starts whatever can be prepared without an assembly. */
export function prepare(home: RunHome, signal: AbortSignal): Prepared {
  const directory = join(home.directory, 'programs');
  // First: it finds out at once whether PostgreSQL is installed at all.
  const databases = prepareDatabases(home, signal);
  const programs = mkdir(directory, { mode: 0o700 }).then(() => buildPrograms(directory));
  // A failure is told by whoever waits for them; until then this is who listens.
  return { programs, databases, settled: Promise.allSettled([programs, databases]) };
}
