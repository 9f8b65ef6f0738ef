import { createHmac } from 'node:crypto';
import { NO_CACHE } from '../../../lambda/platform/cache';
import { CacheAside } from '../../../lambda/platform/cache-aside';
import fc from 'fast-check';
import { Sessions } from '../../../lambda/platform/sessions';
import { decodeToken, encodeToken, sign } from '../../../lambda/platform/token';
import { parseSigningKeys } from '../../../lambda/platform/signing-keys';
import type { Item } from '../../../lambda/platform/dynamodb';

const secret = 'the secret';
const keys = parseSigningKeys(secret);
const token = { userId: '42', sid: 'abc', issuedAt: 1_700_000_000_000 };

test('a token says what was put into it', () => {
  expect(decodeToken(encodeToken(token, secret), keys)).toEqual(token);
});

test('a token of another secret is none', () => {
  expect(decodeToken(encodeToken(token, 'another'), keys)).toBeUndefined();
});

test('no changed character passes', () => {
  const text = encodeToken(token, secret);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('A', 'z', '.', '0'), (at, character) => {
      fc.pre(text[at] !== character);
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      expect(decodeToken(changed, keys)).toBeUndefined();
    }),
  );
});

/** As other services make them, with claims of theirs and no key, or ours. */
const JWT_NONE = ['eyJhbGciOiJub25lIn0', Buffer.from('{"sub":"42"}').toString('base64url'), ''];
const [payload = '', signature = ''] = encodeToken(token, secret).split('.');

test.each(['', '.', 'a.b', 'a.b.c', JWT_NONE.join('.'), JWT_NONE.slice(0, 2).join('.')])(
  '%p is no token',
  (text) => {
    expect(decodeToken(text, keys)).toBeUndefined();
  },
);

test.each([
  ['more behind it', `${payload}.${signature}.`],
  ['no signature', `${payload}.`],
  ['a longer signature', `${payload}.${signature}A`],
  ['the signature of another purpose', `${payload}.${sign(secret, 'forwarded-write', payload)}`],
  [
    'a signature that bears no purpose',
    `${payload}.${createHmac('sha256', secret).update(payload).digest('base64url')}`,
  ],
  [
    'another form of the same signature',
    `${payload}.${Buffer.from(signature, 'base64url').toString('base64')}`,
  ],
])('a token with %s is none', (_with, text) => {
  expect(decodeToken(text, keys)).toBeUndefined();
});

test.each([
  ['no user', '.abc.1'],
  ['a user that is no number', 'x.abc.1'],
  ['no session', '42..1'],
  ['no time', '42.abc.x'],
  ['a part too many', '42.abc.1.2'],
])('what is signed but tells of %s is no token', (_of, text) => {
  const told = Buffer.from(text).toString('base64url');
  expect(decodeToken(`${told}.${sign(secret, 'session-token', told)}`, keys)).toBeUndefined();
});

describe('a session', () => {
  const start = 1_700_000_000_000;

  function sessions(item: Item | undefined, now: number, marker?: Item) {
    const stored: Item[] = [];
    const markers = new Map(marker === undefined ? [] : [[String(marker.sid), marker]]);
    const table = {
      get: ({ sid }: Item) => Promise.resolve(sid === 'abc' ? item : markers.get(String(sid))),
      update: () => Promise.resolve(true),
      put: (put: Item) => {
        stored.push(put);
        return Promise.resolve(true);
      },
    };
    return {
      stored,
      sessions: new Sessions(table, new CacheAside(NO_CACHE), {
        region: 'a',
        regions: ['a', 'b'],
        keys: () => Promise.resolve(keys),
        now: () => now,
      }),
    };
  }
  const text = encodeToken({ userId: '42', sid: 'abc', issuedAt: start }, secret);
  const live = { sid: 'abc', userId: '42', expiresAt: start / 1_000 + 3_600 };

  test('is stored with what the table’s TTL needs, in seconds', async () => {
    const { stored, sessions: store } = sessions(undefined, start);
    await store.start('42', 'a browser');
    const day = 24 * 3_600;
    expect(stored).toEqual([
      {
        sid: expect.stringMatching(/^[\w-]{22}$/) as string,
        userId: '42',
        createdAt: start / 1_000,
        issuedAt: start,
        region: 'a',
        agent: 'a browser',
        expiresAt: start / 1_000 + 30 * day,
      },
    ]);
  });

  test.each<[string, Item | undefined, number, boolean, boolean]>([
    ['is live while it stands in the table', live, 60_000, false, true],
    ['is believed while it may be on its way', undefined, 9_999, false, true],
    ['is refused when it should have arrived', undefined, 10_000, false, false],
    ['is refused when it comes from a time to come', undefined, -10_000, false, false],
    ['is believed by a clock that is a little behind', undefined, -9_999, false, true],
    ['is believed when a peer vouches for it', undefined, 60_000, true, true],
    ['is refused once revoked, whoever vouches', { ...live, revoked: 1 }, 5_000, true, false],
    ['is refused once expired', live, 3_600_000, false, false],
    ['is refused when it is another user’s', { ...live, userId: '43' }, 5_000, false, false],
    ['ends with its token', undefined, 30 * 24 * 3_600_000, true, false],
  ])('%s', async (_case, item, age, vouched, accepted) => {
    const { sessions: store } = sessions(item, start + age);
    expect((await store.verify(text, vouched)) !== undefined).toBe(accepted);
  });

  test.each<[string, number, string, boolean]>([
    ['that began before the others were ended is over', start + 1, 'other', false],
    ['that began at the same time is over', start, 'other', false],
    ['that began after goes on', start - 1, 'other', true],
    ['that ended the others goes on', start + 1, 'abc', true],
  ])('%s', async (_case, validAfter, keep, accepted) => {
    const { sessions: store } = sessions(live, start + 60_000, {
      sid: 'user#42',
      validAfter,
      keep,
    });
    expect((await store.verify(text, false)) !== undefined).toBe(accepted);
  });
});
