import { execFile } from 'node:child_process';
import { cdkEnvironment } from './cdk';
import type { Emulator } from './emulator';
import { ROOT } from '../root';

export interface MeridianOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The project's own command, as a person runs it, against the emulator. */
export async function meridian(
  emulator: Emulator,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<MeridianOutcome> {
  const options = { cwd: ROOT, env: { ...cdkEnvironment(emulator), ...more } };
  return await new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['bin/meridian.js', ...args],
      options,
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode ?? 1, stdout, stderr });
      },
    );
  });
}
