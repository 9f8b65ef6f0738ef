import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containerCredentials, isCredentialUrl } from '../../../lambda/platform/credentials';
import { urlOf } from '../support/aws';

const START = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3_600_000;

/** What the agent of a container does; gives other keys each time. */
interface Agent {
  readonly url: string;
  readonly asked: IncomingMessage[];
  failing: boolean;
}

let server: Server;
let agent: Agent;
let now = START;

beforeEach(async () => {
  now = START;
  const asked: IncomingMessage[] = [];
  server = createServer((request, response) => {
    asked.push(request);
    response.statusCode = agent.failing ? 500 : 200;
    response.end(
      JSON.stringify({
        AccessKeyId: `id ${asked.length}`,
        SecretAccessKey: 'secret',
        Token: 'token',
        Expiration: new Date(now + HOUR).toISOString(),
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  agent = { url: `${urlOf(server)}/v2/credentials/x`, asked, failing: false };
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const source = (more = {}) => containerCredentials({ url: agent.url, ...more }, () => now);

test('keys are asked for once, however many need them at once', async () => {
  const credentials = source({ token: 'Basic x' });
  const all = await Promise.all([1, 2, 3].map(() => credentials()));
  expect(all[0]).toMatchObject({
    accessKeyId: 'id 1',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  });
  expect(new Set(all).size).toBe(1);
  expect(agent.asked).toHaveLength(1);
  expect(agent.asked[0]).toMatchObject({
    url: '/v2/credentials/x',
    headers: { authorization: 'Basic x' },
  });
});

test('keys serve until five minutes before their end', async () => {
  const credentials = source();
  await credentials();
  now = START + HOUR - 5 * 60_000 - 1;
  expect((await credentials()).accessKeyId).toBe('id 1');
  now += 1;
  expect((await credentials()).accessKeyId).toBe('id 2');
});

test('keys that still hold outlive an agent that does not answer; others do not', async () => {
  const credentials = source();
  await credentials();
  agent.failing = true;
  now = START + HOUR - 1;
  expect((await credentials()).accessKeyId).toBe('id 1');
  const asked = agent.asked.length;
  expect((await credentials()).accessKeyId).toBe('id 1');
  expect(agent.asked).toHaveLength(asked);
  now += 1;
  await expect(credentials()).rejects.toMatchObject({ status: 503 });
  agent.failing = false;
  expect((await credentials()).accessKeyId).toMatch(/^id /);
});

test('a token in a file is read each time', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'meridian-token-'));
  try {
    const tokenFile = join(directory, 'token');
    const credentials = source({ tokenFile, token: 'ignored' });
    for (const token of ['first', 'second']) {
      writeFileSync(tokenFile, `${token}\n`);
      await credentials();
      expect(agent.asked.at(-1)?.headers.authorization).toBe(token);
      now += HOUR;
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.each([
  ['https://example.com/x', true],
  ['http://169.254.170.2/v2', true],
  ['http://169.254.170.23/v1', true],
  ['http://[fd00:ec2::23]/v1', true],
  ['http://127.0.0.1:1234/x', true],
  ['http://localhost/x', true],
  ['http://example.com/x', false],
  ['http://127.example.com/x', false],
  ['ftp://127.0.0.1/x', false],
  ['nowhere', false],
])('credentials may be asked of %s: %s', (url, allowed) => {
  expect(isCredentialUrl(url)).toBe(allowed);
});
