import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { choosePort, waitFor } from '../../../lib/tools/twin/processes';
import { type PostgresServer, primaryInfo, startServer } from '../../../lib/tools/twin/postgres';
import { engineFor } from '../../support/engine';

export const MASTER = { username: 'master', password: 'master-password' };

/** A real writer and, on demand, a streaming standby that replays late. */
export interface Cluster {
  readonly writer: PostgresServer;
  readonly standby: PostgresServer;
  /** Sets how long the standby waits before it replays a commit, in milliseconds. */
  delayStandby(ms: number): Promise<void>;
  /** Waits until the standby has replayed what is written now. */
  caughtUp(): Promise<void>;
  /** The standby hears its writer at this address from now on. */
  hearAt(address: { readonly address: string; readonly port: number }): Promise<void>;
  /** A writer that was stopped, again on what it had. */
  restartWriter(): Promise<PostgresServer>;
  admin(server: PostgresServer, database?: string): postgres.Sql;
  stop(): Promise<void>;
}

export function endpointOf(server: PostgresServer): string {
  return `${server.address}:${server.port}`;
}

export async function startCluster(): Promise<Cluster> {
  const home = mkdtempSync(join(tmpdir(), 'meridian-lambda-'));
  await chmod(home, 0o711);
  const { binaries, template } = await engineFor(home, MASTER);
  const address = '127.0.0.1';
  const start = async (role: 'writer' | 'standby', primary?: PostgresServer) =>
    await startServer(binaries, {
      template,
      dataDir: join(home, 'data', role),
      address,
      port: await choosePort(address, 0),
      role,
      ...(primary && { primary }),
    });
  let writing = await start('writer');
  const writer = writing;
  const standby = await start('standby', writer);
  const admin = (server: PostgresServer, database = 'postgres') =>
    postgres({
      host: server.address,
      port: server.port,
      database,
      ...MASTER,
      max: 1,
      onnotice: () => undefined,
    });
  const set = async (name: string, value: string) => {
    const sql = admin(standby);
    await sql.unsafe(`alter system set ${name} = '${value.replace(/'/g, "''")}'`);
    await sql`select pg_reload_conf()`;
    await sql.end();
  };
  return {
    writer,
    standby,
    admin,
    delayStandby: (ms) => set('recovery_min_apply_delay', `${ms}ms`),
    caughtUp: async () => {
      const [at, behind] = [admin(writing), admin(standby)];
      const [row] = await at<{ lsn: string }[]>`select pg_current_wal_lsn()::text as lsn`;
      await waitFor('the standby', 30_000, async () => {
        const there = await behind`select where pg_last_wal_replay_lsn() >= ${row!.lsn}::pg_lsn`;
        return there.length > 0 ? true : undefined;
      });
      await Promise.all([at.end(), behind.end()]);
    },
    hearAt: async (place) => {
      await set('primary_conninfo', primaryInfo(template, place, 'standby'));
      const sql = admin(standby);
      await waitFor(`the standby at ${place.port}`, 30_000, async () => {
        const there = await sql`select from pg_stat_wal_receiver where sender_port = ${place.port}`;
        return there.length > 0 ? true : undefined;
      });
      await sql.end();
    },
    restartWriter: async () => {
      writing = await start('writer');
      return writing;
    },
    stop: async () => {
      await standby.stop('immediate');
      await writing.stop('immediate');
      rmSync(home, { recursive: true, force: true });
    },
  };
}
