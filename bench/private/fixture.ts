import { spawnSync } from 'node:child_process';

const MOST_OUTPUT = 16 * 2 ** 20;

export interface FixtureOptions {
  readonly timeoutMs: number;
  /** Beside this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs `bench/fixtures/NAME.ts` in a process of its own.
 *
 * @returns the one JSON object that it prints, of the shape that the fixture documents
 * @throws Error with its own words where it gives none
 */
export function runFixture(name: string, { timeoutMs, env }: FixtureOptions): unknown {
  const run = spawnSync(process.execPath, ['--import', 'tsx', `bench/fixtures/${name}.ts`], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: timeoutMs,
    maxBuffer: MOST_OUTPUT,
  });
  if (run.status !== 0) throw new Error(`${name} gave no result:\n${run.stderr}`);
  return JSON.parse(run.stdout);
}
