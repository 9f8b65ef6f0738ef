import { hashPassword, verifyPassword } from '../../../lambda/platform/password';

test('a hash is Argon2id with OWASP’s parameters, and only its password fits', async () => {
  const hash = await hashPassword('pass\u00e9word');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  // The same characters, composed differently.
  expect(await verifyPassword('passe\u0301word', hash)).toBe(true);
  expect(await verifyPassword('password', hash)).toBe(false);
});

test('where there is no user, no password fits', async () => {
  expect(await verifyPassword('anything', undefined)).toBe(false);
});
