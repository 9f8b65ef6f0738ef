import { withSession } from './session';
import type { Session } from './session';

/** Tables that are each database's own: which migrations it has seen, and which epoch. */
export const OWN_TABLES: readonly string[] = ['schema_migrations', 'fence'];
/**
 * Tables that a migration gives a row, so that the target has it before anything moves; it gives way
 * to the source's. `events` tells whether the target has been written to.
 */
export const SEEDED_TABLES: readonly string[] = ['event_head', 'refreshes', 'relay'];
/** Publication, subscription and slot. */
export const MOVE = 'meridian_move';

/** Tables whose rows move, in order of name. */
export async function tablesOf(sql: Session): Promise<readonly string[]> {
  const rows = await sql<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public' order by 1`;
  return rows.map(({ name }) => name).filter((name) => !OWN_TABLES.includes(name));
}

/**
 * What stands in the way, all at once: the source's settings, a table that cannot be followed, a
 * schema that differs, a target that has rows already. A move that has begun may go on.
 */
export async function preflight(
  source: string,
  target: string,
  database: string,
): Promise<readonly string[]> {
  const from = await withSession(source, database, describe);
  const to = await withSession(target, database, describe);
  const faults: string[] = [];
  if (from.walLevel !== 'logical') {
    faults.push(`wal_level of the source must be logical, got: ${from.walLevel}`);
  }
  for (const table of from.withoutKey) {
    faults.push(
      `${database}.${table} must have a primary key, so that its changes can be followed`,
    );
  }
  for (const [table, columns] of from.columns) {
    const found = to.columns.get(table);
    if (found !== columns) {
      faults.push(
        `${database}.${table} must be the same in the target: ${columns}, got: ${found ?? 'no table'}`,
      );
    }
  }
  if (!to.follows) {
    for (const table of to.withRows) {
      faults.push(`${database}.${table} of the target must be empty, so that nothing is doubled`);
    }
  }
  return faults;
}

interface Described {
  readonly walLevel: string;
  /** `name type` of each column in order of name, by table. */
  readonly columns: ReadonlyMap<string, string>;
  readonly withoutKey: readonly string[];
  /** But for those that a migration gave a row. */
  readonly withRows: readonly string[];
  /** Whether it is the target of a move that has begun. */
  readonly follows: boolean;
}

async function describe(sql: Session): Promise<Described> {
  const tables = await tablesOf(sql);
  const columns = await sql<{ table: string; columns: string }[]>`
    select table_name as table, string_agg(column_name || ' ' || data_type, ', '
      order by column_name) as columns
    from information_schema.columns where table_schema = 'public' group by 1`;
  const keyed = await sql<{ table: string }[]>`
    select table_name as table from information_schema.table_constraints
    where table_schema = 'public' and constraint_type = 'PRIMARY KEY'`;
  const withRows: string[] = [];
  for (const table of tables.filter((name) => !SEEDED_TABLES.includes(name))) {
    const rows = await sql`select from ${sql(table)} limit 1`;
    if (rows.length > 0) withRows.push(table);
  }
  const [level] = await sql<{ wal_level: string }[]>`show wal_level`;
  const follows = await sql`
    select from pg_subscription where subname = ${MOVE}
      and subdbid = (select oid from pg_database where datname = current_database())`;
  const of = new Map(columns.map((row) => [row.table, row.columns]));
  return {
    walLevel: level?.wal_level ?? 'unknown',
    columns: new Map(tables.map((table) => [table, of.get(table) ?? ''])),
    withoutKey: tables.filter((table) => !keyed.some((row) => row.table === table)),
    withRows,
    follows: follows.length > 0,
  };
}
