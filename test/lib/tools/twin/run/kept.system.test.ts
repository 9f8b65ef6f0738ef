import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place, PlannedDatabase, RegionPlaces } from '../../../../../lib/tools/twin/plan';
import { Connection } from '../../../../../lib/tools/twin/postgres';
import {
  choosePort,
  signal,
  Supervisor,
  treeOf,
  waitFor,
} from '../../../../../lib/tools/twin/processes';
import type { DatabaseServer } from '../../../../../lib/tools/twin/run/private/databases';
import { startDatabases } from '../../../../../lib/tools/twin/run/private/databases';
import { engineFor } from '../../../../support/engine';

jest.setTimeout(90_000);

const HOST = '127.0.0.1';
const MASTER = { username: 'master', password: 'master-password' };
const CLUSTER: PlannedDatabase = {
  ...{ key: 'c', region: 'eu-central-1', identifier: 'c', group: 'c', role: 'writer' },
  instances: ['one', 'two'].map((identifier, at) => ({
    ...{ key: identifier, identifier, zone: `eu-central-1${'ab'[at] ?? ''}` },
  })),
  ...{ proxied: false, master: undefined },
};

let home: string;
let server: DatabaseServer;
let endpoint: Place;
const supervisor = new Supervisor(() => undefined);

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'meridian-kept-'));
  await chmod(home, 0o711);
  const engines = join(home, 'data');
  const { binaries, template } = await engineFor(home, MASTER);
  const place = async () => ({ address: HOST, port: await choosePort(HOST, 0) });
  endpoint = await place();
  const places = {
    ...{ region: CLUSTER.region, databases: new Map([['c', endpoint]]) },
    readers: new Map([['c', await place()]]),
  } as unknown as RegionPlaces;
  const [started] = await startDatabases(
    { binaries, template },
    {
      ...{ databases: [CLUSTER], places: [places], engines, marker: {}, zones: false },
      ...{ readerLagMs: 0, via: (_, at) => at },
      supervise: (start) => supervisor.launch(start),
      startCluster: () => Promise.reject(new Error('it runs in no zones')),
      onRenewed: (it) => {
        supervisor.renewed(it);
      },
    },
    (start) => supervisor.launch(start),
  );
  if (started === undefined) throw new Error('no cluster');
  server = started;
  supervisor.nextLayer();
  supervisor.add(server.keep!()!);
  await confirmed();
  await ask('create table kept (id int)');
}, 60_000);

afterAll(async () => {
  for (const it of treeOf(supervisor.processes())) signal(it, 'SIGCONT');
  await supervisor.stop();
  await rm(home, { recursive: true, force: true });
}, 30_000);

const view = () => server.kept!.view();
const until = (what: string, condition: () => Promise<boolean>) =>
  waitFor(what, 30_000, async () => ((await condition()) ? true : undefined));
const confirmed = () => until('a reader', async () => (await view()).synchronous);

async function ask<Row extends object>(
  text: string,
  { address, port }: Place = endpoint,
): Promise<readonly Row[]> {
  const connection = new Connection({ address, port, ...MASTER, timeoutMs: 3_000 });
  try {
    return await connection.query<Row>(text);
  } finally {
    await connection.end();
  }
}

/** Writes one row after the other until it is told to stop. @returns ids that were acknowledged */
function writing(from: number) {
  const acknowledged: number[] = [];
  let ended = false;
  const done = (async () => {
    for (let id = from; !(ended as boolean); id += 1)
      await ask(`insert into kept values (${id})`).then(
        () => acknowledged.push(id),
        () => undefined,
      );
  })();
  return {
    acknowledged,
    end: async () => {
      ended = true;
      await done;
    },
  };
}

/** Strikes the instance that writes in the midst of writes, and waits until others are acknowledged. */
async function struck(from: number, with_: 'SIGKILL' | 'SIGSTOP'): Promise<void> {
  const { writer } = await view();
  const load = writing(from);
  await until('writes', () => Promise.resolve(load.acknowledged.length > 20));
  for (const it of treeOf(server.processes())) signal(it, with_);
  await until('another writer', async () => (await view()).writer !== writer);
  const before = load.acknowledged.length;
  await until('writes again', () => Promise.resolve(load.acknowledged.length > before + 5));
  await load.end();
  const rows = await ask<{ id: number }>('select distinct id from kept');
  const held = new Set(rows.map(({ id }) => id));
  expect(load.acknowledged.filter((id) => !held.has(id))).toEqual([]);
}

test('a commit waits for the reader of its cluster', async () => {
  expect(await view()).toMatchObject({ writer: 'one', synchronous: true });
  const [row] = await ask<{ sync: string; name: string }>(
    'select sync_state as sync, application_name as name from pg_stat_replication',
  );
  expect(row).toEqual({ sync: 'quorum', name: 'two' });
});

test('the reader takes the place of a writer that is killed, with all that was acknowledged', async () => {
  await struck(0, 'SIGKILL');
  expect(await view()).toMatchObject({ writer: 'two' });
  expect(server.reader?.identifier).toBe('one');
  await confirmed();
  const reader = server.reader!.place;
  const [row] = await ask<{ is: boolean }>('select pg_is_in_recovery() as is', reader);
  expect(row?.is).toBe(true);
});

test('one that stands still is ended before another has its place', async () => {
  const old = treeOf(server.processes());
  await struck(100_000, 'SIGSTOP');
  await confirmed();
  for (const it of old) signal(it, 'SIGCONT');
  expect(await view()).toMatchObject({ writer: 'one' });
  expect(server.reader?.identifier).toBe('two');
});

/** It confirms commits before it is ready: whoever strikes it then is answered by a new one. */
const returned = () => Promise.all(server.kept!.instances.map((it) => it.rejoin()));

test('a reader that is gone is waited for by nobody', async () => {
  await returned();
  for (const it of treeOf(server.reader!.processes())) signal(it, 'SIGKILL');
  await until('nobody', async () => !(await view()).synchronous);
  await ask('insert into kept values (-1)');
  await server.reader!.rejoin(server);
  await confirmed();
});

test('what is moved in order is not lost, and what stood still altogether goes on as it was', async () => {
  const { writer, events } = await view();
  const told = events.length;
  const moved = server.demote(server.reader!.place, async () => {
    await new Promise((done) => setTimeout(done, 3_000));
    throw new Error('nobody was promoted');
  });
  await expect(moved).rejects.toThrow('nobody was promoted');
  await confirmed();

  const all = [...server.processes(), ...server.reader!.processes()].flatMap((it) => treeOf([it]));
  for (const it of all) signal(it, 'SIGSTOP');
  await until('silence', async () => {
    const lost = (await view()).events.slice(told).filter(({ kind }) => kind === 'lost');
    return lost.length === 2;
  });
  for (const it of treeOf(server.reader!.processes())) signal(it, 'SIGCONT');
  // Not so long that it would be the writer alone that stands still.
  await new Promise((done) => setTimeout(done, 800));
  for (const it of treeOf(server.processes())) signal(it, 'SIGCONT');
  await confirmed();
  const since = (await view()).events.slice(told).map(({ kind }) => kind);
  expect([(await view()).writer, since.includes('promoted')]).toEqual([writer, false]);
});
