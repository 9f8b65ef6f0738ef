import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsApi } from '../../../lambda/platform/aws';

const TIMEOUT_MS = 150;
/** Longest pause of a breaker, with its spread. */
const BACK_WITHIN_MS = 10_000;

let server: Server;
let api: AwsApi;
/** Tables that take a request and never answer it. */
const silent = new Set<string>();
/** Tables that are asked too often. */
const throttled = new Set<string>();
const asked: Record<string, number> = {};

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { TableName } = JSON.parse(text) as { readonly TableName: string };
      asked[TableName] = (asked[TableName] ?? 0) + 1;
      if (silent.has(TableName)) return;
      if (throttled.has(TableName)) {
        response.statusCode = 400;
        response.end(JSON.stringify({ __type: 'ThrottlingException' }));
      } else response.end('{}');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const credentials = () => Promise.resolve({ accessKeyId: 'local', secretAccessKey: 'local' });
  const endpoints = { dynamodb: `http://127.0.0.1:${port}` };
  api = new AwsApi({ credentials, endpoints }, TIMEOUT_MS);
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function get(TableName: string): Promise<unknown> {
  const target = 'DynamoDB_20120810.GetItem';
  return api.call({ service: 'dynamodb', region: 'eu-central-1', target, body: { TableName } });
}

const outcomeOf = (TableName: string) =>
  get(TableName).then(
    () => 'answered',
    (error: unknown) => String(error),
  );

test('a table that answers nobody is left alone after some calls, others are asked, and what is back is used again', async () => {
  silent.add('sessions');
  for (let call = 0; call < 3; call += 1) expect(await outcomeOf('sessions')).toMatch(/timeout/i);
  const before = asked.sessions!;
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcomeOf('sessions')));
  // One, where the pause is over by now.
  const others = outcomes.filter((it) => !it.includes('is left alone'));
  expect(others.length).toBeLessThanOrEqual(1);
  expect(asked.sessions).toBe(before + others.length);
  expect(await outcomeOf('directory')).toBe('answered');

  silent.delete('sessions');
  const until = Date.now() + BACK_WITHIN_MS;
  while ((await outcomeOf('sessions')) !== 'answered' && Date.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await outcomeOf('sessions')).toBe('answered');
}, 20_000);

test('calls that are lost one by one, and a table that is asked too often, keep nobody from it', async () => {
  for (let round = 0; round < 4; round += 1) {
    silent.add('topology');
    expect(await outcomeOf('topology')).toMatch(/timeout/i);
    silent.delete('topology');
    expect(await outcomeOf('topology')).toBe('answered');
  }
  throttled.add('drafts');
  for (let call = 0; call < 5; call += 1)
    expect(await outcomeOf('drafts')).toMatch(/ThrottlingException/);
  throttled.delete('drafts');
  expect(await outcomeOf('drafts')).toBe('answered');
}, 20_000);
