import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claim, openHome, readState, writeState } from '../../../../../lib/tools/twin/home';
import type { TwinState } from '../../../../../lib/tools/twin/home';
import { identify } from '../../../../../lib/tools/twin/processes';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'meridian-home-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const open = (name = 'one') => openHome({ MERIDIAN_HOME: root }, name);
const state = (changes: Partial<TwinState> = {}): TwinState => ({
  schemaVersion: 1,
  name: 'one',
  status: 'ready',
  supervisor: { pid: 999_999, startTime: 5 },
  processes: [],
  ...changes,
});

describe('run home', () => {
  test('gives a twin a directory of mode 700', async () => {
    const home = open();
    await claim(home, 'one', () => undefined);
    expect(statSync(home.directory).mode & 0o777).toBe(0o700);
  });

  test.each(['', 'Upper', '../x', 'engines', 'logs', 'a'.repeat(33)])(
    'refuses the name %p',
    (name) => {
      expect(() => open(name)).toThrow(/--name must be/);
    },
  );

  test('refuses a home that is a symbolic link, and names the remedy', () => {
    const link = join(root, 'link');
    symlinkSync(root, link);
    expect(() => openHome({ MERIDIAN_HOME: link }, 'one')).toThrow(/set MERIDIAN_HOME/);
  });
});

describe('claiming a twin', () => {
  test('refuses a twin that runs, and says where and what to do', async () => {
    const home = open();
    mkdirSync(home.directory);
    const supervisor = identify(process.pid);
    if (supervisor === undefined) throw new Error('no /proc');
    writeState(home.directory, state({ supervisor, console: 'http://127.0.0.1:9/' }));
    const claimed = claim(home, 'one', () => undefined);
    await expect(claimed).rejects.toMatchObject({ exitCode: 2 });
    await expect(claimed).rejects.toThrow(/running already.*127\.0\.0\.1:9.*twin down --name one/s);
  });

  test('cleans up after a twin whose supervisor is gone, and says so', async () => {
    const home = open();
    mkdirSync(join(home.engines, 'data'), { recursive: true });
    mkdirSync(home.directory);
    // The same number, but another process.
    writeState(home.directory, state({ supervisor: { pid: process.pid, startTime: 1 } }));
    const notes: string[] = [];
    await claim(home, 'one', (note) => notes.push(note));
    expect(notes).toEqual([expect.stringContaining('cleaned up')]);
    expect(() => statSync(home.engines)).toThrow(/ENOENT/);
    expect(readState(home.directory)?.supervisor.pid).toBe(process.pid);
  });
});

describe('state file', () => {
  test.each([
    ['half a file', '{"schemaVersion":1,'],
    ['another version', JSON.stringify({ ...state(), schemaVersion: 2 })],
    ['process 1', JSON.stringify(state({ processes: [{ pid: 1, startTime: 1 }] }))],
    ['a negative process', JSON.stringify(state({ supervisor: { pid: -1, startTime: 1 } }))],
    ['nothing', 'null'],
  ])('is not trusted when it holds %s', (_what, text) => {
    writeFileSync(join(root, 'state.json'), text);
    expect(readState(root)).toBeUndefined();
  });

  test('is read as it was written, and closed to others', () => {
    writeState(root, state());
    expect(readState(root)).toEqual(state());
    expect(statSync(join(root, 'state.json')).mode & 0o777).toBe(0o600);
  });
});
