import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The setup of the one server, run by a real shell with the machine's own programs replaced by ones
 * that write down how they were called: what is tested is what it does to a volume and to files.
 */
const SETUP = resolve(__dirname, '../../../../lib/constructs/server/private/setup.sh');
const VOLUME = 'vol-0123456789abcdef0';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'meridian-setup-'));
  for (const directory of ['bin', 'etc', 'dev/disk/by-id']) {
    mkdirSync(join(root, directory), { recursive: true });
  }
  for (const name of ['mkfs.xfs', 'mount', 'xfs_growfs', 'systemctl']) program(name, '');
  program('mountpoint', 'exit 1');
  writeFileSync(
    join(root, `dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${VOLUME.replace('-', '')}`),
    '',
  );
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function program(name: string, body: string): void {
  const path = join(root, 'bin', name);
  writeFileSync(path, `#!/bin/bash\necho "${name} $*" >>"${root}/calls"\n${body}\n`);
  chmodSync(path, 0o755);
}

/** Runs functions of the setup in a shell of its own. */
function run(script: string, env: Readonly<Record<string, string>> = {}) {
  const { status, stderr } = spawnSync('bash', ['-c', `. ${SETUP}; ${script}`], {
    env: {
      PATH: `${join(root, 'bin')}:${process.env.PATH ?? ''}`,
      MERIDIAN_ROOT: root,
      VOLUME_ID: VOLUME,
      ...env,
    },
    encoding: 'utf8',
  });
  const calls = existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8') : '';
  return { status, stderr, calls };
}

describe('the volume', () => {
  test('gets a file system where there is nothing on it', () => {
    program('blkid', 'exit 2');
    const { status, calls } = run('mount_volume');
    expect(status).toBe(0);
    expect(calls).toMatch(/mkfs\.xfs .*vol0123456789abcdef0\nmountpoint/);
  });

  test('is never formatted where something is on it', () => {
    program('blkid', 'exit 0');
    const { status, calls } = run('mount_volume');
    expect(status).toBe(0);
    expect(calls).not.toContain('mkfs');
    expect(calls).toContain('mount -o noatime');
  });

  test('is not touched where nobody can say what is on it', () => {
    program('blkid', 'exit 8');
    const { status, stderr, calls } = run('mount_volume');
    expect(status).not.toBe(0);
    expect(stderr).toContain('blkid failed with 8');
    expect(calls).not.toMatch(/mkfs|mount -o/);
  });

  test('is mounted again after a restart of the machine, once', () => {
    program('blkid', 'exit 0');
    run('mount_volume; mount_volume');
    expect(readFileSync(join(root, 'etc/fstab'), 'utf8').trim().split('\n')).toHaveLength(1);
  });
});

describe('files', () => {
  const digest = createHash('sha256').update('good').digest('hex');
  const env = { BUCKET: 'assets', FILES: `key.mjs ${digest} /opt/meridian/server.mjs` };

  test('are put in their place when their digest is right', () => {
    program('aws', 'printf good >"${@: -1}"');
    expect(run('fetch_files', env)).toMatchObject({ status: 0 });
    expect(readFileSync(join(root, 'opt/meridian/server.mjs'), 'utf8')).toBe('good');
  });

  test('of another digest are never put in their place', () => {
    program('aws', 'printf evil >"${@: -1}"');
    expect(run('fetch_files', env).status).not.toBe(0);
    expect(existsSync(join(root, 'opt/meridian/server.mjs'))).toBe(false);
  });
});
