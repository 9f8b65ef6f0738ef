import type { Place, PlannedInstance } from '../../plan';
import type { ServerOptions } from '../../postgres';
import { Connection, startServer } from '../../postgres';
import type { Supervised } from '../../processes';
import type { DatabaseOptions, DatabaseServer, PreparedDatabases } from './databases';
import { Restarted } from './restarted';
import type { Seats } from './seats';
import { alterSystem, BACKUP_MS, copyData } from './upkeep';

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
  /** Ends it in order until it rejoins: its data is somebody else's now. */
  readonly rest: () => Promise<void>;
}

type Parts = Omit<PreparedDatabases, 'identity'> &
  Pick<DatabaseOptions, 'marker' | 'onRenewed' | 'readerLagMs'> & {
    /** Its cluster's first instance. */
    readonly primary: Place;
    readonly place: Place;
    readonly seats: Seats;
  };

/** It streams from the first instance wherever that one stands, and goes with it when it is promoted. */
export async function startReader(parts: Parts): Promise<ReaderServer> {
  const { binaries, template, marker, place, primary, readerLagMs, seats } = parts;
  const { username, password } = template;
  const start = (change: Partial<ServerOptions> = {}) => {
    const { dataDir, identifier: applicationName } = seats.reading;
    const how = { ...place, template, dataDir, primary, env: marker, applicationName };
    return startServer(binaries, { ...how, role: 'standby', ...change });
  };
  const server = new Restarted(await start(), start);
  const connect: ReaderServer['connect'] = (database = 'postgres', timeoutMs = 2_000) =>
    new Connection({ ...place, username, password, database, timeoutMs });
  const alter = (how: string) => alterSystem(connect(), how);
  // Not a parameter: ALTER SYSTEM takes a literal.
  const lag: ReaderServer['lag'] = (ms = readerLagMs) =>
    alter(`set recovery_min_apply_delay = ${Math.round(ms)}`);
  const reader: ReaderServer = {
    ...{ place, connect, lag },
    get key() {
      return seats.reading.key;
    },
    get identifier() {
      return seats.reading.identifier;
    },
    get zone() {
      return seats.reading.zone;
    },
    get label() {
      return `PostgreSQL ${seats.reading.identifier}, a reader`;
    },
    processes: () => server.processes(),
    get exited() {
      return server.exited;
    },
    stop: () => server.stop(),
    kill: () => void server.stop('immediate'),
    rest: async () => {
      await alter('reset recovery_min_apply_delay');
      await server.rest();
    },
    rejoin: async (writer) => {
      const by = writer.connect('postgres', BACKUP_MS);
      await server.renew(primary, () =>
        copyData(binaries, { from: writer.dataDir, to: seats.reading.dataDir, by }),
      );
      parts.onRenewed(reader);
      await lag();
    },
  };
  if (readerLagMs > 0) await lag();
  return reader;
}
