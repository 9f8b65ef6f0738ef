import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import postgres from 'postgres';
import { LIMIT_TRANSACTION } from '../../../lambda/migrate/migrations/shared';
import { inFence } from '../../../lambda/platform/fence';
import { startStopwatch } from '../../../lambda/platform/stopwatch';
import { Lease } from '../../../lambda/platform/lease';
import { type Cluster, MASTER, startCluster } from '../support/postgres';

const LEASE_MS = 1_000;

let cluster: Cluster;
let admin: postgres.Sql;

beforeAll(async () => {
  cluster = await startCluster();
  admin = cluster.admin(cluster.writer);
  await admin.unsafe(`
    ${LIMIT_TRANSACTION}
    create table fence (id int primary key, epoch bigint, state text);
    insert into fence values (1, 1, 'serving');
    create table first (key int primary key);
    create table second (key int primary key references first)`);
}, 60_000);

afterAll(async () => {
  await admin.end();
  await cluster.stop();
}, 30_000);

/** A way to the writer on which `carry` says what goes through. */
async function startLine(carry: (near: Socket, far: Socket) => void) {
  const { address, port } = cluster.writer;
  const sockets: Socket[] = [];
  const line = createServer((near) => {
    const far = connect(port, address);
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    carry(near, far);
  });
  await new Promise<void>((done) => line.listen(0, address, done));
  const { port: via } = line.address() as { readonly port: number };
  return {
    login: { host: address, port: via, database: 'postgres', ...MASTER },
    close: () => {
      for (const socket of sockets) socket.destroy();
      line.close();
    },
  };
}

test('transactions whose connections are cut end, and leave nothing to those that come after', async () => {
  const { address, port } = cluster.writer;
  const sql = postgres({
    ...{ host: address, port, database: 'postgres', ...MASTER },
    ...{ max: 10, fetch_types: false, onnotice: () => undefined },
    connection: { application_name: 'of the test' },
  });
  const counts = { started: 0, done: 0, failed: 0 };
  const write = async () => {
    const key = (counts.started += 1);
    const elapsed = startStopwatch();
    // The database ends some of them by their lease, in a pause or in a statement.
    const age = key % 5 === 0 ? LEASE_MS - 5 : 0;
    const lease = new Lease(() => age + elapsed(), LEASE_MS);
    await inFence(
      sql,
      { epoch: 1, lease },
      {
        open: (transaction) => transaction`insert into first (key) values (${key}) returning key`,
        run: async (transaction) => {
          await transaction`select pg_sleep(0.004)`;
          await transaction`insert into second (key) values (${key})`;
        },
      },
    ).then(
      () => (counts.done += 1),
      () => (counts.failed += 1),
    );
  };
  const running = new Set<Promise<void>>();
  const until = Date.now() + 4_000;
  while (Date.now() < until) {
    while (running.size < 80) {
      const writing = write().finally(() => running.delete(writing));
      running.add(writing);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  // What waits for ever fails this test by its time.
  await Promise.all(running);
  expect(counts.failed).toBeGreaterThan(0);
  expect(counts.done).toBeGreaterThan(0);
  expect(counts.done + counts.failed).toBe(counts.started);
  const [first] = await admin<{ n: number }[]>`select count(*)::int as n from first`;
  const [second] = await admin<{ n: number }[]>`select count(*)::int as n from second`;
  // Both or none: no statement went out by itself. A commit whose answer was cut off may have been done.
  expect(first?.n).toBe(second?.n);
  expect(first?.n).toBeGreaterThanOrEqual(counts.done);
  await sql.end({ timeout: 1 });
}, 30_000);

test('a connection to a machine that falls silent is given up after its time', async () => {
  let silent = false;
  // As of a machine without power: what is sent to it is neither answered nor refused.
  const line = await startLine((near, far) => {
    const quiet = silent;
    near.on('data', (chunk) => !(silent && !quiet) && far.write(chunk));
    far.on('data', (chunk) => !(silent && !quiet) && near.write(chunk));
  });
  const sql = postgres({
    ...line.login,
    ...{ max: 2, fetch_types: false, connection: { silence_ms: 1_500 } },
  });
  try {
    await sql.begin(async (transaction) => {
      await transaction`select 1`;
      // Nothing has been asked: nobody is waited for.
      await new Promise((done) => setTimeout(done, 2_000));
      await transaction`select 1`;
    });
    silent = true;
    const began = performance.now();
    const asked = await Promise.allSettled([sql`select 1`, sql`select 2`, sql`select 3`]);
    const failed = asked.filter(({ status }) => status === 'rejected').length;
    expect(failed).toBeGreaterThan(0);
    expect(performance.now() - began).toBeGreaterThan(1_400);
    // Connections that are made anew are heard.
    expect(await sql`select 4 as n`).toEqual([{ n: 4 }]);
  } finally {
    await sql.end({ timeout: 1 });
    line.close();
  }
}, 30_000);

test.each([
  ['a query', (sql: postgres.Sql) => sql`select 1`],
  ['a reservation', (sql: postgres.Sql) => sql.reserve()],
])(
  'a connection that is cut while it asks for types fails %s, and nothing else',
  async (_, ask) => {
    const line = await startLine((near, far) => {
      near.on('data', (chunk) =>
        chunk.includes('pg_catalog.pg_type') ? near.end() : far.write(chunk),
      );
      far.pipe(near);
    });
    const sql = postgres({ ...line.login, max: 1, onnotice: () => undefined });
    try {
      await expect(ask(sql)).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
      // A rejection that nobody waits for would end the process, and fails this test.
      await new Promise((done) => setTimeout(done, 50));
    } finally {
      await sql.end({ timeout: 1 });
      line.close();
    }
  },
  30_000,
);
