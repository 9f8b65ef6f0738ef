import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execute } from './execute';
import type { Outcome } from './execute';
import type { EngineUser } from './user';

/** A server that answered. */
export interface Binary {
  readonly command: string;
  readonly name: 'Valkey' | 'Redis';
  readonly version: string;
}

/** @see probeBinary */
export type Probe = { readonly binary: Binary } | { readonly fault: string };

/** Longest wait for a version, in milliseconds. */
const VERSION_MS = 5_000;
/** `SET … GET` came with it. */
const OLDEST = [6, 2] as const;

/**
 * Asks a program for its version, as whom it will run as. As root, a program that this user cannot
 * reach is copied to the engines' directory.
 */
export async function probeBinary(
  path: string,
  engines: string,
  user: EngineUser | undefined,
): Promise<Probe> {
  const fault = await access(path, constants.X_OK).then(
    () => undefined,
    (error: unknown) =>
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'there is no such file'
        : 'it is not executable',
  );
  if (fault !== undefined) return { fault };
  let command = path;
  let outcome = await askVersion(command, user);
  if (user !== undefined && outcome.kind === 'failed' && outcome.code === 'EACCES') {
    command = await copyOf(path, engines);
    outcome = await askVersion(command, user);
  }
  return outcome.kind === 'failed' ? { fault: outcome.reason } : judge(command, outcome.output);
}

function askVersion(command: string, user: EngineUser | undefined): Promise<Outcome> {
  return execute(command, ['--version'], { env: {}, timeoutMs: VERSION_MS, user });
}

/** `Valkey server v=9.1.2 sha=…` */
function judge(command: string, output: string): Probe {
  const match = /^(Valkey|Redis) server v=((\d+)\.(\d+)\.\d+)/m.exec(output);
  if (match === null) return { fault: 'it does not say that it is a Valkey or Redis server' };
  const [, name, version = '', major, minor] = match;
  const [oldestMajor, oldestMinor] = OLDEST;
  const age = Number(major) - oldestMajor || Number(minor) - oldestMinor;
  if (age < 0) {
    return {
      fault: `version ${version} is too old, ${OLDEST.join('.')} is the oldest that will do`,
    };
  }
  return { binary: { command, name: name === 'Valkey' ? 'Valkey' : 'Redis', version } };
}

/** Named after its content, so that another version is another copy. */
async function copyOf(path: string, engines: string): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 16);
  const directory = join(engines, `cache.${hash}`);
  const copy = join(directory, basename(path));
  await mkdir(engines, { recursive: true, mode: 0o711 });
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  const copying = `${copy}.${process.pid}`;
  try {
    await copyFile(path, copying);
    await chmod(copying, 0o755);
    await rename(copying, copy);
  } finally {
    await rm(copying, { force: true });
  }
  return copy;
}
