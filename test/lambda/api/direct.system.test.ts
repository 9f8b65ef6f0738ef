import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { overHttp } from '../support/client';
import { draft, joined, type LiveWorld, startLiveWorld } from '../support/live';
import type { RegionOfTest } from '../support/world';

let world: LiveWorld;
let home: RegionOfTest;

beforeAll(async () => {
  world = await startLiveWorld();
  ({ home } = world);
}, 60_000);

afterAll(async () => {
  await world.stop();
}, 30_000);

/** What connections and clocks make of an answer. */
const OF_THE_WAY = new Set([
  'connection',
  'date',
  'keep-alive',
  'content-length',
  'transfer-encoding',
]);

function headersOf(headers: Headers): readonly (readonly [string, string])[] {
  return [...headers].filter(([name]) => !OF_THE_WAY.has(name));
}

test('a read that the server answers without the application says what the application says', async () => {
  const { username, authorization } = await joined(overHttp, home);
  const article = draft({ tagList: ['straight', 'ünï/cödé'] });
  const posted = await overHttp(home, 'POST', '/api/articles', { article }, { authorization });
  const { slug } = posted.body.article;
  const paths = [
    '/api/articles',
    '/api/articles?limit=1',
    `/api/articles?author=${username}&limit=2&limit=1`,
    `/api/articles?tag=${encodeURIComponent('ünï/cödé')}`,
    `/api/articles?favorited=${username}`,
    '/api/articles?limit=-1&offset=x',
    '/api/articles?tag=%00',
    '/api/articles/feed',
    `/api/articles/${slug}`,
    '/api/articles/nothing-here',
    '/api/tags?',
  ];
  for (const path of paths)
    for (const token of [undefined, authorization, 'Token none']) {
      const headers = new Headers(token === undefined ? [] : [['authorization', token]]);
      headers.set('accept-encoding', token === undefined ? 'gzip' : 'identity');
      const [straight, whole] = await Promise.all([
        fetch(`${home.url}${path}`, { headers }),
        home.app.fetch(new Request(`http://localhost${path}`, { headers })),
      ]);
      const told = async (answer: Response) => ({
        ...{ path, headers: headersOf(answer.headers) },
        ...{ status: answer.status, body: (await answer.json()) as unknown },
      });
      expect(await told(straight)).toEqual(await told(whole));
    }
});

test('a read for which there is no place is refused in the application’s words', async () => {
  const { admission } = home.deps;
  const places = [];
  for (let place = admission.enter('read'); place !== undefined; place = admission.enter('read'))
    places.push(place);
  try {
    for (const path of ['/api/tags', '/api/articles?limit=1', '/api/articles/feed']) {
      const [straight, whole] = await Promise.all([
        fetch(`${home.url}${path}`),
        home.app.fetch(new Request(`http://localhost${path}`)),
      ]);
      expect([straight.status, headersOf(straight.headers), await straight.json()]).toEqual([
        503,
        headersOf(whole.headers),
        await whole.json(),
      ]);
    }
  } finally {
    for (const place of places) place.leave();
  }
});

/** The bytes as they came: `fetch` would have decompressed them. */
async function bytesOf(path: string, headers: Record<string, string>) {
  return await new Promise<{ status?: number; headers: IncomingHttpHeaders; body: Buffer }>(
    (resolve, reject) => {
      const asked = request(`${home.url}${path}`, { headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const { statusCode: status = 0 } = answer;
          resolve({ status, headers: answer.headers, body: Buffer.concat(chunks) });
        });
      });
      asked.on('error', reject);
      asked.end();
    },
  );
}

test('whoever takes gzip has long answers so, and another Region has them as they are', async () => {
  const { authorization } = await joined(overHttp, home);
  const article = { ...draft(), body: 'a long article '.repeat(200) };
  const posted = await overHttp(home, 'POST', '/api/articles', { article }, { authorization });
  const path = `/api/articles/${posted.body.article.slug}`;
  const gzip = { 'accept-encoding': 'gzip, br' };
  const plain = await bytesOf(path, {});
  const answers = [await bytesOf(path, gzip), await bytesOf(path, { ...gzip, authorization })];
  expect([plain.headers['content-encoding'], plain.headers.vary]).toEqual([
    undefined,
    'accept-encoding',
  ]);
  for (const { headers, body } of answers) {
    expect([headers['content-encoding'], headers.vary]).toEqual(['gzip', 'accept-encoding']);
    expect(body.length).toBeLessThan(plain.body.length / 3);
    expect(JSON.parse(gunzipSync(body).toString())).toEqual(JSON.parse(plain.body.toString()));
  }
  const other = await bytesOf(path, { ...gzip, 'x-meridian-forwarded-by': 'us-east-2' });
  expect(other.headers['content-encoding']).toBeUndefined();
});

test.each([
  ['HEAD', '/api/tags', 200],
  ['OPTIONS', '/api/articles', 204],
  ['GET', '/api/articles/a/b', 404],
  ['GET', '/api/articles/%E0', 404],
  ['DELETE', '/api/tags', 404],
])('%s %s is the application’s', async (method, path, status) => {
  expect((await fetch(`${home.url}${path}`, { method })).status).toBe(status);
});

test('a read with a body is the application’s, and its connection goes on', async () => {
  const { hostname, port } = new URL(home.url);
  const status = await new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path: '/api/tags', method: 'GET' }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.setHeader('content-length', 2);
    asked.on('error', reject);
    asked.end('{}');
  });
  expect(status).toBe(200);
});
