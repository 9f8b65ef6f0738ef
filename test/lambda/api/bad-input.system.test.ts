import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import fc from 'fast-check';
import { createApp } from '../../../lambda/api/app';
import { keepAlive } from '../../../lambda/api/drain';
import { Admission } from '../../../lambda/platform/admission';
import { encodeToken, sign } from '../../../lambda/platform/token';
import { Documentation } from '../../conformance/documented';
import { overHttp } from '../support/client';
import { type FullWorld, startFullWorld } from '../support/full';
import { draft, joined, publish } from '../support/live';
import type { ServerOfTest } from '../support/sharded';

jest.setTimeout(60_000);

const documentation = new Documentation();

let world: FullWorld;
let home: ServerOfTest;
let authorization: string;
let slug: string;

beforeAll(async () => {
  world = await startFullWorld();
  ({ home, authorization, slug } = world);
}, 120_000);

afterAll(async () => {
  await world.stop();
}, 60_000);

const NASTY = fc.constantFrom(
  "'; drop table articles; --",
  '<script>alert(1)</script>',
  '\u0000',
  '\ud800',
  '\u202e\u200b',
  '%00',
  '../../etc/passwd',
  '🤷🏽‍♀️'.repeat(20),
  'x'.repeat(2_000),
  '-1',
  '1e99',
  '9223372036854775808',
);
const TEXT = fc.oneof(NASTY, fc.string({ unit: 'binary', maxLength: 40 }), fc.string());
const VALUE = fc.oneof(
  { arbitrary: TEXT, weight: 4 },
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
  fc.array(TEXT, { maxLength: 4 }),
);
const FIELDS = ['username', 'email', 'password', 'bio', 'image', 'title', 'description', 'body'];
const OTHER_FIELDS = ['tagList', 'contentType', 'size'];
const BODY = fc.oneof(
  fc
    .record({
      wrapper: fc.constantFrom('user', 'article', 'comment', 'draft', 'upload'),
      fields: fc.dictionary(fc.constantFrom(...FIELDS, ...OTHER_FIELDS), VALUE, { maxKeys: 6 }),
    })
    .map(({ wrapper, fields }) => JSON.stringify({ [wrapper]: fields })),
  VALUE.map((value) => JSON.stringify(value)),
  TEXT,
);
const PATHS = (piece: string) => {
  const part = encodeURIComponent(piece.replace(/\p{Surrogate}/gu, '?')) || 'x';
  return [
    '/api/users',
    '/api/users/login',
    '/api/user',
    '/api/articles',
    `/api/articles/${slug}`,
    `/api/articles/${part}`,
    `/api/articles/${slug}/comments`,
    `/api/articles/${slug}/comments/${part}`,
    `/api/articles/${part}/favorite`,
    `/api/profiles/${part}`,
    `/api/profiles/${part}/follow`,
    `/api/sessions/${part}`,
    `/api/articles?tag=${part}&author=${part}&favorited=${part}`,
    `/api/articles?limit=${part}&offset=${part}&cursor=${part}`,
    `/api/articles/feed?limit=${part}`,
    `/api/stream/poll?after=${part}&wait=${part}`,
    '/api/uploads',
    `/api/search?q=${part}&limit=${part}&cursor=${part}`,
    `/api/search?q=${part}`,
    `/api/user/suggestions?limit=${part}`,
    `/api/tags/trending?limit=${part}`,
    '/api/drafts/mine',
    `/api/drafts/${part}`,
    `/api/drafts/mine/revisions/${part}`,
    '/api/drafts/mine/publish',
  ];
};

test('whatever a client sends, through whichever Region, the answer is one of the contract, never a 500', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      fc.nat(PATHS('').length - 1),
      TEXT,
      BODY,
      fc.constantFrom('mine', 'none', 'forged'),
      fc.nat(world.guests.length - 1),
      async (method, index, piece, body, who, region) => {
        // Deleting the article that the others are about would end the search.
        fc.pre(!(method === 'DELETE' && index === 4));
        const { at, authorization: mine } = world.guests[region]!;
        const token = { mine, none: '', forged: 'Token e30.e30' }[who];
        const headers: Record<string, string> = token === '' ? {} : { authorization: token };
        const sent = method === 'GET' ? undefined : body;
        const path = PATHS(piece)[index]!;
        const {
          status,
          headers: given,
          body: told,
        } = await overHttp(at, method, path, sent, headers);
        const contentType = given.get('content-type');
        const fault = documentation.faultOf({ method, path, status, contentType, body: told });
        expect({ status, told, fault, ok: status < 500 && fault === undefined }).toMatchObject({
          ok: true,
        });
        if (status < 400) return;
        const messages = Object.values(told.errors).flat();
        expect(messages.length).toBeGreaterThan(0);
        expect(messages.every((message) => typeof message === 'string')).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

const begin = (text: string, length: number) => Array.from(text).slice(0, length).join('');

test('what is stored is given back as it was, markup and all, whatever field it is in', async () => {
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await overHttp(home, method, path, body, { authorization });
    expect([200, 201]).toContain(answer.status);
    return answer.body as unknown as Record<string, object>;
  };
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(NASTY, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 })),
      async (text) => {
        fc.pre(text.trim() !== '' && !/\0|\p{Surrogate}/u.test(text));
        const tag = begin(text, 64).trim();
        const tagList = tag === '' ? [] : [tag];
        const whole = { title: begin(text, 256), description: text, body: text };
        const article = { ...whole, description: begin(text, 1_024), tagList };
        const posted = await ask('POST', '/api/articles', { article });
        const path = `/api/articles/${encodeURIComponent((posted.article as { slug: string }).slug)}`;
        expect((await ask('GET', path)).article).toMatchObject(article);
        await ask('POST', `${path}/comments`, { comment: { body: text } });
        expect((await ask('GET', `${path}/comments`)).comments).toMatchObject([{ body: text }]);
        const card = { bio: text, image: text };
        await ask('PUT', '/api/user', { user: card });
        expect((await ask('GET', '/api/user')).user).toMatchObject(card);
        expect((await ask('GET', path)).article).toMatchObject({ author: card });
        await ask('PUT', '/api/drafts/kept', { draft: article });
        expect((await ask('GET', '/api/drafts/kept')).draft).toMatchObject(article);
        if (tag === '') return;
        const list = await ask('GET', `/api/articles?tag=${encodeURIComponent(tag)}`);
        expect(list.articles).toContainEqual(expect.objectContaining({ tagList }));
      },
    ),
    { numRuns: 15 },
  );
});

test('the same new name, asked for by many at once, is given to one', async () => {
  const user = { username: 'everybody', email: 'everybody@example.com', password: 'correct horse' };
  const all = await Promise.all(
    Array.from({ length: 6 }, () => overHttp(home, 'POST', '/api/users', { user })),
  );
  const statuses = all.map(({ status }) => status).sort();
  expect(statuses).toEqual([201, 409, 409, 409, 409, 409]);
});

test('the same name, taken up by many users at once, becomes one’s', async () => {
  const users: { readonly username: string; readonly authorization: string }[] = [];
  for (let n = 0; n < 4; n += 1) users.push(await joined(overHttp, home));
  const user = { username: 'Much.Wanted', email: 'much.wanted@example.com' };
  const answers = await Promise.all(
    users.map(({ authorization: own }) =>
      overHttp(home, 'PUT', '/api/user', { user }, { authorization: own }),
    ),
  );
  // Two that meet may both stand back; no two have it.
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
  expect(statuses.filter((status) => status !== 200)).toEqual(
    Array(statuses.includes(200) ? 3 : 4).fill(409),
  );
  // Whoever had to stand back bears the old name still, and is found by it.
  for (const [n, { username }] of users.entries()) {
    const { status } = await overHttp(home, 'GET', `/api/profiles/${username}`);
    expect(status).toBe(statuses[n] === 200 ? 404 : 200);
  }
});

test('what is deleted while others favour, change and comment on it is gone, and nobody is told of a defect', async () => {
  for (let round = 0; round < 3; round += 1) {
    const posted = await publish(overHttp, home, { authorization });
    const path = `/api/articles/${posted.body.article.slug}`;
    const write = async (n: number, method: string, on: string, body?: object) => {
      const { at, authorization: own } = world.guests[n % world.guests.length]!;
      const by = method === 'POST' ? own : authorization;
      const where = method === 'POST' ? at : home;
      const {
        status,
        headers,
        body: told,
      } = await overHttp(where, method, on, body, { authorization: by });
      const contentType = headers.get('content-type');
      const fault = documentation.faultOf({ method, path: on, status, contentType, body: told });
      expect({ status, told, fault, ok: status < 500 && fault === undefined }).toMatchObject({
        ok: true,
      });
    };
    await Promise.all(
      [0, 1, 2].flatMap((n) => [
        write(n, 'POST', `${path}/favorite`),
        write(n, 'POST', `${path}/comments`, { comment: { body: 'Indeed.' } }),
        write(n, 'PUT', path, { article: { body: `Changed ${n}` } }),
        write(n, 'DELETE', path),
      ]),
    );
    for (const { at } of world.guests) expect((await overHttp(at, 'GET', path)).status).toBe(404);
  }
});

const LONGEST_BODY = 1_000_000;

test('a body is taken up to a million bytes, and beyond it is refused, however it is sent', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: -1_000, max: 200_000 }),
      fc.boolean(),
      fc.constantFrom('/api/articles', '/api/users', `/api/articles/${slug}/comments`),
      async (beyond, chunked, path) => {
        const size = LONGEST_BODY + beyond;
        const text = JSON.stringify({ article: { title: 'x', other: '' } });
        const body = text.replace('""', `"${'y'.repeat(size - text.length)}"`);
        const response = await fetch(home.url + path, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          ...(chunked ? { body: new Blob([body]).stream(), duplex: 'half' } : { body }),
        });
        const { errors } = (await response.json()) as { errors: Record<string, string[]> };
        expect([response.status, 'body' in errors && beyond > 0]).toEqual(
          beyond > 0 ? [413, true] : [422, false],
        );
      },
    ),
    { numRuns: 20 },
  );
});

test('pages are taken within their bounds, and refused with the name of what is wrong', async () => {
  const number = fc.oneof(
    fc.integer({ min: -5, max: 120 }),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    fc.constantFrom(0, -0, 1, 100, 101, 10_000, 10_001, 2 ** 31, Number.MAX_SAFE_INTEGER),
  );
  const MOST_SKIPPED = 10_000n;
  await fc.assert(
    fc.asyncProperty(number, number, async (limit, offset) => {
      const path = `/api/articles?limit=${limit}&offset=${offset}`;
      const { status, body } = await overHttp(home, 'GET', path);
      const [l, o] = [BigInt(limit), BigInt(offset)];
      const wrong = [
        ...(l < 1n || l > 100n ? ['limit'] : []),
        ...(o < 0n || o > MOST_SKIPPED ? ['offset'] : []),
      ];
      if (wrong.length > 0) expect([status, Object.keys(body.errors)]).toEqual([422, wrong]);
      else expect(status).toBe(200);
    }),
    { numRuns: 100 },
  );
});

test('a token that is forged, altered, expired or of another purpose is refused, by every route that asks for one', async () => {
  const token = authorization.replace('Token ', '');
  const [payload = '', signature = ''] = token.split('.');
  const [userId = '', sid = ''] = Buffer.from(payload, 'base64url').toString().split('.');
  const secret = world.aws.secrets.get('signing')!;
  const altered = (text: string) =>
    fc.nat(text.length - 1).map((at) => {
      const other = text[at] === 'A' ? 'B' : 'A';
      return text.slice(0, at) + other + text.slice(at + 1);
    });
  const days = (n: number) => n * 24 * 3_600_000;
  const forged = fc.oneof(
    altered(payload).map((other) => `${other}.${signature}`),
    // The last character of a signature has bits that say nothing.
    altered(signature.slice(0, -1)).map((other) => `${payload}.${other}${signature.slice(-1)}`),
    fc.nat(token.length - 1).map((length) => token.slice(0, length)),
    fc
      .string({ maxLength: 60 })
      .map((text) => `${Buffer.from(text).toString('base64url')}.${signature}`),
    fc
      .string({ minLength: 1 })
      .map((key) => encodeToken({ userId, sid, issuedAt: Date.now() }, key)),
    fc
      .integer({ min: days(30), max: days(3_000) })
      .map((age) => encodeToken({ userId, sid, issuedAt: Date.now() - age }, secret)),
    fc
      .constantFrom('forwarded-write' as const, 'idempotency-fingerprint' as const)
      .map((purpose) => `${payload}.${sign(secret, purpose, payload)}`),
  );
  const routes = fc.constantFrom(
    ['GET', '/api/user'],
    ['GET', '/api/articles/feed'],
    ['GET', '/api/drafts'],
    ['POST', '/api/articles'],
    ['DELETE', `/api/articles/${slug}`],
  );
  await fc.assert(
    fc.asyncProperty(forged, routes, async (text, [method = '', path = '']) => {
      const body = method === 'POST' ? { article: draft() } : undefined;
      const headers = { authorization: `Token ${text}` };
      const answer = await overHttp(home, method, path, body, headers);
      expect([answer.status, Object.keys(answer.body.errors)]).toEqual([401, ['token']]);
    }),
    { numRuns: 150 },
  );
  expect((await overHttp(home, 'GET', `/api/articles/${slug}`)).status).toBe(200);
});

test('clients that send slowly take no place from others, and are cut off in the end', async () => {
  const admission = new Admission({ least: 2, most: 2, start: 2, targetMs: 200 });
  const { fetch: answers } = createApp({ ...home.deps, admission });
  const serverOptions = { connectionsCheckingInterval: 100 };
  const server = serve({ fetch: answers, port: 0, hostname: '127.0.0.1', serverOptions }) as Server;
  try {
    keepAlive(server);
    Object.assign(server, { headersTimeout: 1_500, requestTimeout: 1_500 });
    if (!server.listening) await new Promise((ready) => server.once('listening', ready));
    const { port } = server.address() as AddressInfo;
    const slow = Array.from({ length: 30 }, (_, n) => {
      const socket = connect(port, '127.0.0.1');
      const head = `POST /api/articles HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\nauthorization: ${authorization}\r\n`;
      socket.write(n % 3 === 0 ? head : `${head}\r\n{"article"`);
      let said = '';
      socket.on('data', (data: Buffer) => (said += data.toString()));
      socket.on('error', () => undefined);
      return new Promise<string>((resolve) => {
        socket.on('close', () => {
          resolve(said);
        });
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const region = { ...home, url: `http://127.0.0.1:${port}` };
    expect((await overHttp(region, 'GET', '/api/articles')).status).toBe(200);
    const article = draft({ title: 'Meanwhile' });
    const posted = await overHttp(region, 'POST', '/api/articles', { article }, { authorization });
    expect(posted.status).toBe(201);
    for (const said of await Promise.all(slow)) expect(said).toMatch(/^HTTP\/1.1 408 /);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('one write that many send at once under one key is done once, and all are told the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 8 }),
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }),
      async (count, text) => {
        const key = `many-${Math.random()}`;
        const article = { ...draft(), title: `Once ${text}` };
        const headers = { authorization, 'idempotency-key': key };
        const post = () => overHttp(home, 'POST', '/api/articles', { article }, headers);
        const answers = await Promise.all(Array.from({ length: count }, post));
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
        expect(new Set(answers.map(({ body }) => body.article.slug)).size).toBe(1);
        const toggles = await Promise.all(
          Array.from({ length: count }, () =>
            overHttp(home, 'POST', `/api/articles/${slug}/favorite`, undefined, { authorization }),
          ),
        );
        expect(new Set(toggles.map(({ status }) => status))).toEqual(new Set([200]));
      },
    ),
    { numRuns: 8 },
  );
  const read = await overHttp(home, 'GET', `/api/articles/${slug}`, undefined, { authorization });
  expect(read.body.article).toMatchObject({ favorited: true, favoritesCount: 1 });
});
