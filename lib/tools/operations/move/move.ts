import { MoveError } from './model';
import type { CarriedSequence, MoveOptions, MoveReport, MovedTable } from './model';
import { fenceSource, sealSource, unfenceSource } from './private/fence';
import { beginToFollow, endFollowing, waitForCopy, waitUntilApplied } from './private/follow';
import { preflight, tablesOf } from './private/preflight';
import { withSession } from './private/session';

const COPY_TIMEOUT_MS = 60 * 60_000;
const CATCH_UP_TIMEOUT_MS = 60_000;

/**
 * Moves databases from one PostgreSQL to another by logical replication, while the source serves. It
 * copies and follows; with `cutover` it then keeps everybody out of the source, waits for the last
 * change, carries the sequences over, compares the rows and ends. May be repeated at any point.
 *
 * @throws MoveError with all that stands in the way; the source is unharmed and, until the cutover,
 *   serves
 * @see https://www.postgresql.org/docs/current/logical-replication.html
 */
export async function moveDatabases(options: MoveOptions): Promise<MoveReport> {
  const { source, target, databases, onProgress } = options;
  const faults: string[] = [];
  for (const database of databases) faults.push(...(await preflight(source, target, database)));
  if (faults.length > 0) throw new MoveError(`the move cannot begin:\n  ${faults.join('\n  ')}`);
  for (const database of databases) {
    onProgress?.(`copying ${database}`);
    await beginToFollow(options, database);
    await waitForCopy(options, database, options.copyTimeoutMs ?? COPY_TIMEOUT_MS);
  }
  if (options.cutover !== true) {
    const tables = await countRows(target, databases);
    const nothing = { sequences: [], fencedRoles: [], cutoverMs: null };
    return { schemaVersion: 1, phase: 'following', tables, ...nothing };
  }
  return await cutOver(options);
}

/**
 * Ends a move that is not to be finished: the source serves again, the target keeps what it has. After
 * a finished move nobody is let in, because what was written since is in the target alone.
 *
 * @returns the roles that may connect again
 */
export async function abortMove(
  options: Pick<MoveOptions, 'source' | 'target' | 'databases'>,
): Promise<readonly string[]> {
  for (const database of options.databases) await endFollowing(options, database);
  return await unfenceSource(options.source);
}

async function cutOver(options: MoveOptions): Promise<MoveReport> {
  const { source, target, databases, onProgress } = options;
  const timeout = options.catchUpTimeoutMs ?? CATCH_UP_TIMEOUT_MS;
  // Near the end first, so that the time without writes is short.
  for (const database of databases) await waitUntilApplied(options, database, timeout);
  onProgress?.('fencing the source');
  const fencedAt = performance.now();
  const fencedRoles = await fenceSource(source);
  const sequences: CarriedSequence[] = [];
  for (const database of databases) {
    onProgress?.(`waiting for the last change of ${database}`);
    await waitUntilApplied(options, database, timeout);
    sequences.push(...(await carrySequences(source, target, database)));
  }
  const tables = await compareRows(source, target, databases);
  await sealSource(source);
  for (const database of databases) await endFollowing(options, database);
  const cutoverMs = Math.round(performance.now() - fencedAt);
  return { schemaVersion: 1, phase: 'moved', tables, sequences, fencedRoles, cutoverMs };
}

/** Logical replication carries rows only: a sequence would begin anew and give ids out twice. */
async function carrySequences(
  source: string,
  target: string,
  database: string,
): Promise<readonly CarriedSequence[]> {
  const used = await withSession(
    source,
    database,
    (sql) => sql<{ sequence: string; last: string }[]>`
      select sequencename as sequence, last_value::text as last from pg_sequences
      where schemaname = 'public' and last_value is not null order by 1`,
  );
  await withSession(target, database, async (sql) => {
    for (const { sequence, last } of used) {
      await sql`select setval(${`public."${sequence}"`}::regclass, ${last}::bigint, true)`;
    }
  });
  return used.map(({ sequence, last }) => ({ database, sequence, lastValue: last }));
}

async function compareRows(
  source: string,
  target: string,
  databases: readonly string[],
): Promise<readonly MovedTable[]> {
  const [before, after] = [await countRows(source, databases), await countRows(target, databases)];
  const differing = before.flatMap(({ database, table, rows }) => {
    const found = after.find((it) => it.database === database && it.table === table)?.rows;
    return found === rows ? [] : [`${database}.${table}: ${rows} rows, got: ${found ?? 'none'}`];
  });
  if (differing.length === 0) return after;
  throw new MoveError(
    `the target differs from the source:\n  ${differing.join('\n  ')}\n` +
      '`--abort` lets the source serve again',
  );
}

async function countRows(url: string, databases: readonly string[]): Promise<MovedTable[]> {
  const counted: MovedTable[] = [];
  for (const database of databases) {
    await withSession(url, database, async (sql) => {
      for (const table of await tablesOf(sql)) {
        const [row] = await sql<{ rows: string }[]>`select count(*) as rows from ${sql(table)}`;
        counted.push({ database, table, rows: Number(row?.rows) });
      }
    });
  }
  return counted;
}
