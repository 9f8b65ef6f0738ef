import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildBundles } from '../../../lib/tools/bundle';
import { choosePort } from '../../../lib/tools/twin/processes';
import { overHttp } from '../support/client';
import { draft, joined, type LiveWorld, publish, startLiveWorld } from '../support/live';
import { HOME, type RegionOfTest } from '../support/world';

jest.setTimeout(60_000);

const ROOT = join(__dirname, '../../..');
const LEASE_MS = 4_000;

let world: LiveWorld;
let tables: Server;
/** Tables of which whatever is asked is neither answered nor refused. */
const silent = new Set<string>();
const children: ChildProcess[] = [];

beforeAll(async () => {
  [world] = await Promise.all([
    startLiveWorld({ leaseMs: LEASE_MS }),
    buildBundles({ root: ROOT, cwd: ROOT, services: [] }),
  ]);
  tables = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      const { TableName } = JSON.parse(body) as { TableName: string };
      if (silent.has(TableName)) return;
      const target = request.headers['x-amz-target'] as string;
      const authorization = request.headers.authorization ?? '';
      const headers = {
        authorization,
        'x-amz-target': target,
        'x-amz-date': request.headers['x-amz-date'] as string,
        'content-type': 'application/x-amz-json-1.0',
      };
      const { dynamodb } = world.aws.settings.endpoints;
      fetch(dynamodb!, { method: 'POST', body, headers })
        .then(async (answer) => response.writeHead(answer.status).end(await answer.text()))
        .catch(() => response.destroy());
    });
  });
  await new Promise<void>((ready) => tables.listen(0, '127.0.0.1', ready));
}, 60_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  tables.closeAllConnections();
  tables.close();
  await world.stop();
}, 30_000);

/** A process of the server's bundle, as it is deployed, in the Region that writes. */
async function startServer() {
  const { settings } = world.home;
  const port = await choosePort('127.0.0.1', 0);
  const url = `http://127.0.0.1:${port}`;
  const { secretsmanager } = world.aws.settings.endpoints;
  const env = {
    MERIDIAN_REGION: HOME,
    TOPOLOGY_TABLE: settings.topologyTable,
    TOPOLOGY_REGIONS: settings.topologyRegions.join(','),
    SESSION_TABLE: settings.sessionTable,
    DIRECTORY_TABLE: settings.directoryTable,
    SIGNING_SECRET: settings.signingSecret,
    ORIGIN_SECRET: settings.originSecret,
    PEER_URLS: `${HOME}=${url}`,
    DATABASE_TLS: 'disable',
    LEASE_MS: String(LEASE_MS),
    PORT: String(port),
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(tables.address() as AddressInfo).port}`,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsmanager!,
  };
  const args = [join(ROOT, 'build/lambda/api/server.mjs')];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return { child, region: { ...world.home, url } satisfies RegionOfTest };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await holds());) {
    expect(Date.now()).toBeLessThan(end);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test('a process that starts in a Region which is cut off from the control table reads by what the Region knew last, refuses writes, and goes on when it is back', async () => {
  const first = await startServer();
  const { authorization } = await joined(overHttp, first.region);
  const article = draft({ title: 'Before the cut' });
  const posted = await overHttp(
    first.region,
    'POST',
    '/api/articles',
    { article },
    { authorization },
  );
  expect(posted.status).toBe(201);
  first.child.kill('SIGKILL');

  silent.add('topology');
  const { region } = await startServer();
  const started = Date.now();
  const path = `/api/articles/${posted.body.article.slug}`;
  const read = await overHttp(region, 'GET', path, undefined, { authorization });
  expect([read.status, (read.body.article as { title?: string }).title]).toEqual([
    200,
    'Before the cut',
  ]);
  const write = () => publish(overHttp, region, { authorization });
  const refused = await write();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
  expect(refused.body.errors).toHaveProperty('fenced');
  expect(Date.now() - started).toBeLessThan(10_000);
  const ready = await overHttp(region, 'GET', '/readyz');
  expect([ready.status, ready.body.dependencies['topology']]).toEqual([503, 'failed']);

  silent.clear();
  await until(async () => (await write()).status === 201);
  await until(async () => (await overHttp(region, 'GET', '/readyz')).status === 200);
});

test('without the directory alone, who is known reads and writes on, and new names are refused in time', async () => {
  const { region } = await startServer();
  const author = await joined(overHttp, region);
  const { authorization } = author;
  silent.add(world.home.settings.directoryTable);
  const started = Date.now();
  const user = { username: 'newcomer', email: 'newcomer@example.com', password: 'correct horse' };
  const refused = await overHttp(region, 'POST', '/api/users', { user });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
  expect(Date.now() - started).toBeLessThan(10_000);
  const article = draft({ title: 'Without the directory' });
  const posted = await overHttp(region, 'POST', '/api/articles', { article }, { authorization });
  expect(posted.status).toBe(201);
  const mine = await overHttp(region, 'GET', '/api/user', undefined, { authorization });
  expect([mine.status, mine.body.user.username]).toEqual([200, author.username]);
  expect((await overHttp(region, 'GET', '/api/articles')).status).toBe(200);
  silent.clear();
  await until(async () => (await overHttp(region, 'POST', '/api/users', { user })).status === 201);
});
