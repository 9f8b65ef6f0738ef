import fc from 'fast-check';
import openapi from '../../../lambda/openapi.json';
import { Documentation } from '../../conformance/documented';
import { overHttp } from '../support/client';
import { type FullWorld, startFullWorld } from '../support/full';
import { headerOf, jsonOf, overSocket } from '../support/raw';
import type { ServerOfTest } from '../support/sharded';

jest.setTimeout(120_000);

/** More by `FUZZ_RUNS=20000`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 400);
const documentation = new Documentation();

let world: FullWorld;
let home: ServerOfTest;
let guests: FullWorld['guests'];
let authorization: string;
let slug: string;

beforeAll(async () => {
  world = await startFullWorld();
  ({ home, guests, authorization, slug } = world);
}, 120_000);

afterAll(async () => {
  await world.stop();
}, 60_000);

type Json = Readonly<Record<string, unknown>>;

const METHODS = ['get', 'post', 'put', 'delete'];
const OPERATIONS = Object.entries(openapi.paths as unknown as Record<string, Json>).flatMap(
  ([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({
      path,
      method,
      operation: item[method] as Json,
    })),
);

function resolved(value: unknown): Json {
  const { $ref, ...rest } = value as Json;
  if (typeof $ref !== 'string') return rest;
  const found = $ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, part) => (at as Json)[part], openapi);
  return resolved(found);
}

/** Without CR and LF, which end a line. */
const BYTES = fc
  .oneof(
    fc.constantFrom(
      ...[
        "' or 1=1 --",
        '<b onload=x>',
        '',
        ' ',
        '%',
        '%00',
        '%ff',
        '%E0%A4%A',
        '%2e%2e%2f',
        '..',
        '//',
      ],
      ...[
        '\u0000',
        '\u0001\u007f',
        '\u00ff\u00fe',
        'a'.repeat(3_000),
        '-1',
        '1e9',
        '9'.repeat(40),
        '0x1F',
      ],
      ...[
        's0:1',
        's0:99999999999999999999',
        's0:9223372036854775807',
        '__proto__:1',
        'constructor:5',
      ],
      ...[
        '__proto__',
        'constructor',
        'Token',
        'Token ',
        'Bearer ..',
        'Basic YTpi',
        '{"a":1}',
        '[]',
      ],
    ),
    fc.string({
      unit: fc.integer({ min: 1, max: 255 }).map((n) => String.fromCharCode(n)),
      maxLength: 30,
    }),
    fc
      .string({ maxLength: 20 })
      .map((text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''))),
  )
  .map((text) => text.replace(/[\r\n]/g, ''));
/** Few with control characters: Node's parser refuses them all alike. */
const MOSTLY_PRINTABLE = fc.oneof(
  { arbitrary: BYTES.map((text) => text.replace(/[\0-\x1f\x7f]/g, '')), weight: 15 },
  { arbitrary: BYTES, weight: 1 },
);
/** What a request's line may bear without being another line. */
const IN_TARGET = fc.oneof(
  { arbitrary: MOSTLY_PRINTABLE.map((text) => text.replace(/[ \t]/g, '+')), weight: 1 },
  { arbitrary: BYTES.map((text) => encodeURIComponent(text)), weight: 4 },
);

const VALUE = fc.oneof(
  fc.constantFrom<unknown>(
    ...["'; drop table users; --", '\u0000', '\ud800', '\udc00x', '\u202e', 'é'.normalize('NFD')],
    ...['x'.repeat(600_000), null, true, -1, 1e308, [], {}, [[]], { $gt: '' }, ['\u0000'], [null]],
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A body as documented, with some of its fields of another kind. */
function bodyOf(operation: Json): fc.Arbitrary<string> {
  const { content } = (operation.requestBody ?? {}) as { content?: Json };
  const { schema } = (content?.['application/json'] ?? { schema: {} }) as { schema: unknown };
  const ofSchema = (of: unknown): fc.Arbitrary<unknown> => {
    const { properties } = resolved(of) as { properties?: Json };
    if (properties === undefined) return VALUE;
    const fields = Object.entries(properties).map(([name, one]) => [
      name,
      fc.oneof({ arbitrary: ofSchema(one), weight: 6 }, { arbitrary: VALUE, weight: 1 }),
    ]);
    return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
      requiredKeys: [],
    });
  };
  return fc.oneof(
    { arbitrary: ofSchema(schema).map((value) => JSON.stringify(value)), weight: 8 },
    { arbitrary: BYTES, weight: 1 },
  );
}

const HEADERS = [
  ...[
    'authorization',
    'idempotency-key',
    'x-meridian-time-left',
    'last-event-id',
    'accept-encoding',
  ],
  ...[
    'x-forwarded-for',
    'x-forwarded-proto',
    'content-type',
    'origin',
    'if-none-match',
    'traceparent',
  ],
  ...[
    'x-amzn-trace-id',
    'x-meridian-forwarded-by',
    'x-meridian-signature',
    'x-origin-verify',
    'cookie',
  ],
  ...[
    'user-agent',
    'sec-websocket-protocol',
    'content-encoding',
    'expect-nothing',
    'if-modified-since',
  ],
];

const REQUEST = fc.constantFrom(...OPERATIONS).chain(({ path, method, operation }) => {
  const declared = ((operation.parameters ?? []) as unknown[]).map(resolved);
  const queried = declared.filter((one) => one.in === 'query').map((one) => String(one.name));
  const target = fc
    .tuple(
      fc.array(fc.oneof({ arbitrary: fc.constant(undefined), weight: 2 }, IN_TARGET), {
        minLength: 2,
        maxLength: 2,
      }),
      fc.array(fc.tuple(fc.constantFrom('x', ...queried), IN_TARGET), { maxLength: 4 }),
    )
    .map(([pieces, query]) => {
      const parts = [...pieces];
      // Deleting the article that the others are about would end the search.
      const own = method === 'delete' && path === '/api/articles/{slug}' ? 'gone' : undefined;
      const filled = path.replace(/\{\w+\}/g, () => own ?? parts.shift() ?? (slug || 'x'));
      const asked = query.map(([name, value]) => `${name}=${value}`).join('&');
      return asked === '' ? filled : `${filled}?${asked}`;
    });
  return fc.record({
    method: fc.constant(method.toUpperCase()),
    target,
    body: method === 'get' ? fc.constant('') : bodyOf(operation),
    headers: fc.dictionary(fc.constantFrom(...HEADERS), MOSTLY_PRINTABLE, { maxKeys: 3 }),
    known: fc.nat(7).map((n) => n > 0),
    at: fc.nat(2),
  });
});

/** Of Node's own parser, before any of ours has seen it. */
const UNREAD = [400, 408, 431];

/** As the application takes a path. */
function plainPath(target: string): string {
  try {
    return new URL(`http://x${target}`).pathname;
  } catch {
    return target;
  }
}

function messagesOf(body: unknown): readonly string[] {
  return Object.values((body as { errors: Record<string, string[]> }).errors).flat();
}

test('whatever bytes come in any part of any request that is documented, the answer is one that is documented for it', async () => {
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(REQUEST, async ({ method, target, body, headers, known, at }) => {
      const bytes = Buffer.from(body).toString('latin1');
      // Whoever has logged out gets no further.
      const mine = known && !target.startsWith('/api/session/logout');
      const { at: server, authorization: own } = guests[at]!;
      const all = { ...(mine && { authorization: own }), ...headers };
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      const length = method === 'GET' ? '' : `content-length: ${bytes.length}\r\n`;
      const answer = await overSocket(
        server.url,
        `${method} ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${length}${lines.join('')}\r\n${bytes}`,
      );
      const { status, head } = answer;
      seen.set(status, (seen.get(status) ?? 0) + 1);
      if (headerOf(answer, 'x-meridian-region') === null) {
        expect({ head, ok: UNREAD.includes(status) }).toMatchObject({ ok: true });
        return;
      }
      const contentType = headerOf(answer, 'content-type');
      const json = contentType?.startsWith('application/json') === true ? jsonOf(answer) : {};
      const told = { method, path: plainPath(target), status, contentType, body: json };
      // Whoever claims to be a peer, and is not, is told so by whatever is written.
      const claimed = status === 403 && method !== 'GET' && 'x-meridian-forwarded-by' in headers;
      const fault = claimed ? undefined : documentation.faultOf(told);
      const ok = fault === undefined && status < 500;
      expect({ status, fault, body: answer.body.slice(0, 300), ok }).toMatchObject({ ok: true });
      if (status >= 400) expect(messagesOf(json).length).toBeGreaterThan(0);
    }),
    { numRuns: RUNS },
  );
  // The search gets past the first check: without this, all of it might be refused at the door.
  if (RUNS > 400) console.log(seen);
  for (const status of [200, 401, 404, 422]) expect(seen.get(status)).toBeGreaterThan(0);
});
test('whatever asks to become a WebSocket is one, or is refused by the contract', async () => {
  const target = fc.oneof(
    fc.constantFrom(
      '//',
      '//x:y',
      'http://',
      'http://[',
      '*',
      '/\\',
      '/api/ws?after=%',
      '/api/ws?after=s0:1',
    ),
    IN_TARGET.map((text) => `/api/ws?after=${text}`),
    IN_TARGET.map((text) => `/${text}`),
  );
  const protocol = fc.oneof(fc.constant('meridian.feed'), BYTES);
  await fc.assert(
    fc.asyncProperty(target, protocol, fc.boolean(), BYTES, async (at, asked, known, key) => {
      const answer = await overSocket(
        home.url,
        `GET ${at} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
          `sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\nsec-websocket-protocol: ${asked}\r\n` +
          `${known ? `authorization: ${authorization}\r\n` : ''}\r\n`,
      );
      const { status, head, body } = answer;
      const ok = status === 101 || [400, 401, 404, 422, 431].includes(status);
      expect({ status, head, body, ok }).toMatchObject({ ok: true });
    }),
    { numRuns: RUNS / 4 },
  );
});

test('names that are longer than a key can be are nobody’s, and nobody gets one', async () => {
  const long = 'a'.repeat(3_000);
  expect((await overHttp(home, 'GET', `/api/profiles/${long}`)).status).toBe(404);
  expect((await overHttp(home, 'GET', `/api/articles?author=${long}`)).body.articles).toEqual([]);
  expect((await overHttp(home, 'GET', `/api/articles?favorited=${long}`)).body.articles).toEqual(
    [],
  );
  const path = `/api/profiles/${long}/follow`;
  expect((await overHttp(home, 'POST', path, undefined, { authorization })).status).toBe(404);
  // One character that is compared as eighteen, of 33 bytes.
  const username = '\ufdfa'.repeat(64);
  const user = { username, email: `${'\ufdfa'.repeat(200)}@example.com`, password: 'long enough' };
  const registered = await overHttp(home, 'POST', '/api/users', { user });
  expect([registered.status, Object.keys(registered.body.errors)]).toEqual([
    422,
    ['username', 'email'],
  ]);
  expect((await overHttp(home, 'POST', '/api/users/login', { user })).status).toBe(422);
  const renamed = await overHttp(
    home,
    'PUT',
    '/api/user',
    { user: { username } },
    { authorization },
  );
  expect(renamed.status).toBe(422);
});
