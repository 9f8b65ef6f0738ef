import { statSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import postgres from 'postgres';
import { baseBackup, Connection } from '../../../../../lib/tools/twin/postgres';
import type { PostgresServer } from '../../../../../lib/tools/twin/postgres';
import type { Laboratory } from '../../../../support/postgres';
import { postgresLaboratory, SUPERUSER } from '../../../../support/postgres';
import { eventually, gone, processesWith } from '../../../../support/processes';

jest.setTimeout(60_000);

let laboratory: Laboratory;
let writer: PostgresServer;
const clients: postgres.Sql[] = [];

const connect = ({ address, port }: PostgresServer, password = SUPERUSER.password) => {
  const { username } = SUPERUSER;
  const options = { host: address, port, username, password, database: 'postgres', max: 1 };
  const sql = postgres(options);
  clients.push(sql);
  return sql;
};

beforeAll(async () => {
  laboratory = await postgresLaboratory();
  writer = await laboratory.start('writer');
});
afterAll(async () => {
  await Promise.all(clients.map((sql) => sql.end({ timeout: 1 })));
  await laboratory.close();
});

describe('the PostgreSQL supervisor', () => {
  test('starts a writer that takes writes', async () => {
    const sql = connect(writer);
    await sql`create table note (text text)`;
    await sql`insert into note values ('one')`;
    expect(await sql`select text from note`).toMatchObject([{ text: 'one' }]);
  });

  test('starts a standby that streams from the writer and refuses writes', async () => {
    const standby = await laboratory.start('standby', { role: 'standby', primary: writer });
    const sql = connect(standby);
    await connect(writer)`insert into note values ('two')`;
    // Until the standby has replayed as much, there is no such table.
    const held = () =>
      sql<{ text: string }[]>`select text from note order by text`.catch(() => undefined);
    const rows = await eventually(held, (found) => found?.length === 2);
    expect(rows?.map(({ text }) => text)).toEqual(['one', 'two']);
    await expect(sql`insert into note values ('three')`).rejects.toThrow(/read-only/);
    const replicas = await connect(writer)`
      select application_name, state from pg_stat_replication`;
    expect(replicas).toMatchObject([{ application_name: 'standby', state: 'streaming' }]);
  });

  test('starts a standby from a base backup of a running writer, and it follows', async () => {
    const to = join(laboratory.directory, 'data/again');
    const from = join(laboratory.directory, 'data/writer');
    const connection = new Connection({
      ...{ address: writer.address, port: writer.port, ...SUPERUSER, timeoutMs: 30_000 },
    });
    await connect(writer)`insert into note values ('before')`;
    await baseBackup(laboratory.binaries, connection, { from, to });
    await connection.end();
    await connect(writer)`insert into note values ('after')`;
    const again = await laboratory.start('again', { role: 'standby', primary: writer });
    const sql = connect(again);
    const notes = () => sql<{ text: string }[]>`select text from note`;
    const found = await eventually(notes, (rows) => rows.some(({ text }) => text === 'after'));
    expect(found.map(({ text }) => text)).toEqual(expect.arrayContaining(['before', 'after']));
  });

  test('lets nobody in without the password', async () => {
    await expect(connect(writer, 'wrong')`select 1`).rejects.toThrow(/password authentication/);
  });

  test('runs as an ordinary user, whoever started it', () => {
    const [, postmaster] = writer.processes();
    expect(statSync(`/proc/${postmaster!.pid}`).uid).not.toBe(0);
  });

  test('leaves no process when it is stopped, not even for a moment', async () => {
    const server = await laboratory.start('short');
    const data = join(laboratory.directory, 'data/short');
    expect(processesWith(data).length).toBeGreaterThan(0);
    await server.stop();
    expect(processesWith(data)).toEqual([]);
  });

  test('says in the server’s own words why one does not start', async () => {
    const taken = laboratory.start('standby', { role: 'writer', primary: writer });
    await expect(taken).rejects.toThrow(/did not start: .*lock file/s);
  });

  test('ends its servers when it is killed itself', async () => {
    const script = join(laboratory.directory, 'supervisor.ts');
    const support = resolve(__dirname, '../../../../support/postgres');
    writeFileSync(
      script,
      `import { postgresLaboratory } from ${JSON.stringify(support)};
       void (async () => {
         const laboratory = await postgresLaboratory();
         await laboratory.start('orphan');
         console.log(laboratory.directory);
       })();`,
    );
    const root = resolve(__dirname, '../../../../..');
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const directory = await new Promise<string>((tell) => {
      child.stdout.once('data', (chunk: Buffer) => {
        tell(chunk.toString().trim());
      });
    });
    expect(processesWith(directory).length).toBeGreaterThan(0);
    child.kill('SIGKILL');
    expect(await gone(directory)).toEqual([]);
  });
});

describe("the twin's own connection", () => {
  const open = ({ address, port }: PostgresServer) =>
    new Connection({ address, port, ...SUPERUSER, timeoutMs: 400 });
  const one = (connection: Connection) => connection.query<{ one: number }>('select 1 as one');

  test('is refused in words and goes on', async () => {
    const connection = open(writer);
    await expect(connection.query('select nothing')).rejects.toThrow('"nothing" does not exist');
    expect(await one(connection)).toEqual([{ one: 1 }]);
    await connection.end();
  });

  test('outlives a server that is killed under a question, and one that is started anew', async () => {
    const server = await laboratory.start('mortal');
    const connection = open(server);
    expect(await one(connection)).toEqual([{ one: 1 }]);
    const asked = connection.query('select pg_sleep(5)');
    await Promise.all([expect(asked).rejects.toThrow(), server.stop('immediate')]);
    await expect(one(connection)).rejects.toThrow(/ECONNREFUSED/);
    await connection.end();
  });

  test('does not wait for a server that stands still', async () => {
    const server = await laboratory.start('frozen');
    const postmaster = server.processes()[1]!;
    const connection = open(server);
    const [{ pid } = { pid: 0 }] = await connection.query<{ pid: number }>(
      'select pg_backend_pid() as pid',
    );
    const stopped = [postmaster.pid, pid];
    for (const it of stopped) process.kill(it, 'SIGSTOP');
    try {
      for (let turn = 0; turn < 2; turn += 1) {
        const before = performance.now();
        await expect(one(connection)).rejects.toThrow(/timeout/);
        expect(performance.now() - before).toBeLessThan(2_000);
      }
    } finally {
      for (const it of stopped) process.kill(it, 'SIGCONT');
    }
    expect(
      await eventually(
        () => one(connection),
        (rows) => rows.length === 1,
      ),
    ).toHaveLength(1);
    await connection.end();
    await server.stop();
  });
});
