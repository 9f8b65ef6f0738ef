import { parseSigningKeys, rotateKeyRing } from '../../../lambda/platform/signing-keys';
import { decodeToken, encodeToken } from '../../../lambda/platform/token';

const token = { userId: '42', sid: 'abc', issuedAt: 1_700_000_000_000 };
const first = rotateKeyRing('born', 'key-2');
const second = rotateKeyRing(first, 'key-3');
const third = rotateKeyRing(second, 'key-4');

test('a secret that was never rotated is one key', () => {
  expect(parseSigningKeys('born')).toEqual({ current: 'born', accepted: ['born'] });
});

test('the first rotation announces a key and lets the old one sign on', () => {
  expect(parseSigningKeys(first)).toEqual({ current: 'born', accepted: ['born', 'key-2'] });
});

test('later ones let the announced key sign and still accept the one before', () => {
  expect(parseSigningKeys(second)).toEqual({
    current: 'key-2',
    accepted: ['key-2', 'born', 'key-3'],
  });
});

test.each([
  ['born', first],
  [first, second],
  [second, third],
])('servers one rotation apart believe each other: %p and %p', (older, newer) => {
  const [old, young] = [parseSigningKeys(older), parseSigningKeys(newer)];
  expect(decodeToken(encodeToken(token, old.current), young)).toEqual(token);
  expect(decodeToken(encodeToken(token, young.current), old)).toEqual(token);
});

test('a key that leaked opens nothing after two more rotations', () => {
  const leaked = encodeToken(token, parseSigningKeys(first).current);
  expect(decodeToken(leaked, parseSigningKeys(third))).toBeUndefined();
});

test.each(['{"next":"a"}', '{"current":1}', '{"current":"a","next":2}', '{broken'])(
  'refuses %p',
  (text) => {
    expect(() => parseSigningKeys(text)).toThrow();
  },
);
