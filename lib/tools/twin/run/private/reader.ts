import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place, PlannedInstance } from '../../plan';
import type { ServerOptions } from '../../postgres';
import { baseBackup, Connection, startServer } from '../../postgres';
import type { Supervised } from '../../processes';
import type { DatabaseOptions, DatabaseServer, PreparedDatabases } from './databases';
import { BACKUP_MS } from './databases';
import { Restarted } from './restarted';

/** A server that follows its cluster's first instance inside the Region, and is asked for reads alone. */
export interface ReaderServer extends PlannedInstance, Supervised {
  readonly place: Place;
  /** As the twin's own role, to any database of it; whoever connects ends the connection. */
  readonly connect: (database?: string, timeoutMs?: number) => Connection;
  /** What is committed from now on shows so much later, in milliseconds. @default as at the start */
  readonly lag: (ms?: number) => Promise<void>;
  /**
   * Ends what is left of it and starts it anew behind its cluster's first instance, from a base backup of
   * a server that takes writes.
   *
   * @throws Error where one of them does not take part
   */
  readonly rejoin: (writer: DatabaseServer) => Promise<void>;
}

type Parts = Omit<PreparedDatabases, 'identity'> &
  Pick<DatabaseOptions, 'engines' | 'marker' | 'onRenewed' | 'readerLagMs'> & {
    /** Its cluster's first instance. */
    readonly primary: Place;
    readonly place: Place;
  };

/** It streams from the first instance wherever that one stands, and goes with it when it is promoted. */
export async function startReader(of: PlannedInstance, parts: Parts): Promise<ReaderServer> {
  const { binaries, template, engines, marker, place, primary, readerLagMs } = parts;
  const { username, password } = template;
  const dataDir = join(engines, of.identifier);
  const how: ServerOptions = {
    ...{ ...place, template, dataDir, primary, env: marker, applicationName: of.identifier },
    role: 'standby',
  };
  const start = (change: Partial<ServerOptions> = {}) =>
    startServer(binaries, { ...how, ...change });
  const server = new Restarted(await start(), start);
  const connect: ReaderServer['connect'] = (database = 'postgres', timeoutMs = 2_000) =>
    new Connection({ ...place, username, password, database, timeoutMs });
  const lag: ReaderServer['lag'] = async (ms = readerLagMs) => {
    const connection = connect();
    try {
      // Not a parameter: ALTER SYSTEM takes a literal.
      await connection.query(`alter system set recovery_min_apply_delay = ${Math.round(ms)}`);
      await connection.query('select pg_reload_conf()');
    } finally {
      await connection.end();
    }
  };
  const reader: ReaderServer = {
    ...{ ...of, place, connect, lag, label: `PostgreSQL ${of.identifier}, a reader` },
    processes: () => server.processes(),
    get exited() {
      return server.exited;
    },
    stop: () => server.stop(),
    kill: () => void server.stop('immediate'),
    rejoin: async (writer) => {
      await server.renew(primary, async () => {
        await rm(dataDir, { recursive: true, force: true });
        const backup = writer.connect('postgres', BACKUP_MS);
        try {
          await baseBackup(binaries, backup, { from: writer.dataDir, to: dataDir });
        } finally {
          await backup.end();
        }
      });
      parts.onRenewed(reader);
      await lag();
    },
  };
  if (readerLagMs > 0) await lag();
  return reader;
}
