import { gunzipSync } from 'node:zlib';
import type { ALBEvent } from 'aws-lambda';
import { Hono } from 'hono/tiny';
import { albHandler } from '../../../lambda/api/alb';
import { compress, takesGzip } from '../../../lambda/api/compression';

const LONG = { articles: Array.from({ length: 20 }, (_, id) => ({ id, title: 'How to be é' })) };
const SHORT = { tags: ['a'] };
/** Longer than the threshold. */
const TEXT = JSON.stringify({ ...LONG, body: 'text '.repeat(300) });

const app = new Hono();
app.use(compress());
const long = { 'content-type': 'application/json', 'x-meridian-region': 'eu-central-1' };
app.all('/long', () => new Response(TEXT, { headers: long }));
app.get('/short', (context) => context.json(SHORT));
app.get('/events', () => new Response(TEXT, { headers: { 'content-type': 'text/event-stream' } }));
app.get('/fails', () => new Response(TEXT, { status: 503, headers: long }));

const ask = async (path: string, headers: Record<string, string> = GZIP, method = 'GET') =>
  await app.request(path, { method, headers });
const GZIP = { 'accept-encoding': 'gzip, deflate, br' };

test('a long answer is a third of its size for whoever takes gzip, and bears its headers', async () => {
  const answer = await ask('/long');
  expect(Object.fromEntries(answer.headers)).toEqual({
    ...long,
    'content-encoding': 'gzip',
    vary: 'accept-encoding',
  });
  const body = Buffer.from(await answer.arrayBuffer());
  expect(body.length).toBeLessThan(TEXT.length / 3);
  expect(gunzipSync(body).toString()).toBe(TEXT);
});

test.each([
  ['a short one', '/short', GZIP, 'GET'],
  ['one for a client that takes none', '/long', {}, 'GET'],
  ['one for another Region', '/long', { ...GZIP, 'x-meridian-forwarded-by': 'us-east-2' }, 'GET'],
  ['one to a write', '/long', GZIP, 'POST'],
  ['a stream', '/events', GZIP, 'GET'],
  ['an error', '/fails', GZIP, 'GET'],
])('%s goes as it is', async (_, path, headers, method) => {
  const answer = await ask(path, headers, method);
  // A cache in between keeps it for those alone who take the same.
  const varies = method === 'GET' && path !== '/events' && path !== '/fails';
  expect(answer.headers.get('vary')).toBe(varies ? 'accept-encoding' : null);
  expect(answer.headers.get('content-encoding')).toBeNull();
  expect(await answer.text()).toBe(path === '/short' ? JSON.stringify(SHORT) : TEXT);
});

test('a function hands a compressed answer over in base64', async () => {
  const event: ALBEvent = {
    requestContext: { elb: { targetGroupArn: 'arn' } },
    ...{ httpMethod: 'GET', path: '/long', body: '', isBase64Encoded: false },
    headers: { host: 'origin.example.com', ...GZIP },
  };
  const { isBase64Encoded, headers, body = '' } = await albHandler(app)(event);
  expect([isBase64Encoded, headers?.['content-encoding']]).toEqual([true, 'gzip']);
  expect(gunzipSync(Buffer.from(body, 'base64')).toString()).toBe(TEXT);
});

test.each([
  ['gzip', true],
  ['br;q=1.0, gzip;q=0.5', true],
  ['*', true],
  ['GZIP ; q=0.1', true],
  ['gzip;q=0', false],
  ['gzip; q=0.000, *', false],
  ['br, deflate', false],
  ['', false],
  [undefined, false],
])('accept-encoding %s takes gzip: %s', (accepted, expected) => {
  expect(takesGzip(accepted)).toBe(expected);
});
