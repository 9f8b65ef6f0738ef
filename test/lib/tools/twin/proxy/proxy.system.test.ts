import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientConfig } from 'pg';
import { Client } from 'pg';
import postgres from 'postgres';
import { Connection, startServer } from '../../../../../lib/tools/twin/postgres';
import type {
  PostgresBinaries,
  PostgresServer,
  ServerOptions,
} from '../../../../../lib/tools/twin/postgres';
import { choosePort, waitFor } from '../../../../../lib/tools/twin/processes';
import type { ProxyConfig, ProxyView } from '../../../../../lib/tools/twin/proxy';
import { startProxies } from '../../../../../lib/tools/twin/proxy';
import { engineFor } from '../../../../support/engine';

jest.setTimeout(60_000);

const HOST = '127.0.0.1';
const MASTER = { username: 'master', password: 'master-password' };
const LIMIT = 2;

let home: string;
let binaries: PostgresBinaries;
let options: ServerOptions;
let server: PostgresServer;
let config: ProxyConfig;
let proxies: Awaited<ReturnType<typeof startProxies>>;
let port: number;
let readerPort: number;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'meridian-proxy-'));
  await chmod(home, 0o711);
  const engine = await engineFor(home, MASTER);
  binaries = engine.binaries;
  const { template } = engine;
  const place = async () => ({ address: HOST, port: await choosePort(HOST, 0) });
  const target = await place();
  options = { template, dataDir: join(home, 'data', 'one'), role: 'writer', ...target };
  server = await startServer(binaries, options);
  const [writer, reader] = [await place(), await place()];
  [port, readerPort] = [writer.port, reader.port];
  config = {
    identifier: 'one',
    endpoints: [
      { listen: writer, target, writes: true },
      { listen: reader, target, writes: false },
    ],
    users: [MASTER],
    ...{ limit: LIMIT, idleLimit: LIMIT, borrowTimeoutMs: 3_000, idleClientMs: 60_000 },
  };
  proxies = await startProxies({ proxies: [config] });
});
afterAll(async () => {
  await proxies.close();
  await server.stop('immediate');
  await rm(home, { recursive: true, force: true });
});

const view = async () =>
  ((await proxies.answer?.('proxies', undefined)) as Record<string, ProxyView>)['one'];

async function connected(changes: ClientConfig = {}) {
  const client = new Client({
    ...{ host: HOST, port, user: MASTER.username, password: MASTER.password },
    ...{ database: 'postgres', ...changes },
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function clients<T>(count: number, use: (all: readonly Client[]) => Promise<T>): Promise<T> {
  const all = await Promise.all(Array.from({ length: count }, () => connected()));
  try {
    return await use(all);
  } finally {
    await Promise.allSettled(all.map((one) => one.end()));
  }
}

const pidOf = async (client: Client) =>
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;

test('many clients share as few connections as it may open, and each gets its own answers', async () => {
  await clients(10, async (all) => {
    const rows = await Promise.all(
      all.map((one, at) => one.query<{ n: number }>('select $1::int as n', [at])),
    );
    expect(rows.map((it) => it.rows[0]?.n)).toEqual(all.map((_, at) => at));
    const pids = new Set(await Promise.all(all.map(pidOf)));
    expect(pids.size).toBeLessThanOrEqual(LIMIT);
    expect(await view()).toMatchObject({ clients: 10, pinned: 0, waiting: 0 });
    expect((await view())?.connections).toBeLessThanOrEqual(LIMIT);
  });
});

test('statements that a client prepared are found on whichever connection it gets', async () => {
  await clients(3, async (all) => {
    const named = (one: Client, n: number) =>
      one.query<{ n: number }>({ name: 'twice', text: 'select $1::int * 2 as n', values: [n] });
    for (let round = 0; round < 5; round += 1) {
      const rows = await Promise.all(all.map((one, at) => named(one, at + round)));
      expect(rows.map((it) => it.rows[0]?.n)).toEqual(all.map((_, at) => 2 * (at + round)));
    }
    expect((await view())?.pinned).toBe(0);
  });
});

test('the workload’s driver runs its pipelines through it, and after an error goes on', async () => {
  const sql = postgres({
    ...{ host: HOST, port, username: MASTER.username, password: MASTER.password },
    ...{ database: 'postgres', max: 5, fetch_types: false },
    connection: { application_name: 'of the test' },
  });
  try {
    await sql`create table kept (id int primary key)`;
    const write = (id: number) =>
      sql.begin(async (transaction) => {
        await transaction`insert into kept values (${id})`;
        return await transaction`select count(*)::int as n from kept`;
      });
    await Promise.all(Array.from({ length: 20 }, (_, id) => write(id)));
    await expect(write(0)).rejects.toMatchObject({ code: '23505' });
    expect(await sql`select count(*)::int as n from kept`).toEqual([{ n: 20 }]);
    expect(await sql`show application_name`).toEqual([{ application_name: 'of the test' }]);
  } finally {
    await sql.end();
  }
});

test('who waits for a connection longer than the timeout is told so', async () => {
  await clients(LIMIT + 1, async (all) => {
    const [last, ...busy] = all;
    await Promise.all(busy.map((one) => one.query('begin')));
    await expect(last?.query('select 1')).rejects.toMatchObject({
      ...{ code: '53300', message: 'Timed-out waiting to acquire database connection' },
    });
    await Promise.all(busy.map((one) => one.query('commit')));
    expect((await view())?.timedOut).toBe(1);
  });
});

test('a session that is changed stays with its client until it leaves, and nobody gets it after', async () => {
  const [first, second] = [await connected(), await connected()];
  await first.query(`set statement_timeout = '7s'`);
  expect((await view())?.pinned).toBe(1);
  const pid = await pidOf(first);
  const show = 'show statement_timeout';
  expect((await first.query(show)).rows).toEqual([{ statement_timeout: '7s' }]);
  expect((await second.query(show)).rows).toEqual([{ statement_timeout: '0' }]);
  await first.end();
  expect(await pidOf(second)).not.toBe(pid);
  await second.end();
  expect((await view())?.pinned).toBe(0);
});

test('settings that come with a connection are refused by name, as whoever sets them must put them elsewhere', async () => {
  for (const setting of [{ statement_timeout: 5_000 }, { options: '-c work_mem=1MB' }]) {
    await expect(connected(setting)).rejects.toMatchObject({
      code: '0A000',
      message: expect.stringContaining(`connection: ${Object.keys(setting).join()};`) as string,
    });
  }
});

test('a wrong password and a user whose secret it does not read are refused alike', async () => {
  for (const wrong of [{ password: 'wrong' }, { user: 'nobody' }]) {
    await expect(connected(wrong)).rejects.toMatchObject({ code: '28P01' });
  }
});

test('clients keep their connections while the writer is away, and wait until it is back', async () => {
  await clients(3, async (all) => {
    const [idle, open, late] = all;
    await idle?.query('select 1');
    await open?.query('begin');
    await server.stop('immediate');
    const lost = open?.query('select 1');
    await expect(lost).rejects.toThrow();
    const waits = late?.query<{ n: number }>('select 3 as n');
    server = await startServer(binaries, options);
    expect((await waits)?.rows).toEqual([{ n: 3 }]);
    expect((await idle?.query<{ n: number }>('select 4 as n'))?.rows).toEqual([{ n: 4 }]);
  });
});

test('nobody is led to a server that follows another one, but those who only read', async () => {
  const target = { address: HOST, port: await choosePort(HOST, 0) };
  const primary = { address: options.address, port: options.port };
  const standby = await startServer(binaries, {
    ...{ ...options, ...target, dataDir: join(home, 'data', 'two'), role: 'standby', primary },
  });
  const listen = { address: HOST, port: await choosePort(HOST, 0) };
  const reader = { address: HOST, port: await choosePort(HOST, 0) };
  const other = await startProxies({
    proxies: [
      {
        ...config,
        identifier: 'two',
        borrowTimeoutMs: 500,
        endpoints: [
          { listen, target, writes: true },
          { listen: reader, target, writes: false },
        ],
      },
    ],
  });
  try {
    await expect(connected({ port: listen.port })).rejects.toMatchObject({ code: '53300' });
    const client = await connected({ port: reader.port });
    expect((await client.query('select pg_is_in_recovery() as is')).rows).toEqual([{ is: true }]);
    await client.end();
    const direct = new Connection({ ...target, ...MASTER });
    await direct.query('select pg_promote(true, 10)');
    await direct.end();
    const writes = await waitFor('the promoted one', 10_000, () =>
      connected({ port: listen.port }).catch(() => undefined),
    );
    await writes.query('create table written (id int)');
    await writes.end();
  } finally {
    await other.close();
    await standby.stop('immediate');
  }
});

test('a statement that is cancelled ends', async () => {
  const client = await connected({ port: readerPort });
  const running = client.query('select pg_sleep(30)');
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  const cancel = Buffer.alloc(16);
  for (const [at, value] of [16, 80_877_102, processID, secretKey].entries()) {
    cancel.writeInt32BE(value, 4 * at);
  }
  await waitFor(
    'the statement',
    5_000,
    async () => ((await view())?.connections ?? 0) > 0 || undefined,
  );
  const { connect } = await import('node:net');
  const again = setInterval(() => connect({ host: HOST, port: readerPort }).end(cancel), 200);
  await expect(running).rejects.toMatchObject({ code: '57014' });
  clearInterval(again);
  await client.end();
});
