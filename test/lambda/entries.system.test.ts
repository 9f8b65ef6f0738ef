import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { choosePort } from '../../lib/tools/twin/processes';

const directory = mkdtempSync(join(tmpdir(), 'meridian-entries-'));

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

beforeAll(() => {
  buildSync({
    entryPoints: ['api/lambda', 'api/server', 'migrate/index'].map((entry) => `lambda/${entry}.ts`),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

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

test.each(['api/lambda.mjs', 'api/server.mjs', 'migrate/index.mjs'])(
  'the bundle of %s is at most 300 KiB',
  (file) => {
    expect(statSync(join(directory, file)).size).toBeLessThanOrEqual(300 * 1024);
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
  const script = `import { handler } from ${JSON.stringify(join(directory, 'api/lambda.mjs'))};
    console.log(JSON.stringify(await handler(${JSON.stringify(event)})));`;
  const { code, output } = await finish(start(['--input-type=module', '-e', script], environment));
  expect(code).toBe(0);
  expect(output).toContain('"statusCode":200');
});

test('the server listens, says that it is not ready, and ends in order on SIGTERM', async () => {
  const port = await choosePort('127.0.0.1', 0);
  const child = start([join(directory, 'api/server.mjs')], { ...environment, PORT: String(port) });
  try {
    await once(child.stdout!, 'data');
    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    const list = await fetch(`${url}/api/articles`);
    expect(list.status).toBe(503);
    expect(list.headers.get('retry-after')).toBe('2');
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
}, 15_000);

test('an unusable environment is named completely', async () => {
  const env = { ...environment, MERIDIAN_REGION: '', DATABASE_TLS: 'maybe' };
  const { code, output } = await finish(start([join(directory, 'api/server.mjs')], env));
  expect(code).not.toBe(0);
  expect(output).toContain('MERIDIAN_REGION is missing');
  expect(output).toContain('DATABASE_TLS must be `verify-full` or `disable`, got: maybe');
});
