import { spawn } from 'node:child_process';
import { StartError } from '../../processes';

export interface RunOptions {
  /** @default / */
  readonly cwd?: string;
  /** Whom it runs as. @default who we are */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program to its end.
 *
 * @throws StartError with the program's own words when it fails, AbortError when it is ended
 */
export function run(
  command: string,
  args: readonly string[],
  { cwd = '/', user, signal }: RunOptions = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      signal,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    });
    let words = '';
    const note = (chunk: Buffer) => (words += chunk.toString());
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else
        reject(new StartError(`${command} failed (exit code ${code ?? 'none'}): ${words.trim()}`));
    });
  });
}
