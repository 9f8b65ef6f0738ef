import argon2 from 'hash-wasm/dist/argon2.umd.min.js';
import { hashPassword, verifyPassword } from '../../../lambda/platform/password';

afterEach(() => {
  jest.restoreAllMocks();
});

test('a hash is Argon2id with OWASP’s parameters, and only its password fits', async () => {
  const hash = await hashPassword('pass\u00e9word');
  // A salt of 16 bytes, a tag of 32.
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  // The same characters, composed differently.
  expect(await verifyPassword('passe\u0301word', hash)).toBe(true);
  expect(await verifyPassword('password', hash)).toBe(false);
});

test('the same password has another hash each time', async () => {
  const [one, other] = await Promise.all([hashPassword('correct'), hashPassword('correct')]);
  expect(one).not.toBe(other);
});

test('where there is no user, no password fits, for the same work from the first time on', async () => {
  const hash = await hashPassword('correct');
  const verified = jest.spyOn(argon2, 'argon2Verify');
  const hashed = jest.spyOn(argon2, 'argon2id');
  for (const known of [undefined, hash, undefined])
    expect(await verifyPassword('anything', known)).toBe(false);
  const parameters = verified.mock.calls.map(([{ hash: against }]) => {
    const [, ...parts] = against.split('$');
    return parts.map((part, n) => (n < 3 ? part : part.length));
  });
  expect(parameters).toEqual(Array(3).fill(['argon2id', 'v=19', 'm=19456,t=2,p=1', 22, 43]));
  expect(hashed).not.toHaveBeenCalled();
});
