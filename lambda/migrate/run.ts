import type postgres from 'postgres';
import type { Log } from '../platform/log';
import { checksum, type Migration } from './migration';
import { checkMigrations } from './rules';
import type { ContractGate } from './running';

/** Any number, the same in every version of this program: `meridian` in ASCII. */
const LOCK = '7882543361690951022';
/** How long to wait for another run, and how often to look. */
const LOCK_WAIT_MS = 60_000;
const LOCK_POLL_MS = 200;
/** A migration that waits longer for a table holds up everybody queued behind it. */
const LOCK_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 120_000;

/** The history in the database and the history in the code contradict each other. */
export class MigrationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MigrationError';
  }
}

/** What became of a history, as `version name`. */
export interface Steps {
  readonly applied: readonly string[];
  /** Contract steps that wait, each with the reason behind. */
  readonly held: readonly string[];
}

interface Applied {
  readonly version: number;
  readonly phase: Migration['phase'];
  readonly checksum: string;
}

/**
 * Brings one domain's database up to date and returns the names of the steps it took. Holds a
 * session's advisory lock, so that of concurrent runs one works and the others find it done.
 *
 * A contract step is taken where its gate lets it; else it waits, and expand steps behind it go ahead,
 * because the code that brings them needs them. In a database of which nobody knows yet nothing waits.
 *
 * @param sql one session (`max: 1`) of the owner of the database
 * @throws MigrationError for changed history, forbidden statements or a lock that is never free
 */
export async function migrate(
  sql: postgres.ReservedSql,
  migrations: readonly Migration[],
  log: Log,
  gate: ContractGate = () => Promise.resolve('nobody was asked which code runs'),
): Promise<Steps> {
  const [violation] = checkMigrations(migrations);
  if (violation !== undefined) {
    const { migration, reason, statement } = violation;
    throw new MigrationError(`migration ${migration} is refused: ${reason}: ${statement}`);
  }
  return await locked(sql, async () => {
    await sql`select set_config('lock_timeout', ${`${LOCK_TIMEOUT_MS}ms`}, false),
      set_config('statement_timeout', ${`${STATEMENT_TIMEOUT_MS}ms`}, false)`;
    const { pending, fresh } = await findPending(sql, migrations);
    const applied: string[] = [];
    const held: string[] = [];
    for (const migration of pending) {
      const name = `${migration.version} ${migration.name}`;
      const reason = fresh || migration.phase === 'expand' ? undefined : await gate(migration);
      if (reason !== undefined) {
        held.push(`${name} (${reason})`);
        log('warn', 'contract step waits', { migration: name, reason });
        continue;
      }
      const started = Date.now();
      await apply(sql, migration);
      log('info', 'migration applied', {
        version: migration.version,
        migration: migration.name,
        ms: Date.now() - started,
      });
      applied.push(name);
    }
    return { applied, held };
  });
}

/**
 * Runs under the advisory lock of the session's database. Polls for it: a session that waits inside
 * a statement would hold a snapshot, and `create index concurrently` waits for all of those.
 */
export async function locked<T>(sql: postgres.ReservedSql, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    const [row] = await sql<{ held: boolean }[]>`
      select pg_try_advisory_lock(${LOCK}::bigint) as held`;
    if (row?.held === true) break;
    if (Date.now() > deadline)
      throw new MigrationError(`another run has held the lock for ${LOCK_WAIT_MS / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
  try {
    return await work();
  } finally {
    // Where the session died, so did its lock: what brought us here is the error to report.
    await sql`select pg_advisory_unlock(${LOCK}::bigint)`.catch(() => undefined);
  }
}

async function findPending(
  sql: postgres.ReservedSql,
  migrations: readonly Migration[],
): Promise<{ readonly pending: readonly Migration[]; readonly fresh: boolean }> {
  await sql`
    create table if not exists schema_migrations (
      version integer primary key,
      name text not null,
      phase text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`.simple();
  const applied = await sql<Applied[]>`
    select version, phase, checksum from schema_migrations order by version`;
  const known = new Map(applied.map((row) => [row.version, row.checksum]));
  for (const migration of migrations) {
    const recorded = known.get(migration.version);
    if (recorded !== undefined && recorded !== checksum(migration))
      throw new MigrationError(
        `migration ${migration.version} ${migration.name} was changed after it had been applied: ` +
          'restore its text and write a new one',
      );
  }
  // Versions beyond ours come from a newer release; its expand steps do not mind this one.
  const last = migrations.at(-1)?.version ?? 0;
  const gone = applied.find(({ version, phase }) => version > last && phase === 'contract');
  if (gone !== undefined)
    throw new MigrationError(
      `migration ${gone.version} of a newer release has removed what this code may use: ` +
        'deploy a release that knows it',
    );
  const pending = migrations.filter(({ version }) => !known.has(version));
  return { pending, fresh: applied.length === 0 };
}

async function apply(sql: postgres.ReservedSql, migration: Migration): Promise<void> {
  if (migration.transaction === 'none') {
    await dropInvalidIndex(sql, migration.sql);
    await sql.unsafe(migration.sql);
    await record(sql, migration);
    return;
  }
  await sql.unsafe('begin');
  try {
    await sql.unsafe(migration.sql);
    await record(sql, migration);
    await sql.unsafe('commit');
  } catch (error) {
    await sql.unsafe('rollback').catch(() => undefined);
    throw error;
  }
}

/** A concurrent build that failed leaves an invalid index, which `if not exists` would keep. */
async function dropInvalidIndex(sql: postgres.ReservedSql, statement: string): Promise<void> {
  const name = /\bindex\s+concurrently\s+if\s+not\s+exists\s+(\w+)/i.exec(statement)?.[1];
  if (name === undefined) return;
  const invalid = await sql`
    select from pg_index where not indisvalid and indexrelid = to_regclass(${name})`;
  if (invalid.length > 0) await sql`drop index concurrently if exists ${sql(name)}`.simple();
}

async function record(sql: postgres.ReservedSql, migration: Migration): Promise<void> {
  const { version, name, phase } = migration;
  await sql`
    insert into schema_migrations (version, name, phase, checksum)
    values (${version}, ${name}, ${phase}, ${checksum(migration)})`;
}
