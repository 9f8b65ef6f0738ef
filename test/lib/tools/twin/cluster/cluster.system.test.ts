import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterConfig, ClusterView } from '../../../../../lib/tools/twin/cluster';
import { startCluster } from '../../../../../lib/tools/twin/cluster';
import { Connection, startServer } from '../../../../../lib/tools/twin/postgres';
import type { PostgresServer } from '../../../../../lib/tools/twin/postgres';
import { choosePort, signal, treeOf, waitFor } from '../../../../../lib/tools/twin/processes';
import { engineFor } from '../../../../support/engine';

const HOST = '127.0.0.1';
const MASTER = { username: 'master', password: 'master-password' };

let home: string;
let servers: readonly PostgresServer[] = [];
let config: ClusterConfig;
let cluster: Awaited<ReturnType<typeof startCluster>> | undefined;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'meridian-cluster-'));
  await chmod(home, 0o711);
  const { binaries, template } = await engineFor(home, MASTER);
  const place = async () => ({ address: HOST, port: await choosePort(HOST, 0) });
  const start = async (identifier: string, primary?: PostgresServer) =>
    startServer(binaries, {
      ...{ template, dataDir: join(home, 'data', identifier), applicationName: identifier },
      ...(await place()),
      ...(primary ? { role: 'standby' as const, primary } : { role: 'writer' as const }),
    });
  const writer = await start('one');
  servers = [writer, await start('two', writer)];
  const instances = servers.map(({ address, port }, at) => ({
    ...{ identifier: at === 0 ? 'one' : 'two', zone: at === 0 ? 'a' : 'b' },
    place: { address, port },
  }));
  const [endpoint, reader] = [await place(), await place()];
  config = { identifier: 'c', endpoint, reader, instances, proxied: false, ...MASTER };
  cluster = await startCluster(config);
}, 60_000);

afterAll(async () => {
  await cluster?.close();
  for (const one of servers) for (const it of treeOf(one.processes())) signal(it, 'SIGCONT');
  await Promise.all(servers.map((it) => it.stop('immediate')));
  await rm(home, { recursive: true, force: true });
}, 30_000);

const view = async () => (await cluster?.answer?.('cluster', undefined)) as ClusterView;

async function ask<Row extends object>(port: number, text: string): Promise<readonly Row[]> {
  const connection = new Connection({ address: HOST, port, ...MASTER, timeoutMs: 3_000 });
  try {
    return await connection.query<Row>(text);
  } finally {
    await connection.end();
  }
}

const until = (what: string, condition: () => boolean | Promise<boolean>) =>
  waitFor(what, 30_000, async () => ((await condition()) ? true : undefined));

const recovering = async (port: number) =>
  (await ask<{ is: boolean }>(port, 'select pg_is_in_recovery() as is'))[0]?.is;

test('its endpoint writes, and what is acknowledged is in two zones', async () => {
  expect(await view()).toMatchObject({ writer: 'one', synchronous: true });
  expect(await recovering(config.endpoint.port)).toBe(false);
  await until('a reader', async () => (await recovering(config.reader.port)) === true);
  await ask(config.endpoint.port, 'create table kept (id int)');
  const [mode] = await ask<{ sync: string }>(
    config.endpoint.port,
    'select sync_state as sync from pg_stat_replication',
  );
  expect(mode?.sync).toBe('quorum');
});

test('a zone that falls silent loses nothing that was acknowledged, and its writer writes no more', async () => {
  const [old] = servers;
  if (old === undefined) throw new Error('there is no writer');
  let acknowledged = 0;
  const end = new AbortController();
  const writing = (async () => {
    for (let id = 0; !end.signal.aborted; id += 1) {
      await ask(config.endpoint.port, `insert into kept values (${id})`).then(
        () => (acknowledged += 1),
        () => undefined,
      );
    }
  })();
  await until('writes', () => acknowledged > 20);
  for (const it of treeOf(old.processes())) signal(it, 'SIGSTOP');
  await until('the other zone', async () => (await view()).writer === 'two');
  const before = acknowledged;
  await until('writes again', () => acknowledged > before);
  end.abort();
  await writing;
  const [row] = await ask<{ n: number }>(
    config.endpoint.port,
    'select count(distinct id)::int as n from kept',
  );
  expect(row?.n).toBeGreaterThanOrEqual(acknowledged);
  const { events } = await view();
  expect(events.map(({ kind }) => kind)).toEqual(['joined', 'lost', 'promoted', 'led']);

  for (const it of treeOf(old.processes())) signal(it, 'SIGCONT');
  // Nobody confirms what it writes: it acknowledges nothing.
  await expect(ask(old.port, 'insert into kept values (-1)')).rejects.toThrow();
  const stray = await ask<{ n: number }>(
    config.endpoint.port,
    'select count(*)::int as n from kept where id = -1',
  );
  expect(stray[0]?.n).toBe(0);
}, 90_000);
