import postgres from 'postgres';
import type { DatabaseTls } from '../environment';
import { ROLE_SETTINGS, splitEndpoint } from '../platform/databases';
import type { Log } from '../platform/log';
import type { DatabaseCredentials } from '../platform/secrets';
import type { Migration } from './migration';
import type { ContractGate } from './running';
import { locked, migrate, type Steps } from './run';
import { alternateUser } from './role-name';
import { scramVerifier } from './scram';

/** One cluster's writer, as its master user. */
export interface Cluster {
  /** `host:port`. */
  readonly writer: string;
  readonly master: DatabaseCredentials;
  readonly tls: DatabaseTls;
}

/** One domain's database in the cluster, and the only role that uses it. */
export interface DomainDatabase {
  readonly database: string;
  readonly role: DatabaseCredentials;
  readonly migrations: readonly Migration[];
  /** Asked before a step that removes something. @default it waits */
  readonly gate?: ContractGate;
}

const MAINTENANCE_DATABASE = 'postgres';
const CONNECT_TIMEOUT_SECONDS = 10;

/**
 * Creates what is missing of a domain's database and role, then brings its schema up to date.
 * May be repeated at any time, also concurrently; a changed password is applied.
 *
 * @returns the steps that were taken, and those that wait
 */
export async function provision(
  cluster: Cluster,
  domain: DomainDatabase,
  log: Log,
): Promise<Steps> {
  // Servers that have not heard of the last rotation still use the other one.
  const other = await session(cluster, MAINTENANCE_DATABASE, (sql) =>
    locked(sql, async () => {
      await ensureRole(sql, domain.role);
      await ensureDatabase(sql, domain);
      const others = await sql<{ name: string }[]>`
        select rolname as name from pg_roles where rolname = ${alternateUser(domain.role.username)}`;
      for (const { name } of others) await configureRole(sql, name);
      return others.map(({ name }) => name);
    }),
  );
  return await session(cluster, domain.database, async (sql) => {
    const steps = await migrate(sql, domain.migrations, log, domain.gate);
    await locked(sql, async () => {
      for (const role of [domain.role.username, ...other]) await grantData(sql, role);
    });
    return steps;
  });
}

/** Only the steps, in a database that is there already. */
export async function migrateDatabase(
  cluster: Cluster,
  { database, migrations, gate }: Omit<DomainDatabase, 'role'>,
  log: Log,
): Promise<Steps> {
  return await session(cluster, database, (sql) => migrate(sql, migrations, log, gate));
}

/** Lets a further user of a domain's database in, or gives it a new password; may be repeated. */
export async function admit(
  cluster: Cluster,
  domain: Pick<DomainDatabase, 'database' | 'role'>,
): Promise<void> {
  const { database, role } = domain;
  await session(cluster, MAINTENANCE_DATABASE, (sql) =>
    locked(sql, async () => {
      await ensureRole(sql, role);
      await grantConnect(sql, domain);
    }),
  );
  await session(cluster, database, (sql) => locked(sql, () => grantData(sql, role.username)));
}

/** Logs in as the user and reads. @throws where the database does not let it */
export async function prove(
  cluster: Pick<Cluster, 'writer' | 'tls'>,
  { database, role }: Pick<DomainDatabase, 'database' | 'role'>,
): Promise<void> {
  await session({ ...cluster, master: role }, database, async (sql) => {
    await sql`select version from schema_migrations limit 1`;
  });
}

async function ensureRole(sql: postgres.ReservedSql, role: DatabaseCredentials): Promise<void> {
  const { username, password } = role;
  const found = await sql`select from pg_roles where rolname = ${username}`;
  const verb = found.length === 0 ? 'create' : 'alter';
  // DDL takes no parameters; a verifier is made of base64 and punctuation without quotes.
  const verifier = scramVerifier(password);
  await sql.unsafe(`${verb} role ${quoteIdentifier(username)} login password '${verifier}'`);
  await configureRole(sql, username);
}

/** In whichever database it is, from its next connection on. */
async function configureRole(sql: postgres.ReservedSql, username: string): Promise<void> {
  const role = quoteIdentifier(username);
  for (const [name, value] of Object.entries(ROLE_SETTINGS))
    await sql.unsafe(`alter role ${role} set ${name} = '${value}'`);
}

/** PUBLIC may connect to any database by default: that is taken away before the role is let in. */
async function ensureDatabase(sql: postgres.ReservedSql, domain: DomainDatabase): Promise<void> {
  const { database } = domain;
  const found = await sql`select from pg_database where datname = ${database}`;
  const name = quoteIdentifier(database);
  if (found.length === 0) await sql.unsafe(`create database ${name}`);
  await sql.unsafe(`revoke all on database ${name} from public`);
  await grantConnect(sql, domain);
}

async function grantConnect(
  sql: postgres.ReservedSql,
  { database, role }: Pick<DomainDatabase, 'database' | 'role'>,
): Promise<void> {
  const [name, user] = [quoteIdentifier(database), quoteIdentifier(role.username)];
  await sql.unsafe(`grant connect on database ${name} to ${user}`);
}

/** Rows only, and none of the history: the role that serves requests changes no schema. */
async function grantData(sql: postgres.ReservedSql, role: string): Promise<void> {
  const user = quoteIdentifier(role);
  await sql.unsafe(`
    grant usage on schema public to ${user};
    grant select, insert, update, delete on all tables in schema public to ${user};
    grant usage on all sequences in schema public to ${user};
    revoke insert, update, delete on schema_migrations from ${user};
  `);
}

/** One session, so that an advisory lock and the work under it share a connection. */
async function session<T>(
  cluster: Cluster,
  database: string,
  work: (sql: postgres.ReservedSql) => Promise<T>,
): Promise<T> {
  const { host, port } = splitEndpoint(cluster.writer);
  const pool = postgres({
    host,
    port,
    database,
    username: cluster.master.username,
    password: cluster.master.password,
    ssl: cluster.tls === 'verify-full' ? 'verify-full' : false,
    max: 1,
    // `fetch_types: false` stays out: with postgres.js 3.4 a first `reserve` would then never resolve.
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    prepare: false,
    connection: { application_name: 'meridian-migrate' },
    onnotice: () => undefined,
  });
  try {
    const sql = await pool.reserve();
    try {
      return await work(sql);
    } finally {
      sql.release();
    }
  } finally {
    await pool.end({ timeout: 5 });
  }
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
