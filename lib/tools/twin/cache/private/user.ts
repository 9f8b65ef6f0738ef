import { existsSync } from 'node:fs';
import { chmod, chown, mkdir } from 'node:fs/promises';

/** Whom an engine runs as. */
export interface EngineUser {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody`, as for PostgreSQL. */
const NOBODY: EngineUser = { uid: 65534, gid: 65534 };

/** @returns undefined where we are no root: then engines run as who we are */
export function engineUser(): EngineUser | undefined {
  return process.getuid?.() === 0 ? NOBODY : undefined;
}

/** Gives up this process' own rights; there is no way back. */
export function becomeUser({ uid, gid }: EngineUser): void {
  process.setgroups?.([]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

/** Makes a directory of an engine's own, where there is none. */
export async function makeOwn(directory: string, user: EngineUser | undefined): Promise<void> {
  if (existsSync(directory)) return;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  if (user !== undefined) await chown(directory, user.uid, user.gid);
}
