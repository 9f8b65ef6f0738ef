import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { storesOf } from '../../../../lib/config';
import {
  clusterParameters,
  instanceParameters,
} from '../../../../lib/constructs/database/private/aurora-parameters';
import type { Laboratory } from '../../../support/postgres';
import { postgresLaboratory, SUPERUSER } from '../../../support/postgres';
import { eventually } from '../../../support/processes';
import { deploymentWith } from '../../../support/stack';

jest.setTimeout(60_000);

const [store] = storesOf(
  deploymentWith({
    stores: {
      main: {
        engine: 'aurora',
        statements: { logSlowerThanMs: 200, timeoutSeconds: 1, idleInTransactionSeconds: 1 },
      },
    },
  }),
  'aurora',
);
const parameters = { ...clusterParameters(store!), ...instanceParameters(store!) };
/** Aurora's own, and libraries that are loaded at the start alone. */
const known = Object.entries(parameters).filter(
  ([name]) => !/^rds\.|^shared_preload_libraries$/.test(name),
);

let laboratory: Laboratory;
const clients: postgres.Sql[] = [];
let connect: () => postgres.Sql;

beforeAll(async () => {
  laboratory = await postgresLaboratory();
  const { address, port } = await laboratory.start('writer');
  connect = () => {
    const sql = postgres({
      ...{ host: address, port, ...SUPERUSER, database: 'postgres', max: 1 },
      onnotice: () => undefined,
    });
    clients.push(sql);
    return sql;
  };
  const sql = connect();
  for (const [name, value] of known) {
    await sql.unsafe(`alter system set ${name} = '${value}'`);
  }
  await sql`select pg_reload_conf()`;
});
afterAll(async () => {
  await Promise.all(clients.map((sql) => sql.end({ timeout: 1 })));
  await laboratory.close();
});

const log = () => readFileSync(join(laboratory.directory, 'data/writer.log'), 'utf8');

test('a real PostgreSQL takes every parameter that is not of Aurora alone', async () => {
  expect(known.length).toBeGreaterThan(9);
  const sql = connect();
  const names = known.map(([name]) => name);
  const faulty = await eventually(
    () => sql`
      select name, error from pg_file_settings
      where name = any(${names}) and (error is not null or not applied)`,
    (rows) => rows.length === 0,
  );
  expect(faulty).toEqual([]);
});

test('a slow statement is in the log, the value that it was asked with is not', async () => {
  await connect()`select pg_sleep(0.3), ${'a-secret-of-somebody'}::text as slow_one`;
  await eventually(log, (text) => text.includes('slow_one'));
  expect(log()).toMatch(/duration: \d+\.\d+ ms .*slow_one/);
  expect(log()).not.toContain('a-secret-of-somebody');
});

test('who waits for a lock is told, with whom it waits for', async () => {
  const holder = connect();
  const waiter = connect();
  await holder`create table held (id int)`;
  await waiter`set statement_timeout = '10s'`;
  await holder.begin(async (hold) => {
    await hold`set local idle_in_transaction_session_timeout = 0`;
    await hold`lock table held`;
    const waiting = waiter`select * from held`.execute();
    await eventually(log, (text) => /still waiting for AccessShareLock/.test(text));
    return { waiting };
  });
  expect(log()).toMatch(/still waiting for AccessShareLock/);
});

test('a statement without a limit of its own ends at the last stop', async () => {
  await expect(connect()`select pg_sleep(20)`).rejects.toThrow(/statement timeout/);
});

test('a transaction that nobody goes on with ends, and its locks with it', async () => {
  const forgetful = await connect().reserve();
  await forgetful`create table if not exists forgotten (id int)`;
  await forgetful`begin`;
  await forgetful`lock table forgotten`;
  const other = connect();
  await other`set statement_timeout = '20s'`;
  expect(await other`select count(*)::int as rows from forgotten`).toEqual([{ rows: 0 }]);
  expect(log()).toMatch(/idle-in-transaction timeout/);
});
