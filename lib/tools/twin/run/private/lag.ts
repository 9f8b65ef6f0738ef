import type { Connection } from '../../postgres';
import type { DatabaseServer } from './databases';
import type { ReaderServer } from './reader';

/** What is known of a server at this moment; `undefined` is not known, which is not zero. */
export interface DatabaseView {
  /** Whether it takes writes now. */
  readonly writes: boolean | undefined;
  /** How far it is behind its writer; undefined for a writer. */
  readonly lagBytes: number | undefined;
  readonly lagSeconds: number | undefined;
}

interface Standby {
  readonly name: string;
  readonly state: string;
  readonly bytes: number | null;
  readonly seconds: number | null;
}

const UNKNOWN: DatabaseView = { writes: undefined, lagBytes: undefined, lagSeconds: undefined };

/** Asks each server once a second, on one connection each; none waits for another. */
export class LagMonitor {
  private readonly asked: readonly Asked[];
  private readonly timer: NodeJS.Timeout;

  public constructor(servers: readonly DatabaseServer[], intervalMs = 1_000) {
    // What follows a cluster in zones streams from its copy, which the endpoint does not lead to.
    this.asked = servers.flatMap((server) => [
      asking(server.of.identifier, server.connect(), server.reader !== undefined),
      ...(server.zoned ?? []).map((it) => asking(it.identifier, it.connect(), true)),
    ]);
    this.timer = setInterval(() => {
      this.look();
    }, intervalMs);
    this.look();
  }

  public view({ of }: DatabaseServer): DatabaseView {
    const writes = this.asked.find(({ identifier }) => identifier === of.identifier)?.writes;
    return writes === undefined ? UNKNOWN : this.viewOf(of.identifier, writes);
  }

  /** Of a reader, which nobody asks: whom it follows tells. */
  public viewOfReader({ identifier }: ReaderServer): DatabaseView {
    return this.viewOf(identifier, false);
  }

  private viewOf(name: string, writes: boolean): DatabaseView {
    // Of those who take writes: after a failover the old writer may still speak of it.
    const told = this.asked.flatMap(({ standbys }) => standbys);
    const standby = told.find((it) => it.name === name && it.state === 'streaming');
    if (writes || standby === undefined || standby.bytes === null) return { ...UNKNOWN, writes };
    // An idle writer tells no time; a standby that has everything is not behind.
    const seconds = standby.bytes === 0 ? 0 : (standby.seconds ?? undefined);
    return { writes, lagBytes: standby.bytes, lagSeconds: seconds };
  }

  public async close(): Promise<void> {
    clearInterval(this.timer);
    await Promise.allSettled(this.asked.map(({ connection }) => connection.end()));
  }

  private look(): void {
    for (const asked of this.asked) {
      if (asked.busy) continue;
      asked.busy = true;
      void lookAt(asked).finally(() => {
        asked.busy = false;
      });
    }
  }
}

interface Asked {
  readonly identifier: string;
  readonly connection: Connection;
  /** Whether others may follow it while it follows itself. */
  readonly passesOn: boolean;
  busy: boolean;
  writes: boolean | undefined;
  /** Whom it streams to. */
  standbys: readonly Standby[];
}

function asking(identifier: string, connection: Connection, passesOn = false): Asked {
  return { identifier, connection, passesOn, busy: false, writes: undefined, standbys: [] };
}

async function lookAt(asked: Asked): Promise<void> {
  const { connection } = asked;
  try {
    const [row] = await connection.query<{ recovering: boolean }>(
      'select pg_is_in_recovery() as recovering',
    );
    const streams = asked.passesOn || row?.recovering === false;
    asked.standbys = streams ? await standbysOf(connection) : [];
    asked.writes = row?.recovering === false;
  } catch {
    // Nobody can tell how far its standbys are behind.
    asked.standbys = [];
    asked.writes = undefined;
  }
}

function standbysOf(connection: Connection): Promise<readonly Standby[]> {
  return connection.query<Standby>(
    `select application_name as name, state,
      pg_wal_lsn_diff(
        case when pg_is_in_recovery() then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end,
        replay_lsn)::float8 as bytes,
      extract(epoch from replay_lag)::float8 as seconds
    from pg_stat_replication`,
  );
}
