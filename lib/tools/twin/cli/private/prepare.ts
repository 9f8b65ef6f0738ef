import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveValkey } from '../../cache';
import type { RunHome } from '../../home';
import type { StartOptions } from '../../run';
import { prepareDatabases } from '../../run';
import { buildPrograms } from '../../programs';

export interface Prepared extends Pick<StartOptions, 'databases' | 'programs' | 'cache'> {
  /** Resolves when nothing of it is under way any more, be it done, failed or ended. */
  readonly settled: Promise<unknown>;
}

export interface PrepareOptions {
  /** The caller's variables, which may name a cache server. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly signal: AbortSignal;
}

/** Starts whatever can be prepared without an assembly. */
export function prepare(home: RunHome, { env, signal }: PrepareOptions): Prepared {
  const directory = join(home.directory, 'programs');
  // First: it finds out at once whether PostgreSQL is installed at all.
  const databases = prepareDatabases(home, signal);
  const programs = mkdir(directory, { mode: 0o700 }).then(() => buildPrograms(directory));
  const cache = resolveValkey({ env, engines: join(home.root, 'engines') });
  // A failure is told by whoever waits for them; until then this is who listens.
  const settled = Promise.allSettled([programs, databases, cache]);
  return { programs, databases, cache, settled };
}
