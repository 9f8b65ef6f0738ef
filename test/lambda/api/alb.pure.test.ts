import type { ALBEvent } from 'aws-lambda';
import { Hono } from 'hono/tiny';
import { albHandler } from '../../../lambda/api/alb';

const app = new Hono();
app.all('*', async (context) =>
  context.json({
    method: context.req.method,
    path: context.req.path,
    query: context.req.queries(),
    header: context.req.header('x-thing') ?? null,
    body: await context.req.text(),
  }),
);
const handler = albHandler(app);

const base: ALBEvent = {
  requestContext: { elb: { targetGroupArn: 'arn' } },
  httpMethod: 'GET',
  path: '/api/articles/caf%C3%A9',
  headers: { host: 'origin.example.com', 'x-thing': 'one' },
  queryStringParameters: { tag: 'a%20b%26c' },
  body: '',
  isBase64Encoded: false,
};

async function echo(event: ALBEvent): Promise<unknown> {
  return JSON.parse((await handler(event)).body ?? '') as unknown;
}

test('a request arrives as it was sent', async () => {
  expect(await echo(base)).toMatchObject({
    method: 'GET',
    query: { tag: ['a b&c'] },
    header: 'one',
    body: '',
  });
});

test('a body arrives, encoded or not', async () => {
  const post = { ...base, httpMethod: 'POST', body: '{"é":1}' };
  expect(await echo(post)).toMatchObject({ body: '{"é":1}' });
  const encoded = Buffer.from('{"é":1}').toString('base64');
  expect(await echo({ ...post, body: encoded, isBase64Encoded: true })).toMatchObject({
    body: '{"é":1}',
  });
});

test('lists of values are understood, and answered in kind', async () => {
  const event: ALBEvent = {
    requestContext: base.requestContext,
    httpMethod: 'GET',
    path: '/',
    body: '',
    isBase64Encoded: false,
    multiValueHeaders: { host: ['origin.example.com'], 'x-thing': ['one', 'two'] },
    multiValueQueryStringParameters: { tag: ['a', 'b'] },
  };
  const result = await handler(event);
  expect(JSON.parse(result.body ?? '')).toMatchObject({
    query: { tag: ['a', 'b'] },
    header: 'one, two',
  });
  expect(result.multiValueHeaders?.['content-type']).toEqual(['application/json']);
  expect(result.headers).toBeUndefined();
});

test('what is no request is answered 400', async () => {
  expect((await handler({ ...base, headers: { host: 'a b' } })).statusCode).toBe(400);
  expect((await handler({ ...base, httpMethod: 'GET IT' })).statusCode).toBe(400);
});
