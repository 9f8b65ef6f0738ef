import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { regionPicker } from '../../../../../lib/constructs/edge/private/region-picker';
import type { Edge, PickedOrigin } from '../../../../../lib/tools/twin/edge';
import { startEdge } from '../../../../../lib/tools/twin/edge';

const NAMES = ['eu-central-1', 'us-east-2'];
const STORE = '123456789012.cloudfront-kvs.global.api.aws';
const statusOf = new Map<string, number>();
const servers = new Map<string, Server>();
let edge: Edge;

/** A Region's door: it tells who it is and what the edge sent it. */
async function door(region: string): Promise<PickedOrigin> {
  const server = createServer((incoming, outgoing) => {
    outgoing.statusCode = statusOf.get(region) ?? 200;
    outgoing.setHeader('x-frame-options', 'SAMEORIGIN');
    if (incoming.url === '/api/own') {
      outgoing.setHeader('x-kind', 'of the door');
      outgoing.setHeader('access-control-allow-origin', '*');
    }
    outgoing.end(`${region} ${String(incoming.headers['x-origin-verify'])}`);
  });
  servers.set(region, server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { region, url: `http://127.0.0.1:${port}`, headers: { 'x-origin-verify': 'secret' } };
}

beforeAll(async () => {
  const origins = Object.fromEntries(
    await Promise.all(NAMES.map(async (name) => [name, await door(name)] as const)),
  );
  const hosts = Object.fromEntries(NAMES.map((name) => [name, `${name}.origin.example.com`]));
  const viewers = { byCountry: { US: ['us-east-2', 'eu-central-1'] }, otherwise: NAMES };
  const target = { kind: 'picked', origins, otherwise: 'eu-central-1' } as const;
  edge = await startEdge({
    ...{ address: '127.0.0.1', port: 0, rootObject: '' },
    behaviors: [
      {
        ...{ pattern: '/api/*', target, viewerFunction: regionPicker({ hosts, viewers }) },
        responseHeaders: [
          { name: 'x-frame-options', value: 'DENY', override: true, group: 'security' },
          { name: 'x-kind', value: 'of the edge', override: false, group: 'custom' },
          { name: 'access-control-max-age', value: '7200', override: false, group: 'cors' },
        ],
      },
    ],
    otherwise: { target: { kind: 'objects', members: [], failoverStatuses: [] } },
    countryOf: (viewer) => (viewer === '192.0.2.1' ? 'US' : 'FR'),
  });
});
afterEach(async () => {
  statusOf.clear();
  await call({ method: 'DELETE', host: STORE, path: '/key-value-stores/x/keys/drained' });
});
afterAll(() => {
  edge.close();
  for (const server of servers.values()) server.close();
});

interface Call {
  readonly method?: string;
  readonly host?: string;
  readonly path?: string;
  readonly viewer?: string;
  readonly body?: string;
}

function call({ method = 'GET', host = 'example.com', path = '/api/tags', viewer, body }: Call) {
  const headers = { host, ...(viewer !== undefined && { 'x-forwarded-for': viewer }) };
  return new Promise<{ status: number; text: string; headers: IncomingHttpHeaders }>(
    (resolve, reject) => {
      const outgoing = request(`${edge.url}${path}`, { method, headers }, (incoming) => {
        let text = '';
        incoming.on('data', (chunk) => (text += String(chunk)));
        incoming.on('end', () => {
          resolve({ status: incoming.statusCode ?? 0, text, headers: incoming.headers });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    },
  );
}
const regionOf = async (of: Call) => (await call(of)).text.split(' ')[0];
const drain = (value: string) =>
  call({
    ...{ method: 'PUT', host: STORE, path: '/key-value-stores/x/keys/drained' },
    body: JSON.stringify({ Value: value }),
  });

test("viewers are led by their country, with the origin's secret", async () => {
  expect(await call({ viewer: '192.0.2.1' })).toMatchObject({
    ...{ status: 200, text: 'us-east-2 secret' },
  });
  expect(await regionOf({ viewer: '198.51.100.7' })).toBe('eu-central-1');
});

test('a read turns to the next Region by itself, a write does not', async () => {
  statusOf.set('us-east-2', 503);
  expect(await regionOf({ viewer: '192.0.2.1' })).toBe('eu-central-1');
  expect(await call({ viewer: '192.0.2.1', method: 'POST' })).toMatchObject({ status: 503 });
});

test('the switch moves writes too, and is thrown back', async () => {
  expect(await drain('us-east-2')).toMatchObject({ status: 200, text: '{"ItemCount":1}' });
  expect(await regionOf({ viewer: '192.0.2.1', method: 'POST' })).toBe('eu-central-1');
  await drain('none');
  expect(await regionOf({ viewer: '192.0.2.1', method: 'POST' })).toBe('us-east-2');
});

test("a Region's own name leads there although it is drained", async () => {
  await drain('us-east-2');
  const host = 'us-east-2.origin.example.com';
  expect(await regionOf({ host, method: 'POST', viewer: '198.51.100.7' })).toBe('us-east-2');
});

test.each([
  ['PUT', '/key-value-stores/x/keys/drained', '{"Value": 1}', 400],
  ['PUT', '/key-value-stores/x/keys/drained', 'no json', 400],
  ['GET', '/key-value-stores/x', undefined, 400],
  ['GET', '/key-value-stores/x/keys/other', undefined, 404],
  ['POST', '/key-value-stores/x/keys/other', undefined, 405],
])('the store refuses %s %s %s', async (method, path, body, status) => {
  const answer = await call({ method, path, host: STORE, ...(body !== undefined && { body }) });
  expect(answer.status).toBe(status);
});

test("answers bear the policy's headers; what does not override gives way to the origin's", async () => {
  expect((await call({})).headers).toMatchObject({
    ...{ 'x-frame-options': 'DENY', 'x-kind': 'of the edge', 'access-control-max-age': '7200' },
  });
  const { headers } = await call({ path: '/api/own' });
  expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'x-kind': 'of the door' });
  expect(headers).not.toHaveProperty('access-control-max-age');
});

test('errors of the edge bear them too', async () => {
  servers.get('us-east-2')?.close();
  servers.get('us-east-2')?.closeAllConnections();
  const answer = await call({ viewer: '192.0.2.1', method: 'POST' });
  expect(answer).toMatchObject({ status: 502, headers: { 'x-frame-options': 'DENY' } });
});
