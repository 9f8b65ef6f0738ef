import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

jest.setTimeout(60_000);

const ROOT = resolve(__dirname, '../..');
const bin = mkdtempSync(join(tmpdir(), 'meridian-bin-'));
afterAll(() => {
  rmSync(bin, { recursive: true, force: true });
});

interface Finished {
  readonly status: number | null;
  readonly lines: readonly string[];
}

/** `node test/run.mjs` on a machine that has only what is in `bin`. */
function run(args: readonly string[], env: Record<string, string> = {}): Finished {
  const { status, stdout } = spawnSync(process.execPath, ['test/run.mjs', ...args], {
    ...{ cwd: ROOT, env: { PATH: bin, ...env }, encoding: 'utf8' },
  });
  return { status, lines: stdout.trim().split('\n') };
}

const NO_BROWSER =
  'NOT RUN: browser, no Chromium on PATH, install Chromium (apt-get install -y chromium), or name ' +
  'one in CHROMIUM_PATH';

describe('a ring whose needs are missing', () => {
  it('says so with the remedy, and is no failure on the machine of a person', () => {
    expect(run(['browser'])).toEqual({ status: 0, lines: [NO_BROWSER, '0 passed, 0 failed'] });
  });

  it('is a failure where CI is set', () => {
    const finished = run(['browser'], { CI: 'true' });
    expect(finished).toEqual({ status: 1, lines: [NO_BROWSER, '0 passed, 1 failed'] });
  });

  it('names a browser that was named and is none', () => {
    const { lines } = run(['browser'], { CHROMIUM_PATH: '/nowhere/chromium' });
    expect(lines[0]).toContain('CHROMIUM_PATH names no program: /nowhere/chromium');
  });

  it('says that there is no Python, and that one is too old', () => {
    expect(run(['deploy']).lines[0]).toBe(
      'NOT RUN: deploy, python3 is not on PATH, install Python 3.10+',
    );
    const python = join(bin, 'python3');
    writeFileSync(python, '#!/bin/sh\necho 3 9 2 linux x86_64\n');
    chmodSync(python, 0o755);
    expect(run(['deploy']).lines[0]).toBe(
      'NOT RUN: deploy, python3 is 3.9, put Python 3.10+ first on PATH',
    );
  });
});

it('an unknown ring is unusable input', () => {
  expect(run(['bowser']).status).toBe(2);
});
