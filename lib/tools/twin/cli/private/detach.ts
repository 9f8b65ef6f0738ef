import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../../../command';
import { CommandError } from '../../../command';
import { openHome, readState } from '../../home';
import type { Report } from '../../run';
import { describe } from './describe';
import { startSteps } from './steps';
import { waitFor } from '../../processes';

/** Longest wait for a detached twin, in milliseconds. */
const READY_MS = 120_000;

/**
 * Starts `twin up` as a process of its own session and returns when it is ready.
 *
 * @param args of the command line, without `--detach`
 * @throws CommandError with what the twin said, where it ends instead
 */
export async function detach(
  name: string,
  args: readonly string[],
  json: boolean,
  context: CommandContext,
): Promise<void> {
  const home = openHome(context.env, name);
  mkdirSync(home.logs, { recursive: true, mode: 0o700 });
  const log = join(home.logs, `${name}.up.log`);
  const output = openSync(log, 'w', 0o600);
  const steps = startSteps(context.stderr);
  steps.step(`starting the twin "${name}" (its words are in ${log})`);
  const child = spawn(process.execPath, [join(context.root, 'bin/meridian.js'), ...args], {
    cwd: context.cwd,
    env: context.env,
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  let code: number | null | undefined;
  child.once('exit', (exitCode) => (code = exitCode));
  const report = await waitFor('the twin', READY_MS, () => {
    if (code !== undefined) throw ended(log, code);
    const state = readState(home.directory);
    return state?.supervisor.pid === child.pid && state?.status === 'ready'
      ? (state.report as Report)
      : undefined;
  }).finally(steps.stop);
  child.unref();
  const end = `It goes on until \`npx meridian twin down --name ${name}\`.`;
  context.stdout.write(json ? `${JSON.stringify(report)}\n` : describe(report, end));
}

function ended(log: string, code: number | null): CommandError {
  const words = readFileSync(log, 'utf8').trim().split('\n').slice(-8).join('\n');
  return new CommandError(`the twin did not start:\n${words}`, code === 2 ? 2 : 1);
}
