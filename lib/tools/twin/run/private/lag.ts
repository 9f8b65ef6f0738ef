import type postgres from 'postgres';
import type { DatabaseServer } from './databases';

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

/** Asks each server once a second, one connection each. */
export class LagMonitor {
  private readonly connections: readonly (readonly [DatabaseServer, postgres.Sql])[];
  private readonly writes = new Map<string, boolean | undefined>();
  private readonly standbys = new Map<string, Standby>();
  private readonly timer: NodeJS.Timeout;
  private busy = false;

  public constructor(servers: readonly DatabaseServer[], intervalMs = 1_000) {
    this.connections = servers.map((server) => [server, server.connect()]);
    this.timer = setInterval(() => void this.look(), intervalMs);
    void this.look();
  }

  public view({ of }: DatabaseServer): DatabaseView {
    const writes = this.writes.get(of.identifier);
    if (writes === undefined) return UNKNOWN;
    const standby = this.standbys.get(of.identifier);
    if (writes || standby?.state !== 'streaming' || standby.bytes === null) {
      return { ...UNKNOWN, writes };
    }
    // An idle writer tells no time; a standby that has everything is not behind.
    const seconds = standby.bytes === 0 ? 0 : (standby.seconds ?? undefined);
    return { writes, lagBytes: standby.bytes, lagSeconds: seconds };
  }

  public async close(): Promise<void> {
    clearInterval(this.timer);
    await Promise.allSettled(this.connections.map(([, sql]) => sql.end({ timeout: 1 })));
  }

  private async look(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    await Promise.all(this.connections.map(([server, sql]) => this.lookAt(server, sql)));
    this.busy = false;
  }

  private async lookAt({ of }: DatabaseServer, sql: postgres.Sql): Promise<void> {
    try {
      const [row] = await sql<{ recovering: boolean }[]>`
        select pg_is_in_recovery() as recovering`;
      const writes = row?.recovering === false;
      this.writes.set(of.identifier, writes);
      if (writes) await this.lookAtStandbys(sql);
    } catch {
      this.writes.set(of.identifier, undefined);
      // Nobody can tell how far its standbys are behind.
      if (of.role === 'writer') this.standbys.clear();
    }
  }

  private async lookAtStandbys(sql: postgres.Sql): Promise<void> {
    const rows = await sql<Standby[]>`
      select application_name as name, state,
        pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 as bytes,
        extract(epoch from replay_lag)::float8 as seconds
      from pg_stat_replication`;
    const seen = new Set(rows.map(({ name }) => name));
    for (const name of this.standbys.keys()) if (!seen.has(name)) this.standbys.delete(name);
    for (const row of rows) this.standbys.set(row.name, row);
  }
}
