import postgres from 'postgres';
import { admit, provision } from '../../../lambda/migrate/provision';
import type { Migration } from '../../../lambda/migrate/migration';
import { MIGRATIONS } from '../../../lambda/migrate/migrations';
import { type Cluster, endpointOf, MASTER, startCluster } from '../support/postgres';

const silent = () => undefined;
const role = { username: 'shop_api', password: 'first password' };

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster();
}, 60_000);

afterAll(async () => {
  await cluster.stop();
}, 30_000);

function target() {
  return { writer: endpointOf(cluster.writer), master: MASTER, tls: 'disable' as const };
}

async function run(database: string, migrations: readonly Migration[], credentials = role) {
  const domain = { database, role: credentials, migrations };
  return (await provision(target(), domain, silent)).applied;
}

function connect(database: string, credentials = role) {
  const { address: host, port } = cluster.writer;
  return postgres({ host, port, database, ...credentials, max: 1, onnotice: silent });
}

async function attempt(sql: postgres.Sql, statement: string): Promise<string> {
  try {
    await sql.unsafe(statement);
    return 'allowed';
  } catch (error) {
    return (error as postgres.PostgresError).code;
  }
}

const table: Migration = {
  version: 1,
  name: 'things',
  phase: 'expand',
  transaction: 'own',
  sql: 'create table things (id bigint primary key, label text)',
};
const index: Migration = {
  version: 2,
  name: 'index of things',
  phase: 'expand',
  transaction: 'none',
  sql: 'create index concurrently if not exists things_label on things (label)',
};

test('every domain’s history applies, and a second run finds nothing to do', async () => {
  for (const [domain, migrations] of Object.entries(MIGRATIONS)) {
    const credentials = { username: `${domain}_api`, password: 'x' };
    expect(await run(domain, migrations, credentials)).toHaveLength(migrations.length);
    expect(await run(domain, migrations, credentials)).toEqual([]);
  }
});

test('of concurrent runs one applies each step, concurrent indexes included', async () => {
  const runs = await Promise.all([1, 2, 3].map(() => run('shop', [table, index])));
  expect(runs.flat().sort()).toEqual(['1 things', '2 index of things']);
  const sql = cluster.admin(cluster.writer, 'shop');
  const rows = await sql`select version, phase from schema_migrations order by version`;
  expect(rows.map(({ version }) => version as number)).toEqual([1, 2]);
  await sql.end();
});

test('changed history is refused by name', async () => {
  const changed = { ...table, sql: `${table.sql} -- harmless?` };
  await expect(run('shop', [changed, index])).rejects.toThrow(
    /migration 1 things was changed after it had been applied/,
  );
});

test('a destructive step is refused before anything runs', async () => {
  const good = { ...table, version: 3, sql: 'create table more (id bigint primary key)' };
  const bad = { ...table, version: 4, sql: 'alter table things drop column label' };
  await expect(run('shop', [table, index, good, bad])).rejects.toThrow(/refused: drops a column/);
  const sql = cluster.admin(cluster.writer, 'shop');
  expect(await sql`select to_regclass('more') as found`).toEqual([{ found: null }]);
  await sql.end();
});

test('a step that fails leaves nothing of itself', async () => {
  const failing = { ...table, version: 3, sql: 'create table half (id int); select 1 / 0;' };
  await expect(run('shop', [table, index, failing])).rejects.toThrow(/division by zero/);
  const sql = cluster.admin(cluster.writer, 'shop');
  expect(await sql`select to_regclass('half') as found`).toEqual([{ found: null }]);
  await sql.end();
  // The lock is free again.
  expect(await run('shop', [table, index])).toEqual([]);
});

test('an older release runs against a newer schema', async () => {
  expect(await run('shop', [table])).toEqual([]);
});

test('an index whose build failed is built again', async () => {
  const sql = cluster.admin(cluster.writer, 'shop');
  await sql`insert into things values (1, 'same'), (2, 'same')`;
  const name = 'things_unique';
  const unique: Migration = {
    ...index,
    version: 3,
    sql: `create unique index concurrently if not exists ${name} on things (label)`,
  };
  await expect(run('shop', [table, index, unique])).rejects.toThrow(/could not create unique/);
  await sql`delete from things where id = 2`;
  expect(await run('shop', [table, index, unique])).toEqual(['3 index of things']);
  const rows = await sql`select indisvalid from pg_index where indexrelid = ${name}::regclass`;
  expect(rows).toEqual([{ indisvalid: true }]);
  await sql.end();
});

test('a domain’s role works with rows only, and in its own database only', async () => {
  const own = connect('shop');
  expect(await attempt(own, "insert into things values (3, 'third')")).toBe('allowed');
  expect(await attempt(own, 'create table mine (id int)')).toBe('42501');
  expect(await attempt(own, 'drop table things')).toBe('42501');
  expect(await attempt(own, 'delete from schema_migrations')).toBe('42501');
  await own.end();
  const other = connect('identity');
  expect(await attempt(other, 'select 1')).toBe('42501');
  await other.end();
});

test('a changed password is applied, the old one refused', async () => {
  const changed = { ...role, password: 'second password' };
  await run('shop', [table, index], changed);
  const [before, after] = [connect('shop'), connect('shop', changed)];
  expect(await attempt(before, 'select 1')).toBe('28P01');
  expect(await attempt(after, 'select 1')).toBe('allowed');
  await Promise.all([before.end(), after.end()]);
});

describe('a step that removes something', () => {
  const note: Migration = {
    ...{ version: 1, name: 'notes', phase: 'expand', transaction: 'own' },
    sql: 'create table notes (id bigint primary key, old text, fresh text)',
  };
  const goodbye: Migration = {
    ...{ version: 2, name: 'no old', phase: 'contract', transaction: 'own' },
    sql: 'alter table notes drop column old',
  };
  const behind: Migration = {
    ...{ version: 3, name: 'more', phase: 'expand', transaction: 'own' },
    sql: 'alter table notes add column more text',
  };
  const steps = (database: string, migrations: readonly Migration[], reason?: string) =>
    provision(
      target(),
      { database, role, migrations, gate: () => Promise.resolve(reason) },
      silent,
    );
  const columns = async (database: string): Promise<string[]> => {
    const sql = cluster.admin(cluster.writer, database);
    const rows = await sql<{ column_name: string }[]>`
      select column_name from information_schema.columns where table_name = 'notes'
      order by ordinal_position`;
    await sql.end();
    return rows.map((row) => row.column_name);
  };

  test('waits with its reason, while the steps behind it go ahead, and is taken afterwards', async () => {
    await run('notes', [note]);
    const history = [note, goodbye, behind];
    expect(await steps('notes', history, 'us-east-2 runs old code')).toEqual({
      applied: ['3 more'],
      held: ['2 no old (us-east-2 runs old code)'],
    });
    expect(await columns('notes')).toEqual(['id', 'old', 'fresh', 'more']);
    expect(await steps('notes', history)).toEqual({ applied: ['2 no old'], held: [] });
    expect(await columns('notes')).toEqual(['id', 'fresh', 'more']);
    expect(await steps('notes', history, 'never mind')).toEqual({ applied: [], held: [] });
  });

  test('waits where nobody was asked', async () => {
    await run('silent', [note]);
    const found = await provision(
      target(),
      { database: 'silent', role, migrations: [note, goodbye] },
      silent,
    );
    expect(found.held).toEqual(['2 no old (nobody was asked which code runs)']);
  });

  test('waits for nobody in a database that nobody knows yet', async () => {
    const found = await steps('newborn', [note, goodbye, behind], 'us-east-2 runs old code');
    expect(found).toEqual({ applied: ['1 notes', '2 no old', '3 more'], held: [] });
  });

  test('keeps older code from being deployed behind it', async () => {
    await expect(run('notes', [note])).rejects.toThrow(
      /migration 2 of a newer release has removed what this code may use/,
    );
  });
});

test('what holds of connections stands at both users of a role, and a transaction’s own limit ends with it', async () => {
  const [first, second] = [
    { username: 'timed_api', password: 'x' },
    { username: 'timed_api_clone', password: 'x' },
  ];
  await run('timed', MIGRATIONS['content'] ?? [], first);
  await admit(target(), { database: 'timed', role: second });
  const admin = cluster.admin(cluster.writer);
  await admin.unsafe('alter role timed_api_clone reset all');
  await admin.end();
  await run('timed', MIGRATIONS['content'] ?? [], first);
  for (const user of [first, second]) {
    const sql = connect('timed', user);
    const shown = async (on: postgres.ISql = sql) => {
      const [row] = await on<{ all: string }[]>`
        select concat_ws(' ', current_setting('statement_timeout'), current_setting('plan_cache_mode'),
          current_setting('timezone'), current_setting('transaction_timeout'),
          current_setting('idle_in_transaction_session_timeout')) as all`;
      return row?.all;
    };
    expect(await shown()).toBe('5s force_generic_plan UTC 0 0');
    const within = await sql.begin(async (transaction) => {
      await transaction`select limit_transaction('1234ms'), limit_statements('7s')`;
      return await shown(transaction);
    });
    expect(within).toBe('7s force_generic_plan UTC 1234ms 1234ms');
    expect(await shown()).toBe('5s force_generic_plan UTC 0 0');
    await sql.end();
  }
});
