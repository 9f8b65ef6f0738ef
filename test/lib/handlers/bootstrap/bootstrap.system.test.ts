import { spawnSync } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sha256 } from '../../../../lib/handlers/bootstrap/signed-request';
import { buildBundles } from '../../../../lib/tools/bundle';

const ROOT = resolve(__dirname, '../../../..');
const directory = mkdtempSync(join(tmpdir(), 'meridian-bootstrap-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const SERVER = `
import { createServer } from 'node:http';
const server = createServer().listen(0, '127.0.0.1', () => {
  console.log('listening', import.meta.url.startsWith('file:'), globalThis.trusted);
  server.close();
});
`;
const PEM = '-----BEGIN CERTIFICATE-----\nmine\n-----END CERTIFICATE-----\n';

/** Answers for AWS, and for the trust store of Node 24, whatever Node runs the test. */
const AWS = `
import * as tls from 'node:tls';
import { syncBuiltinESMExports } from 'node:module';
const answers = new Map([
  ['http://169.254.170.2/role', JSON.stringify({ AccessKeyId: 'A', SecretAccessKey: 'S', Token: 'T' })],
  ['http://169.254.169.254/latest/api/token', 'session'],
  ['http://169.254.169.254/latest/meta-data/iam/security-credentials/', 'server\\n'],
  ['http://169.254.169.254/latest/meta-data/iam/security-credentials/server', JSON.stringify({ AccessKeyId: 'A', SecretAccessKey: 'S', Token: 'T' })],
  ['https://assets.s3.us-east-2.amazonaws.com/server.mjs', ${JSON.stringify(SERVER)}],
  ['https://assets.s3.us-east-2.amazonaws.com/databases.pem', ${JSON.stringify(PEM)}],
]);
const real = globalThis.fetch;
globalThis.fetch = async (url, init) => {
  const to = String(url);
  if (to.startsWith('http://127.0.0.1:')) return real(url, init);
  const instance = to.startsWith('http://169.254.169.254/');
  const known = !instance || init.method === 'PUT' || init.headers['x-aws-ec2-metadata-token'] === 'session';
  return answers.has(to) && known ? new Response(answers.get(to)) : new Response('', { status: 404 });
};
tls.default.getCACertificates = () => ['of Node'];
tls.default.setDefaultCACertificates = (list) => { globalThis.trusted = list.length; };
syncBuiltinESMExports();
`;

async function start(
  changes: Readonly<Record<string, string>> = {},
  on: 'task' | 'instance' = 'task',
) {
  const bundles = await buildBundles({ root: ROOT, cwd: ROOT, services: [] });
  const preload = join(directory, 'aws.mjs');
  writeFileSync(preload, AWS);
  const scratch = mkdtempSync(join(directory, 'tmp-'));
  const command =
    on === 'task'
      ? ['--input-type=module', '-e', readFileSync(bundles.bootstrap, 'utf8').trim()]
      : [bundles.instanceBootstrap];
  const role = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/role' };
  const run = spawnSync(process.execPath, ['--import', preload, ...command], {
    encoding: 'utf8',
    timeout: 30_000,
    env: {
      PATH: process.env.PATH,
      TMPDIR: scratch,
      MERIDIAN_REGION: 'us-east-2',
      BOOTSTRAP_BUCKET: 'assets',
      BOOTSTRAP_SERVER_KEY: 'server.mjs',
      BOOTSTRAP_SERVER_SHA256: sha256(SERVER),
      BOOTSTRAP_CERTIFICATES_KEY: 'databases.pem',
      BOOTSTRAP_CERTIFICATES_SHA256: sha256(PEM),
      ...(on === 'task' && role),
      ...changes,
    },
  });
  return { ...run, scratch };
}

test('the command of a container runs the fetched module, with its certificates trusted', async () => {
  const { status, stdout, stderr, scratch } = await start();
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'listening true 2\n',
    stderr: '',
  });
  expect(statSync(join(scratch, 'server.mjs')).mode & 0o777).toBe(0o400);
});

test('it ends with 1 and says why where a file is another one', async () => {
  const { status, stdout, stderr } = await start({ BOOTSTRAP_SERVER_SHA256: sha256('other') });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('server.mjs: the bytes have sha256');
});

test('an instance gets its role from its metadata, by a session, and runs the same module', async () => {
  const { status, stdout, stderr } = await start({}, 'instance');
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'listening true 2\n',
    stderr: '',
  });
});
