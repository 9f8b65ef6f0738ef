import * as fc from 'fast-check';
import {
  fromResult,
  PAYLOAD_LIMIT,
  toEvent,
} from '../../../../../lib/tools/twin/gateway/private/translate';
import type { HttpRequest } from '../../../../../lib/tools/twin/gateway/private/translate';

const request = (changes: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  target: '/',
  rawHeaders: [],
  body: Buffer.alloc(0),
  clientAddress: '192.0.2.1',
  port: 443,
  traceId: 'Root=1-0-0',
  ...changes,
});
const single = { arn: 'arn', multiValueHeaders: false };
const multi = { arn: 'arn', multiValueHeaders: true };

describe('events of a load balancer', () => {
  test('keep the query encoded, as a load balancer does', () => {
    const event = toEvent(request({ target: '/a%20b?q=%C3%BC&empty=&bare' }), single);
    expect(event.path).toBe('/a%20b');
    expect(event.queryStringParameters).toEqual({ q: '%C3%BC', empty: '', bare: '' });
  });

  test('carry the last value of a name, or all where the target group says so', () => {
    const twice = request({ target: '/?a=1&a=2', rawHeaders: ['X-A', '1', 'x-a', '2'] });
    expect(toEvent(twice, single)).toMatchObject({
      queryStringParameters: { a: '2' },
      headers: { 'x-a': '2' },
    });
    expect(toEvent(twice, multi)).toMatchObject({
      multiValueQueryStringParameters: { a: ['1', '2'] },
      multiValueHeaders: { 'x-a': ['1', '2'] },
    });
  });

  test('append the client to X-Forwarded-For', () => {
    const event = toEvent(request({ rawHeaders: ['X-Forwarded-For', '203.0.113.7'] }), single);
    expect(event.headers?.['x-forwarded-for']).toBe('203.0.113.7, 192.0.2.1');
  });

  test.each([
    ['application/json', undefined, false],
    ['text/html; charset=utf-8', undefined, false],
    ['application/octet-stream', undefined, true],
    ['application/json', 'gzip', true],
  ])('encode a body of %s with content encoding %p: %p', (type, encoding, encoded) => {
    const rawHeaders = ['content-type', type, ...(encoding ? ['content-encoding', encoding] : [])];
    const event = toEvent(request({ rawHeaders, body: Buffer.from('é') }), single);
    expect(event.isBase64Encoded).toBe(encoded);
    expect(Buffer.from(event.body, encoded ? 'base64' : 'utf8').toString()).toBe('é');
  });

  test('bring every body there and back unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const { body, isBase64Encoded } = toEvent(request({ body: Buffer.from(bytes) }), single);
        const answer = fromResult({ statusCode: 200, body, isBase64Encoded }, false);
        expect([...(answer?.body ?? [])]).toEqual([...bytes]);
      }),
    );
  });
});

describe('results of a function', () => {
  test('become a response', () => {
    const result = { statusCode: 201, headers: { 'X-A': '1' }, body: 'ok' };
    expect(fromResult(result, false)).toEqual({
      status: 201,
      headers: { 'X-A': '1' },
      body: Buffer.from('ok'),
    });
  });

  test('give headers by the list where the target group says so, and only then', () => {
    const result = { statusCode: 200, headers: { a: '1' }, multiValueHeaders: { b: ['1', '2'] } };
    expect(fromResult(result, true)?.headers).toEqual({ b: ['1', '2'] });
    expect(fromResult(result, false)?.headers).toEqual({ a: '1' });
  });

  test('may not set the length or the connection', () => {
    const headers = { 'Content-Length': '5', Connection: 'close', etag: 'x' };
    expect(fromResult({ statusCode: 200, headers }, false)?.headers).toEqual({ etag: 'x' });
  });

  test.each([
    ['nothing', undefined],
    ['a text', 'hello'],
    ['no status', {}],
    ['a status that is none', { statusCode: 42 }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['more than 1 MB', { statusCode: 200, body: 'x'.repeat(PAYLOAD_LIMIT) }],
  ])('are refused when they are %s', (_what, result) => {
    expect(fromResult(result, false)).toBeUndefined();
  });
});
