import Ajv from 'ajv';
import postgres from 'postgres';
import schema from '../../../../../docs/schemas/move.schema.json';
import { MIGRATIONS } from '../../../../../lambda/migrate/migrations';
import { provision } from '../../../../../lambda/migrate/provision';
import { abortMove, moveDatabases } from '../../../../../lib/tools/operations/move';
import type { PostgresServer } from '../../../../../lib/tools/twin/postgres';
import type { Laboratory } from '../../../../support/postgres';
import { SUPERUSER, postgresLaboratory } from '../../../../support/postgres';

/** Two real servers: the one that is left, and the one that is moved to, with the workload's schema. */
jest.setTimeout(120_000);

const ROLE = { username: 'identity', password: 'role-password' };
const DATABASE = 'identity';
/** Its tables have rows from the day of their making. */
const SEEDED = { database: 'content', role: { username: 'content', password: 'another' } };
const ROLES = [SEEDED.role.username, ROLE.username].sort();
const silent = () => undefined;

let laboratory: Laboratory;
let source: PostgresServer;
let target: PostgresServer;

beforeAll(async () => {
  laboratory = await postgresLaboratory();
  [source, target] = [await start('source'), await start('target')];
  for (const server of [source, target]) {
    await provision(
      { writer: `${server.address}:${server.port}`, master: SUPERUSER, tls: 'disable' },
      { database: DATABASE, role: ROLE, migrations: MIGRATIONS.identity! },
      silent,
    );
    await provision(
      { writer: `${server.address}:${server.port}`, master: SUPERUSER, tls: 'disable' },
      { ...SEEDED, migrations: MIGRATIONS.content! },
      silent,
    );
  }
});
afterAll(async () => {
  await laboratory.close();
});

/** Twin servers replicate physically only; these are set as the one server's PostgreSQL is. */
async function start(name: string): Promise<PostgresServer> {
  const first = await laboratory.start(name);
  const sql = connect(first, 'postgres', SUPERUSER);
  for (const setting of [
    "wal_level = 'logical'",
    'max_worker_processes = 8',
    'max_logical_replication_workers = 4',
    'max_sync_workers_per_subscription = 2',
  ]) {
    await sql.unsafe(`alter system set ${setting}`);
  }
  await sql.end();
  await first.stop();
  return await laboratory.start(name);
}

function connect(server: PostgresServer, database = DATABASE, role = ROLE): postgres.Sql {
  const { address: host, port } = server;
  return postgres({ host, port, database, ...role, max: 1, onnotice: silent, connect_timeout: 2 });
}

function url({ address, port }: PostgresServer): string {
  const { username, password } = SUPERUSER;
  return `postgres://${username}:${encodeURIComponent(password)}@${address}:${port}`;
}

const ends = () => ({
  source: url(source),
  target: url(target),
  databases: [DATABASE, SEEDED.database],
});

async function insert(sql: postgres.Sql, name: string): Promise<bigint> {
  const [row] = await sql<{ id: string }[]>`
    insert into users (id, username, username_key, email, email_key, password_hash)
    values (next_id(7), ${name}, ${name}, ${name}, ${name}, 'x') returning id`;
  return BigInt(row!.id);
}

const names = async (server: PostgresServer): Promise<Set<string>> => {
  const sql = connect(server, DATABASE, SUPERUSER);
  const rows = await sql<{ username: string }[]>`select username from users`;
  await sql.end();
  return new Set(rows.map(({ username }) => username));
};

test('says all that stands in the way before it begins, and begins nothing', async () => {
  const sql = connect(target, DATABASE, SUPERUSER);
  await insert(sql, 'stray');
  await sql.unsafe('alter table idempotency add column extra text');
  await expect(moveDatabases(ends())).rejects.toThrow(
    /idempotency must be the same in the target[^]*users of the target must be empty/,
  );
  await sql.unsafe('alter table idempotency drop column extra');
  await sql`delete from users`;
  await sql.end();
  const origin = connect(source, DATABASE, SUPERUSER);
  expect(await origin`select from pg_publication`).toHaveLength(0);
  await origin.end();
});

test('where the event log ends goes along, in place of where an empty one begins', async () => {
  const [from, to] = [source, target].map((server) => connect(server, SEEDED.database, SUPERUSER));
  await from!`update event_head set last = 42`;
  await moveDatabases(ends());
  expect(await to!`select last from event_head`).toEqual([{ last: '42' }]);
  await abortMove(ends());
  for (const sql of [from!, to!]) await sql.end();
});

test('follows a source that serves, and leaves it as it was where it is given up', async () => {
  const sql = connect(source);
  await insert(sql, 'early');
  const report = await moveDatabases(ends());
  expect(report).toMatchObject({ phase: 'following', cutoverMs: null, fencedRoles: [] });
  await insert(sql, 'while following');
  await abortMove(ends());
  await insert(sql, 'after the end');
  await sql.end();
  const origin = connect(source, DATABASE, SUPERUSER);
  expect(await origin`select from pg_replication_slots`).toHaveLength(0);
  await origin.end();
  const copy = connect(target, DATABASE, SUPERUSER);
  await copy`delete from users`;
  await copy.end();
});

test('stops where the target differs, and an abort lets in whom the fence kept out', async () => {
  await moveDatabases(ends());
  const stray = connect(target, DATABASE, SUPERUSER);
  await insert(stray, 'stray');
  await expect(moveDatabases({ ...ends(), cutover: true })).rejects.toThrow(
    /identity\.users: \d+ rows, got: \d+/,
  );
  const kept = connect(source);
  await expect(insert(kept, 'fenced')).rejects.toThrow();
  await kept.end({ timeout: 1 });

  expect(await abortMove(ends())).toEqual(ROLES);
  const sql = connect(source);
  await insert(sql, 'back');
  await sql.end();
  await stray`delete from users`;
  await stray.end();
});

test('moves every acknowledged write, carries sequences over and fences the source', async () => {
  const acknowledged = new Set(await names(source));
  const refused: unknown[] = [];
  const until = { writing: true };
  const highest = { id: 0n };
  const writer = (async () => {
    for (let number = 0; until.writing; number += 1) {
      const sql = connect(source);
      const name = `user ${number}`;
      try {
        const id = await insert(sql, name);
        acknowledged.add(name);
        if (id > highest.id) highest.id = id;
      } catch (error) {
        refused.push(error);
      }
      await sql.end({ timeout: 1 });
    }
  })();

  await moveDatabases(ends());
  const report = await moveDatabases({ ...ends(), cutover: true });
  await new Promise((resolve) => setTimeout(resolve, 300));
  until.writing = false;
  await writer;

  expect(new Ajv({ strict: true, allowUnionTypes: true }).compile(schema)(report)).toBe(true);
  expect(report.fencedRoles).toEqual(ROLES);
  expect(acknowledged.size).toBeGreaterThan(5);
  // A write whose answer was cut off may have arrived as well; an acknowledged one must have.
  const arrived = await names(target);
  expect([...acknowledged].filter((name) => !arrived.has(name))).toEqual([]);
  expect(arrived).toEqual(await names(source));

  // The source refuses whoever has not heard of the move.
  expect(refused.length).toBeGreaterThan(0);
  const old = connect(source);
  await expect(insert(old, 'too late')).rejects.toThrow();
  await old.end({ timeout: 1 });

  // Ids go on where the source ended, and the workload's role writes at once.
  const [sequence] = report.sequences;
  const sql = connect(target);
  const [next] = await sql<{ next: string }[]>`select nextval('id_sequence') as next`;
  expect(BigInt(next!.next)).toBe(BigInt(sequence!.lastValue) + 1n);
  expect(await insert(sql, 'first in the new home')).toBeGreaterThan(highest.id);
  await sql.end();

  const left = connect(target, DATABASE, SUPERUSER);
  expect(await left`select from pg_subscription`).toHaveLength(0);
  await left.end();

  // Nothing opens the source again: what was written since is in the target alone.
  expect(await abortMove(ends())).toEqual([]);
});
