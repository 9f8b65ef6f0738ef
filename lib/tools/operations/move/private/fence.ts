import { identifier, literal, withSession } from './session';
import type { Session } from './session';

/** How a fenced role is known again, so that an abort lets in whom the fence kept out, and nobody else. */
const MARK = 'fenced by meridian move';
/** After a finished move nobody is let in again: what was written since is elsewhere. */
const MOVED = 'moved by meridian move';
const MAINTENANCE = 'postgres';

/**
 * Keeps every role but owners and replicators out of the source, and ends their sessions: whatever
 * still runs there can write no more, whether it has heard of the move or not.
 *
 * @returns the roles
 */
export async function fenceSource(source: string): Promise<readonly string[]> {
  return await withSession(source, MAINTENANCE, async (sql) => {
    const rows = await sql<{ name: string }[]>`
      select rolname as name from pg_roles
      where rolcanlogin and not rolsuper and not rolreplication and rolname <> current_user
        and rolname !~ '^(pg_|rds)' order by 1`;
    for (const { name } of rows) {
      await sql.unsafe(`alter role ${identifier(name)} nologin`);
      await sql.unsafe(`comment on role ${identifier(name)} is ${literal(MARK)}`);
    }
    const fenced = await fencedRoles(sql);
    await endSessions(sql, fenced);
    return fenced;
  });
}

/** Lets in again whom {@link fenceSource} kept out. */
export async function unfenceSource(source: string): Promise<readonly string[]> {
  return await withSession(source, MAINTENANCE, async (sql) => {
    const fenced = await fencedRoles(sql);
    for (const name of fenced) {
      await sql.unsafe(`alter role ${identifier(name)} login`);
      await sql.unsafe(`comment on role ${identifier(name)} is null`);
    }
    return fenced;
  });
}

/** Keeps the fence for good. */
export async function sealSource(source: string): Promise<void> {
  await withSession(source, MAINTENANCE, async (sql) => {
    for (const name of await fencedRoles(sql)) {
      await sql.unsafe(`comment on role ${identifier(name)} is ${literal(MOVED)}`);
    }
  });
}

async function fencedRoles(sql: Session): Promise<readonly string[]> {
  const rows = await sql<{ name: string }[]>`
    select rolname as name from pg_roles
    where shobj_description(oid, 'pg_authid') = ${MARK} order by 1`;
  return rows.map(({ name }) => name);
}

/** A session outlives its role's right to connect: it is ended, and the end is waited for. */
async function endSessions(sql: Session, roles: readonly string[]): Promise<void> {
  if (roles.length === 0) return;
  for (;;) {
    const open = await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where usename = any(${sql.array([...roles])})`;
    if (open.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
