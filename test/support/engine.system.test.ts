import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection, startServer } from '../../lib/tools/twin/postgres';
import { choosePort } from '../../lib/tools/twin/processes';
import { engineFor } from './engine';

const MASTER = { username: 'master', password: 'master-password' };
const VARIABLE = 'MERIDIAN_TEST_ENGINES';
const address = '127.0.0.1';

let root: string;
const before = process.env[VARIABLE];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'meridian-engine-'));
  chmodSync(root, 0o711);
});
afterAll(() => {
  if (before === undefined) Reflect.deleteProperty(process.env, VARIABLE);
  else process.env[VARIABLE] = before;
  rmSync(root, { recursive: true, force: true });
});

test('files of one run that make the same at once share it, and what others make is kept apart', async () => {
  const shared = (process.env[VARIABLE] = join(root, 'shared'));
  const [home, other] = [join(root, 'home'), { ...MASTER, password: 'of another' }];
  const { template: apart } = await engineFor(home, other);
  const made = await Promise.all([MASTER, MASTER].map((it) => engineFor(home, it)));
  const [one, two] = made.map(({ template }) => template.directory);
  expect([one, one?.startsWith(shared)]).toEqual([two, true]);
  expect(apart.directory).not.toBe(one);
  // Programs, and a template of each superuser: nothing half made.
  const names = readdirSync(shared);
  expect(names.filter((name) => name !== 'engines')).toHaveLength(2);
  expect(names.filter((name) => name.includes('.'))).toEqual([]);
});

test('servers start as copies of what is shared, each with its own superuser', async () => {
  const home = join(root, 'servers');
  mkdirSync(home);
  chmodSync(home, 0o711);
  const { binaries, template } = await engineFor(home, MASTER);
  const port = await choosePort(address, 0);
  const dataDir = join(home, 'data', 'one');
  // As another server does that starts at the same time, and has not given it to the engine's user yet.
  mkdirSync(join(home, 'data'), { mode: 0o700 });
  const server = await startServer(binaries, {
    ...{ template, dataDir, address, port },
    role: 'writer',
  });
  const connection = new Connection({ address, port, ...MASTER });
  const [row] = await connection.query<{ user: string }>('select current_user as user');
  expect(row).toEqual({ user: 'master' });
  await connection.end();
  await server.stop('immediate');
});
