import fc from 'fast-check';
import { overHttp } from '../support/client';
import { draft, joined, type LiveWorld, startLiveWorld } from '../support/live';
import type { RegionOfTest } from '../support/world';

jest.setTimeout(60_000);

let world: LiveWorld;
let home: RegionOfTest;
let authorization: string;
let slug: string;

beforeAll(async () => {
  world = await startLiveWorld();
  ({ home } = world);
  ({ authorization } = await joined(overHttp, home));
  const article = draft();
  const posted = await overHttp(home, 'POST', '/api/articles', { article }, { authorization });
  ({ slug } = posted.body.article);
}, 60_000);

afterAll(async () => {
  await world.stop();
}, 30_000);

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
const BODY = fc.oneof(
  fc
    .record({
      wrapper: fc.constantFrom('user', 'article', 'comment'),
      fields: fc.dictionary(fc.constantFrom(...FIELDS, 'tagList'), VALUE, { maxKeys: 6 }),
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
  ];
};

/** Answers that a client may be given for what it says; whatever else, it is never a fault of ours. */
const ALLOWED = [200, 201, 204, 400, 401, 403, 404, 409, 413, 422, 429];

test('whatever a client sends, the answer is one of the contract, never a 500', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      fc.nat(PATHS('').length - 1),
      TEXT,
      BODY,
      fc.constantFrom('mine', 'none', 'forged'),
      async (method, path, piece, body, who) => {
        // Deleting the article that the others are about would end the search.
        fc.pre(!(method === 'DELETE' && path === 4));
        const token = { mine: authorization, none: '', forged: 'Token e30.e30' }[who];
        const headers: Record<string, string> = token === '' ? {} : { authorization: token };
        const sent = method === 'GET' ? undefined : body;
        const answer = await overHttp(home, method, PATHS(piece)[path]!, sent, headers);
        expect({
          status: answer.status,
          body: answer.body,
          ok: ALLOWED.includes(answer.status),
        }).toMatchObject({ ok: true });
        if (answer.status < 400) return;
        const messages = Object.values(answer.body.errors).flat();
        expect(messages.length).toBeGreaterThan(0);
        expect(messages.every((message) => typeof message === 'string')).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test('what is stored is given back as it was, markup and all', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
      async (text) => {
        fc.pre(text.trim() !== '' && !/\0|\p{Surrogate}/u.test(text));
        const article = { title: text, description: text, body: text };
        const posted = await overHttp(
          home,
          'POST',
          '/api/articles',
          { article },
          { authorization },
        );
        expect(posted.status).toBe(201);
        const path = `/api/articles/${encodeURIComponent(posted.body.article.slug)}`;
        const read = await overHttp(home, 'GET', path);
        expect(read.body.article).toMatchObject(article);
      },
    ),
    { numRuns: 25 },
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
