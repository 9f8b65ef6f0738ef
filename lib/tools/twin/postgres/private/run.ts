import { spawn } from 'node:child_process';

/**
 * Runs a program to its end.
 *
 * @param user whom it runs as. @default who we are
 * @throws Error with the program's own words when it fails
 */
export function run(
  command: string,
  args: readonly string[],
  cwd = '/',
  user?: { readonly uid: number; readonly gid: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
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
      else reject(new Error(`${command} failed (exit code ${code ?? 'none'}): ${words.trim()}`));
    });
  });
}
