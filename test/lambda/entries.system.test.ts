import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildBundles } from '../../lib/tools/bundle';
import { patchedPackages } from '../../lib/tools/bundle/private/patched-packages';
import { hashPassword } from '../../lambda/platform/password';
import { ValkeyCache } from '../../lambda/platform/valkey';
import { choosePort } from '../../lib/tools/twin/processes';
import { startStandInCache } from './support/cache';

const environment = {
  MERIDIAN_REGION: 'eu-central-1',
  TOPOLOGY_TABLE: 'topology',
  TOPOLOGY_REGIONS: 'us-east-1',
  SESSION_TABLE: 'sessions',
  DIRECTORY_TABLE: 'directory',
  SIGNING_SECRET: 'signing',
  ORIGIN_SECRET: 'origin',
  PEER_URLS: 'eu-central-1=http://127.0.0.1:1',
  DATABASE_TLS: 'disable',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  // Nobody listens there.
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
  AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1',
};

/** The bundles that are deployed, and the longest that each may be. */
const built = join(__dirname, '../../build/lambda');
const LARGEST = 250 * 1024;

beforeAll(async () => {
  const root = join(__dirname, '../..');
  await buildBundles({ root, cwd: root, services: [] });
}, 60_000);

function start(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function finish(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

test.each(['api/index.mjs', 'api/server.mjs', 'migrate/index.mjs'])(
  'the bundle %s is at most 250 KiB',
  (file) => {
    expect(statSync(join(built, file)).size).toBeLessThanOrEqual(LARGEST);
  },
);

test('the Lambda bundle answers a health check with nothing else reachable', async () => {
  const event = {
    requestContext: { elb: { targetGroupArn: 'arn' } },
    httpMethod: 'GET',
    path: '/healthz',
    headers: { host: 'origin.example.com' },
    body: '',
    isBase64Encoded: false,
  };
  const script = `import { handler } from ${JSON.stringify(join(built, 'api/index.mjs'))};
    console.log(JSON.stringify(await handler(${JSON.stringify(event)})));`;
  const { code, output } = await finish(start(['--input-type=module', '-e', script], environment));
  expect(code).toBe(0);
  expect(output).toContain('"statusCode":200');
});

/** A server's process that listens. */
async function startServer(more: Readonly<Record<string, string>> = {}) {
  const port = await choosePort('127.0.0.1', 0);
  const env = { ...environment, PORT: String(port), ...more };
  const child = start([join(built, 'api/server.mjs')], env);
  await once(child.stdout!, 'data');
  return { child, url: `http://127.0.0.1:${port}` };
}

test('the server listens, says that it is not ready, and ends in order on SIGTERM', async () => {
  const { child, url } = await startServer();
  try {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    const list = await fetch(`${url}/api/articles`);
    expect(list.status).toBe(503);
    expect(list.headers.get('retry-after')).toBe('2');
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    // Still connected: the load balancer learns of the end from answers, not from broken connections.
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
    expect(await ready.json()).toMatchObject({ ready: false, draining: true });
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
}, 20_000);

test('the bundle holds the cache’s client, which is opened at the first read', async () => {
  const cache = await startStandInCache();
  const { port } = cache.endpoint;
  const { child, url } = await startServer({ CACHE_ENDPOINT: `redis://127.0.0.1:${port}` });
  try {
    const client = new ValkeyCache(cache.endpoint);
    const expires = Date.now() + 60_000;
    await client.set('m1:{articles}:tags', `- ${expires} 1\n{"tags":["kept"]}`, 60_000);
    client.close();
    // No database can be reached: what answers is the cache.
    const answer = await fetch(`${url}/api/tags`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-meridian-cache')).toBe('hit');
    expect(await answer.text()).toBe('{"tags":["kept"]}');
  } finally {
    child.kill('SIGKILL');
    await cache.stop();
  }
}, 20_000);

test('Argon2 as it is packed in bundles knows what the package itself has hashed', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'meridian-packed-'));
  try {
    const outfile = join(scratch, 'password.mjs');
    await build({
      entryPoints: [join(__dirname, '../../lambda/platform/password.ts')],
      ...{ bundle: true, minify: true, platform: 'node', format: 'esm' },
      plugins: [patchedPackages],
      outfile,
    });
    const hash = JSON.stringify(await hashPassword('a password'));
    const script = `const { verifyPassword } = await import(${JSON.stringify(outfile)});
      for (const one of ['a password', 'another']) console.log(await verifyPassword(one, ${hash}));`;
    const { code, output } = await finish(
      start(['--input-type=module', '-e', script], environment),
    );
    expect([code, output]).toEqual([0, 'true\nfalse\n']);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

test('an unusable environment is named completely', async () => {
  const env = { ...environment, MERIDIAN_REGION: '', DATABASE_TLS: 'maybe' };
  const { code, output } = await finish(start([join(built, 'api/server.mjs')], env));
  expect(code).not.toBe(0);
  expect(output).toContain('MERIDIAN_REGION is missing');
  expect(output).toContain('DATABASE_TLS must be `verify-full` or `disable`, got: maybe');
});
