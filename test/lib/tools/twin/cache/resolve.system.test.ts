import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolveOptions, StandInProvider } from '../../../../../lib/tools/twin/cache';
import { findServers, resolveValkey } from '../../../../../lib/tools/twin/cache';
import { openLab, script } from './lab';

const VALKEY = 'echo "Valkey server v=9.1.2 sha=00000000:1 malloc=libc bits=64 build=0"';
const REDIS = 'echo "Redis server v=7.0.15 sha=00000000:0 malloc=libc bits=64 build=0"';
const lab = openLab();
afterAll(() => {
  lab.close();
});

let places = 0;
/** Directories of a machine that has these programs. */
function machine(programs: Record<string, readonly string[]> = {}) {
  places += 1;
  const bin = join(lab.directory, `bin${places}`);
  mkdirSync(bin);
  for (const [name, lines] of Object.entries(programs)) script(join(bin, name), ...lines);
  const resolve = (env: Record<string, string> = {}, options: Partial<ResolveOptions> = {}) => ({
    env: { PATH: `${bin}:/nowhere`, ...env },
    engines: join(lab.directory, `engines${places}`),
    ...options,
  });
  return { bin, resolve };
}

describe('resolveValkey', () => {
  it('takes the server that MERIDIAN_VALKEY_BIN names before any on PATH', async () => {
    const { bin, resolve } = machine({ 'valkey-server': [VALKEY], other: [REDIS] });
    const named = join(bin, 'other');
    expect(await resolveValkey(resolve({ MERIDIAN_VALKEY_BIN: named }))).toMatchObject({
      ...{ kind: 'server', real: true, engine: 'redis 7.0.15', command: named, notes: [] },
      label: `Redis 7.0.15 (MERIDIAN_VALKEY_BIN: ${named})`,
    });
  });

  it('prefers valkey-server to redis-server on PATH', async () => {
    const { resolve } = machine({ 'valkey-server': [VALKEY], 'redis-server': [REDIS] });
    expect(await resolveValkey(resolve())).toMatchObject({ engine: 'valkey 9.1.2' });
    expect((await findServers(resolve())).map(({ engine }) => engine)).toEqual([
      'valkey 9.1.2',
      'redis 7.0.15',
    ]);
  });

  it('goes past a broken one on PATH and says so', async () => {
    const broken = ['echo "libssl.so.3: cannot open shared object file" >&2', 'exit 127'];
    const { bin, resolve } = machine({ 'valkey-server': broken, 'redis-server': [REDIS] });
    const provider = await resolveValkey(resolve());
    expect(provider.engine).toBe('redis 7.0.15');
    expect(provider.notes).toEqual([
      expect.stringContaining(`${join(bin, 'valkey-server')} (PATH) cannot be used: it failed`),
    ]);
    expect(provider.notes[0]).toContain('libssl.so.3: cannot open shared object file');
    expect(provider.notes[0]).toContain('Remedy: ');
  });

  it('falls back to the stand-in, labelled, with what was wrong', async () => {
    const provider = await resolveValkey(machine({ 'redis-server': ['exit 3'] }).resolve());
    expect(provider).toMatchObject({ kind: 'stand-in', real: false, engine: 'stand-in' });
    expect(provider.label).toMatch(/^stand-in: /);
    expect(provider.notes).toEqual([expect.stringContaining('exit code 3')]);
  });

  it.each([
    ['does not exist', undefined, 'there is no such file'],
    ['may not be executed', [VALKEY], 'it is not executable'],
    ['is something else', ['echo "nginx version: 1.2"'], 'it does not say that it is a Valkey'],
    ['is too old', ['echo "Redis server v=5.0.14 sha=0"'], 'version 5.0.14 is too old'],
    ['fails', ['echo broken >&2', 'exit 3'], 'it failed (exit code 3): broken'],
    ['does not end', ['exec sleep 30'], 'it did not end within 5 s'],
  ])(
    'names a server of MERIDIAN_VALKEY_BIN that %s, with the remedy',
    async (_, lines, fault) => {
      const { bin, resolve } = machine({ 'redis-server': [REDIS] });
      const named = join(bin, 'named');
      if (lines !== undefined) script(named, ...lines);
      if (fault === 'it is not executable') chmodSync(named, 0o644);
      // A sleeping script needs the usual programs.
      const PATH = `${bin}:/usr/bin:/bin`;
      const refusal = resolveValkey(resolve({ MERIDIAN_VALKEY_BIN: named, PATH }));
      await expect(refusal).rejects.toMatchObject({ name: 'CommandError', exitCode: 2 });
      await expect(refusal).rejects.toThrow(
        `${named} (MERIDIAN_VALKEY_BIN) cannot be used: ${fault}`,
      );
      await expect(refusal).rejects.toThrow('Remedy: unset MERIDIAN_VALKEY_BIN, or ');
    },
    15_000,
  );

  it('says of the stand-in how a real server can be had', async () => {
    const { remedy } = (await resolveValkey(machine().resolve())) as StandInProvider;
    for (const words of [
      'MERIDIAN_VALKEY_BIN=/path/to/valkey-server',
      'apt-get install redis-server',
      'meridian twin prepare',
    ]) {
      expect(remedy).toContain(words);
    }
    const real = await resolveValkey(machine({ 'redis-server': [REDIS] }).resolve());
    expect(real).not.toHaveProperty('remedy');
  });

  it('asks nobody for a server unless it is allowed to', async () => {
    const { bin, resolve } = machine();
    const asked = join(bin, 'asked');
    script(join(bin, 'python3'), `echo asked > ${asked}`, 'echo no network >&2', 'exit 1');
    expect(await resolveValkey(resolve())).toMatchObject({ kind: 'stand-in', notes: [] });
    expect(existsSync(asked)).toBe(false);
    const provider = await resolveValkey(resolve({}, { fetch: true }));
    expect(existsSync(asked)).toBe(true);
    expect(provider).toMatchObject({
      kind: 'stand-in',
      notes: [expect.stringContaining('was not fetched: it failed (exit code 1): no network')],
    });
  });

  const asRoot = process.getuid?.() === 0;
  if (!asRoot) process.stderr.write("NOT RUN: copies for the engines' user; we are not root\n");
  (asRoot ? it : it.skip)("copies a server that the engines' user cannot reach", async () => {
    const { bin, resolve } = machine();
    const closed = join(bin, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const named = script(join(closed, 'valkey-server'), VALKEY);
    const options = resolve({ MERIDIAN_VALKEY_BIN: named });
    const provider = await resolveValkey(options);
    expect(provider).toMatchObject({ engine: 'valkey 9.1.2', user: { uid: 65_534, gid: 65_534 } });
    expect(provider.kind === 'server' && provider.command.startsWith(options.engines)).toBe(true);
    expect(await resolveValkey(options)).toEqual(provider);
  });
});
