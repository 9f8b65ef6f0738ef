import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gone } from '../../../../support/processes';

jest.setTimeout(240_000);

const CLI = resolve(__dirname, '../../../../../bin/meridian.js');
/** An order to close and two questions to databases that are gone are waited for. */
const WITHIN_MS = 20_000;

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'meridian-ended-'));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

/** Interrupts a drill once it says something. @returns its exit code, and how long it took to end */
function interrupted(name: string, said: string): Promise<readonly [number | null, number]> {
  const env = { PATH: process.env['PATH'], MERIDIAN_HOME: home };
  const child = spawn(process.execPath, [CLI, 'drill', name, '--rate', '20'], {
    ...{ cwd: home, env, stdio: ['ignore', 'ignore', 'pipe'] },
  });
  let heard = '';
  let at: number | undefined;
  child.stderr.on('data', (chunk: Buffer) => {
    heard += chunk.toString();
    if (at !== undefined || !heard.includes(said)) return;
    at = performance.now();
    child.kill('SIGINT');
  });
  return new Promise((tell, refuse) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
    }, 200_000);
    child.once('exit', (code) => {
      clearTimeout(late);
      if (at === undefined) refuse(new Error(`it never said "${said}":\n${heard}`));
      else tell([code, performance.now() - at]);
    });
  });
}

test('a drill that is told to stop in the midst of a failover ends, and leaves nothing', async () => {
  // From here on the old writer's Region is asked to write, again and again, and nobody can be promoted.
  const [code, tookMs] = await interrupted('region-killed', 'one lease has gone by');
  expect(code).toBe(1);
  expect(tookMs).toBeLessThan(WITHIN_MS);
  expect(await gone(home)).toEqual([]);
  expect(existsSync(join(home, 'drill'))).toBe(false);
});
