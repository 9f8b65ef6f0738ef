// A Python with exactly the packages of one hash-locked list, made once and kept outside the tree.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const OLDEST = [3, 10];
const PIP = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
const LOCKED = ['--require-hashes', '--only-binary', ':all:'];
const DESCRIBE =
  'import platform, sys; print(*sys.version_info[:3], sys.platform, platform.machine())';

/**
 * @param {string} list name of a file in scripts/needs/requirements, without `.txt`
 * @returns {{ path: string } | { reason: string, remedy: string }} the interpreter, or why there is none
 */
export function preparePython(list, env = process.env) {
  const described = spawnSync('python3', ['-c', DESCRIBE], { encoding: 'utf8', env });
  if (described.status !== 0) {
    return { reason: 'python3 is not on PATH', remedy: `install Python ${OLDEST.join('.')}+` };
  }
  const [major, minor] = described.stdout.split(' ').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    const reason = `python3 is ${major}.${minor}`;
    return { reason, remedy: `put Python ${OLDEST.join('.')}+ first on PATH` };
  }
  const requirements = join(import.meta.dirname, 'requirements', `${list}.txt`);
  const key = createHash('sha256')
    .update(readFileSync(requirements))
    .update(described.stdout)
    .digest('hex')
    .slice(0, 16);
  const directory = join(cacheDirectory(env), 'python', `${list}-${key}`);
  const path = join(directory, 'bin', 'python');
  if (existsSync(path)) return { path };
  return install(list, { requirements, directory, path, env });
}

/** Made beside its place and renamed into it: it is there as a whole, or not at all. */
function install(list, { requirements, directory, path, env }) {
  const building = `${directory}.${process.pid}`;
  mkdirSync(join(directory, '..'), { recursive: true });
  try {
    console.error(`preparing Python packages: ${list} (once)`);
    const made = run('python3', ['-m', 'venv', building], env);
    if (made !== undefined) {
      return { reason: `python3 -m venv: ${made}`, remedy: 'apt-get install -y python3-venv' };
    }
    const python = join(building, 'bin', 'python');
    const installed = run(python, [...PIP, ...LOCKED, '-r', requirements], env);
    if (installed !== undefined) {
      return { reason: `pip: ${installed}`, remedy: 'let pip reach a package index' };
    }
    try {
      renameSync(building, directory);
    } catch (error) {
      // Another process was faster.
      if (!existsSync(path)) throw error;
    }
    return { path };
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** The last line of what went wrong; undefined where nothing did. */
function run(program, args, env) {
  const outcome = spawnSync(program, args, { encoding: 'utf8', env });
  if (outcome.status === 0) return undefined;
  const words = `${outcome.stdout ?? ''}\n${outcome.stderr ?? ''}`.trim();
  return words.split('\n').at(-1) || (outcome.error?.message ?? `exit code ${outcome.status}`);
}

function cacheDirectory(env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'meridian');
}
