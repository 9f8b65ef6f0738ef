import type { MoveOptions } from '../model';
import { MoveError } from '../model';
import { MOVE, SEEDED_TABLES, tablesOf } from './preflight';
import { connectionString, identifier, literal, poll, withSession } from './session';

type Ends = Pick<MoveOptions, 'source' | 'target' | 'sourceAddress'>;

/** Lets the target copy every row of a database and follow each change; does nothing a second time. */
export async function beginToFollow(ends: Ends, database: string): Promise<void> {
  await withSession(ends.source, database, async (sql) => {
    const found = await sql`select from pg_publication where pubname = ${MOVE}`;
    if (found.length > 0) return;
    const tables = (await tablesOf(sql)).map(identifier);
    await sql.unsafe(`create publication ${MOVE} for table ${tables.join(', ')}`);
  });
  await withSession(ends.target, database, async (sql) => {
    const found = await sql`
      select from pg_subscription where subname = ${MOVE}
        and subdbid = (select oid from pg_database where datname = current_database())`;
    if (found.length > 0) return;
    for (const table of await tablesOf(sql)) {
      if (SEEDED_TABLES.includes(table)) await sql`delete from ${sql(table)}`;
    }
    const source = connectionString(ends.source, database, ends.sourceAddress);
    await sql.unsafe(
      `create subscription ${MOVE} connection ${literal(source)} publication ${MOVE} ` +
        `with (slot_name = ${slotOf(database)})`,
    );
  });
}

/** One slot for each database: their names are the server's. */
function slotOf(database: string): string {
  return `${MOVE}_${database.toLowerCase().replace(/[^a-z0-9_]/g, '_')}`;
}

/** @throws MoveError where some table is not copied in time */
export async function waitForCopy(
  { target }: Ends,
  database: string,
  timeoutMs: number,
): Promise<void> {
  const copied = await withSession(target, database, (sql) =>
    poll(timeoutMs, async () => {
      const open = await sql`select from pg_subscription_rel where srsubstate <> 'r'`;
      return open.length === 0 ? true : undefined;
    }),
  );
  if (copied === true) return;
  throw new MoveError(
    `${database} was not copied in ${timeoutMs} ms: see the target's log; the move can be repeated`,
  );
}

/**
 * Waits until the target has applied all that the source has written.
 * @throws MoveError where it has not in time
 */
export async function waitUntilApplied(
  { source }: Ends,
  database: string,
  timeoutMs: number,
): Promise<void> {
  const applied = await withSession(source, database, async (sql) => {
    const [now] = await sql<{ lsn: string }[]>`select pg_current_wal_lsn()::text as lsn`;
    return await poll(timeoutMs, async () => {
      const reached = await sql`
        select from pg_replication_slots where slot_name = ${slotOf(database)}
          and confirmed_flush_lsn >= ${now?.lsn ?? ''}::pg_lsn`;
      return reached.length > 0 ? true : undefined;
    });
  });
  if (applied === true) return;
  throw new MoveError(
    `${database} has not caught up in ${timeoutMs} ms: \`--abort\` lets the source serve again`,
  );
}

/** Ends what was begun; the rows stay. */
export async function endFollowing({ source, target }: Ends, database: string): Promise<void> {
  await withSession(target, database, async (sql) => {
    await sql.unsafe(`drop subscription if exists ${MOVE}`);
  });
  await withSession(source, database, async (sql) => {
    await sql.unsafe(`drop publication if exists ${MOVE}`);
  });
}
