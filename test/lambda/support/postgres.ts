import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { choosePort } from '../../../lib/tools/twin/processes';
import {
  initTemplate,
  type PostgresServer,
  preparePostgres,
  startServer,
} from '../../../lib/tools/twin/postgres';

export const MASTER = { username: 'master', password: 'master-password' };

/** A real writer and, on demand, a streaming standby that replays late. */
export interface Cluster {
  readonly writer: PostgresServer;
  readonly standby: PostgresServer;
  /** Sets how long the standby waits before it replays a commit, in milliseconds. */
  delayStandby(ms: number): Promise<void>;
  admin(server: PostgresServer, database?: string): postgres.Sql;
  stop(): Promise<void>;
}

export function endpointOf(server: PostgresServer): string {
  return `${server.address}:${server.port}`;
}

export async function startCluster(): Promise<Cluster> {
  const home = mkdtempSync(join(tmpdir(), 'meridian-lambda-'));
  await chmod(home, 0o711);
  const binaries = await preparePostgres(home);
  const template = await initTemplate(binaries, join(home, 'data', 'template'), MASTER);
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
  const writer = await start('writer');
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
  return {
    writer,
    standby,
    admin,
    delayStandby: async (ms) => {
      const sql = admin(standby);
      await sql.unsafe(`alter system set recovery_min_apply_delay = '${ms}ms'`);
      await sql`select pg_reload_conf()`;
      await sql.end();
    },
    stop: async () => {
      await standby.stop('immediate');
      await writer.stop('immediate');
      rmSync(home, { recursive: true, force: true });
    },
  };
}
