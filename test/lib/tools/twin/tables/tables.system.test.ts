import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNodeChild, choosePort } from '../../../../../lib/tools/twin/processes';
import type { NodeChild } from '../../../../../lib/tools/twin/processes';
import { buildPrograms } from '../../../../../lib/tools/twin/programs';
import type { TablesConfig, TablesReady } from '../../../../../lib/tools/twin/tables';
import { eventually, gone } from '../../../../support/processes';

jest.setTimeout(30_000);

type Child = NodeChild<TablesReady>;
type Start = (name: string) => Promise<Child>;

let directory: string;
let start: Start;
const running = new Map<string, Child>();
const REGIONS = ['eu', 'ap'] as const;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-tables-'));
  mkdirSync(join(directory, 'my-bucket'));
  writeFileSync(join(directory, 'my-bucket/page.html'), '<p>hello');
  const programs = await buildPrograms(directory);
  const places = new Map(
    await Promise.all(
      ['eu', 'ap', 'control'].map(async (name, at) => {
        const address = `127.9.1.${20 + at}`;
        return [name, { address, port: await choosePort(address, 0) }] as const;
      }),
    ),
  );
  const url = (name: string) => `http://${places.get(name)!.address}:${places.get(name)!.port}`;
  const table = (name: string, peers: readonly string[]): TablesConfig['tables'][number] => ({
    name,
    keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    attributes: [{ AttributeName: 'id', AttributeType: 'S' }],
    indexes: [],
    replicas: Object.fromEntries(peers.map((peer) => [peer, url(peer)])),
  });
  start = async (name) => {
    const strong = name === 'control';
    const peers = REGIONS.filter((peer) => peer !== name);
    const child = await startNodeChild<TablesReady>({
      program: programs.tables,
      env: { NODE_PATH: programs.nodePath },
      log: join(directory, `${name}.log`),
      config: {
        ...{ region: name, account: '1', ...places.get(name)!, buckets: directory, token: 't' },
        tables: [strong ? table('topology', []) : table('sessions', peers)],
        strong: strong ? {} : { topology: url('control') },
        secrets: strong ? {} : { 'my/secret': `of ${name}` },
      } satisfies TablesConfig,
    });
    running.set(name, child);
    return child;
  };
  await Promise.all(['control', ...REGIONS].map(start));
});
afterAll(async () => {
  await Promise.all([...running.values()].map((child) => child.stop()));
  expect(await gone(directory)).toEqual([]);
  rmSync(directory, { recursive: true, force: true });
});

async function call(region: string, target: string, body: unknown): Promise<unknown> {
  const answer = await fetch(running.get(region)!.ready.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      'x-amz-date': '20260101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=twin/20260101/x/dynamodb/aws4_request, ' +
        'SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, ...((await answer.json()) as object) };
}
const dynamo = (region: string, operation: string, body: unknown) =>
  call(region, `DynamoDB_20120810.${operation}`, body);
const get = (region: string, TableName: string, id: string) =>
  dynamo(region, 'GetItem', { TableName, Key: { id: { S: id } } }) as Promise<{ Item?: object }>;
const put = (region: string, TableName: string, id: string, value: string) =>
  dynamo(region, 'PutItem', { TableName, Item: { id: { S: id }, value: { S: value } } });
const seen = (region: string, id: string) =>
  eventually(
    () => get(region, 'sessions', id),
    ({ Item }) => Item !== undefined,
  );

describe('tables of two Regions', () => {
  test('bring an item to the other Region', async () => {
    expect(await put('eu', 'sessions', 'a', 'x')).toEqual({ status: 200 });
    expect(await seen('ap', 'a')).toMatchObject({ Item: { value: { S: 'x' } } });
  });

  test('bring an update and then a deletion', async () => {
    const Key = { id: { S: 'a' } };
    const update = {
      UpdateExpression: 'set #v = :v',
      ExpressionAttributeNames: { '#v': 'value' },
      ExpressionAttributeValues: { ':v': { S: 'y' } },
    };
    await dynamo('ap', 'UpdateItem', { TableName: 'sessions', Key, ...update });
    const updated = await eventually(
      () => get('eu', 'sessions', 'a'),
      ({ Item }) => JSON.stringify(Item).includes('y'),
    );
    expect(updated).toMatchObject({ Item: { value: { S: 'y' } } });
    await dynamo('eu', 'DeleteItem', { TableName: 'sessions', Key });
    const deleted = await eventually(
      () => get('ap', 'sessions', 'a'),
      ({ Item }) => Item === undefined,
    );
    expect(deleted).toEqual({ status: 200 });
  });

  test('refuse a write whose condition fails, and send nothing', async () => {
    await put('eu', 'sessions', 'b', 'first');
    await seen('ap', 'b');
    const body = {
      TableName: 'sessions',
      Item: { id: { S: 'b' }, value: { S: 'second' } },
      ConditionExpression: 'attribute_not_exists(id)',
    };
    expect(await dynamo('ap', 'PutItem', body)).toMatchObject({
      status: 400,
      __type: expect.stringContaining('ConditionalCheckFailedException') as string,
    });
    expect(await get('eu', 'sessions', 'b')).toMatchObject({ Item: { value: { S: 'first' } } });
  });

  test('keep what a peer missed while it was away, and bring it when it is back', async () => {
    await running.get('ap')!.stop();
    await put('eu', 'sessions', 'c', 'kept');
    const waits = await eventually(
      () => running.get('eu')!.ask('replication') as Promise<{ ap: { waiting: number } }>,
      ({ ap }) => ap.waiting === 1,
    );
    expect(waits.ap.waiting).toBe(1);
    await start('ap');
    expect(await seen('ap', 'c')).toMatchObject({ Item: { value: { S: 'kept' } } });
  });

  test('are one where a table is strongly consistent', async () => {
    await put('eu', 'topology', 'current', '1');
    expect(await get('ap', 'topology', 'current')).toMatchObject({ Item: { value: { S: '1' } } });
  });

  test('take changes from processes of the same twin only', async () => {
    const { url } = running.get('eu')!.ready;
    const answer = await fetch(`${url}/_twin/replicate`, { method: 'POST', body: '[]' });
    expect(answer.status).toBe(403);
  });
});

describe('stand-ins of a Region', () => {
  test('tell a secret by its name, of their own Region', async () => {
    const body = { SecretId: 'my/secret' };
    expect(await call('ap', 'secretsmanager.GetSecretValue', body)).toMatchObject({
      status: 200,
      SecretString: 'of ap',
    });
  });

  test('refuse a secret that they have not', async () => {
    const body = { SecretId: 'other' };
    expect(await call('eu', 'secretsmanager.GetSecretValue', body)).toMatchObject({
      status: 400,
      __type: 'ResourceNotFoundException',
    });
  });

  test('take spans as the endpoint of X-Ray does, and keep none', async () => {
    const { url } = running.get('eu')!.ready;
    const answer = await fetch(`${url}/v1/traces`, {
      method: 'POST',
      body: '{"resourceSpans":[]}',
    });
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
  });

  test('serve an object, and 404 for one that is not there', async () => {
    const { url } = running.get('eu')!.ready;
    const page = await fetch(`${url}/my-bucket/page.html`);
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      ...[200, 'text/html; charset=utf-8', '<p>hello'],
    ]);
    expect((await fetch(`${url}/my-bucket/none`)).status).toBe(404);
  });
});
