import { chown, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PostgresBinaries } from './binaries';
import type { Connection } from './connection';
import { run } from './run';

/**
 * What belongs to the running server alone. Files that vanish while they are copied are no fault: what
 * is missing or torn is in the log from the start of the backup on.
 */
const COPY = `
cp -R "$1" "$2" 2>/dev/null
rm -rf "$2"/pg_wal/* "$2"/pg_replslot/* "$2"/pg_dynshmem/* "$2"/pg_notify/* "$2"/pg_stat_tmp/*
rm -f "$2"/postmaster.pid "$2"/postmaster.opts "$2"/standby.signal "$2"/recovery.signal
test -f "$2"/global/pg_control
`;

/**
 * A copy of a running server's data directory from which a standby can start, made with the low-level
 * interface: pg_basebackup is not among the programs.
 *
 * @param connection to the server whose directory `from` is; it has to be the same one throughout
 * @param to where nothing is
 * @throws Error where the server does not take part
 * @see https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
export async function baseBackup(
  { user }: PostgresBinaries,
  connection: Connection,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await connection.query(`select pg_backup_start('twin', true)`);
  await run('/bin/sh', ['-c', COPY, 'copy', from, to], { cwd: dirname(to), user });
  const [stopped] = await connection.query<{ labelfile: string }>(
    'select labelfile from pg_backup_stop(false)',
  );
  const label = join(to, 'backup_label');
  await rm(label, { force: true });
  await writeFile(label, stopped?.labelfile ?? '', { mode: 0o600 });
  if (user) await chown(label, user.uid, user.gid);
}
