import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import type { Edge, EdgeCaching, EdgeTarget } from '../../../../../lib/tools/twin/edge';
import { startEdge } from '../../../../../lib/tools/twin/edge';

/** So many times as fast as a minute of the policy: it lasts 300 ms. */
const TIME_SCALE = 200;
const CACHING: EdgeCaching = {
  ...{ minSeconds: 0, defaultSeconds: 60, maxSeconds: 3_600 },
  ...{ queryStrings: { only: ['v'] }, headers: [], cookies: 'none' },
  ...{ encodings: ['br', 'gzip'], compress: true },
};
const PAGE = 'A page of the site. '.repeat(200);

const origin = {
  asked: [] as IncomingMessage[],
  status: 200,
  text: PAGE,
  delayMs: 0,
  packed: false,
};
let server: Server;
let edge: Edge;

beforeAll(async () => {
  server = createServer((incoming, outgoing) => {
    origin.asked.push(incoming);
    setTimeout(() => {
      const etag = `"${origin.text.length}"`;
      const same = incoming.headers['if-none-match'] === etag && origin.status === 200;
      outgoing.writeHead(same ? 304 : origin.status, {
        etag,
        'content-type': 'text/html; charset=utf-8',
        ...(origin.packed && { 'content-encoding': 'gzip' }),
        ...(incoming.url?.startsWith('/private') && { 'cache-control': 'private' }),
      });
      outgoing.end(same ? undefined : origin.packed ? gzipSync(origin.text) : origin.text);
    }, origin.delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const target: EdgeTarget = {
    ...{ kind: 'objects', failoverStatuses: [] },
    members: [{ region: 'eu-central-1', url, host: 'site.s3.eu-central-1.amazonaws.com' }],
  };
  edge = await startEdge({
    ...{ address: '127.0.0.1', port: 0, rootObject: 'index.html', timeScale: TIME_SCALE },
    behaviors: [{ pattern: '/plain/*', target }],
    otherwise: { target, caching: CACHING },
  });
});
afterAll(() => {
  edge.close();
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  Object.assign(origin, { asked: [], status: 200, text: PAGE, delayMs: 0, packed: false });
});

interface Seen {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function get(path: string, headers: IncomingHttpHeaders = {}, method = 'GET'): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const sent = request(edge.url + path, { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const { statusCode: status = 0, headers: received } = answer;
        resolve({ status, headers: received, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const expire = () => new Promise((resolve) => setTimeout(resolve, 400));

it('an origin is asked once for what the edge keeps', async () => {
  const [first, second] = [await get('/one?v=1&utm=a'), await get('/one?v=1&utm=b')];
  expect(first.headers['x-cache']).toBe('Miss from cloudfront');
  expect(second.headers).toMatchObject({ 'x-cache': 'Hit from cloudfront' });
  expect(Number(second.headers.age)).toBeGreaterThanOrEqual(0);
  expect(second.body.toString()).toBe(PAGE);
  expect(origin.asked).toHaveLength(1);
  await get('/one?v=2');
  expect(origin.asked).toHaveLength(2);
});

it('requests at the same time become one', async () => {
  origin.delayMs = 100;
  const all = await Promise.all(Array.from({ length: 20 }, () => get('/many')));
  expect(new Set(all.map(({ body }) => body.toString()))).toEqual(new Set([PAGE]));
  expect(origin.asked).toHaveLength(1);
});

it('what has expired is asked for again, and kept where it is the same', async () => {
  await get('/again');
  await expire();
  expect((await get('/again')).headers['x-cache']).toBe('RefreshHit from cloudfront');
  expect(origin.asked[1]?.headers['if-none-match']).toBe(`"${PAGE.length}"`);
  await expire();
  origin.text = 'another page';
  const changed = await get('/again');
  expect(changed.headers['x-cache']).toBe('Miss from cloudfront');
  expect(changed.body.toString()).toBe('another page');
});

it('what has expired is given while the origin fails, and an error where nothing is held', async () => {
  await get('/stale');
  await expire();
  origin.status = 503;
  const stale = await get('/stale');
  expect([stale.status, stale.body.toString()]).toEqual([200, PAGE]);
  expect((await get('/never')).status).toBe(503);
  origin.status = 200;
  // An error is kept for ten seconds, 50 ms here.
  await expire();
  expect((await get('/never')).status).toBe(200);
});

it('a viewer that has it gets no body', async () => {
  const { headers } = await get('/had');
  const again = await get('/had', { 'if-none-match': headers.etag });
  expect([again.status, again.body.length]).toEqual([304, 0]);
  expect((await get('/had', { 'if-none-match': '"other"' })).status).toBe(200);
});

it('it is compressed for viewers that take it, and for them alone', async () => {
  const small = await get('/small', { 'accept-encoding': 'gzip, br' });
  expect(small.headers).toMatchObject({ 'content-encoding': 'br', vary: 'Accept-Encoding' });
  expect(small.headers.etag).toBe(`W/"${PAGE.length}"`);
  expect(small.body.length).toBeLessThan(PAGE.length / 10);
  expect(brotliDecompressSync(small.body).toString()).toBe(PAGE);
  const plain = await get('/small');
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.body.toString()).toBe(PAGE);
});

it('what is private, and what no policy keeps, is asked for each time', async () => {
  for (const path of ['/private/x', '/private/x', '/plain/x', '/plain/x']) {
    expect((await get(path)).headers['x-cache']).not.toBe('Hit from cloudfront');
  }
  expect(origin.asked).toHaveLength(4);
});

it('writes do not reach a bucket', async () => {
  expect((await get('/one', {}, 'PUT')).status).toBe(403);
  expect(origin.asked).toHaveLength(0);
});

test('where nothing is kept nothing is compressed; what the origin compressed goes on as it is', async () => {
  const accepted = { 'accept-encoding': 'gzip, br' };
  const plain = await get('/plain/a', accepted);
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.body.toString()).toBe(PAGE);
  origin.packed = true;
  const packed = await get('/plain/a', accepted);
  expect(packed.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(packed.body).toString()).toBe(PAGE);
});
