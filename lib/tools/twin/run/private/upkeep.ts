import { rm } from 'node:fs/promises';
import type { Connection, PostgresBinaries } from '../../postgres';
import { baseBackup } from '../../postgres';

/** Of a base backup, in milliseconds. */
export const BACKUP_MS = 60_000;

interface Copied {
  readonly from: string;
  readonly to: string;
  /** To the server whose data it is; ended when it is copied. */
  readonly by: Connection;
}

/** Replaces a data directory by a base backup of a server's. @throws Error where the server does not take part */
export async function copyData(
  binaries: PostgresBinaries,
  { from, to, by }: Copied,
): Promise<void> {
  await rm(to, { recursive: true, force: true });
  try {
    await baseBackup(binaries, by, { from, to });
  } finally {
    await by.end();
  }
}

/** `ALTER SYSTEM` and a reload; ends the connection. @throws Error where the server does not take part */
export async function alterSystem(connection: Connection, how: string): Promise<void> {
  try {
    await connection.query(`alter system ${how}`);
    await connection.query('select pg_reload_conf()');
  } finally {
    await connection.end();
  }
}
