import { idempotencyRecord } from '../../../lambda/data/idempotency';
import { parseSigningKeys, rotateKeyRing } from '../../../lambda/platform/signing-keys';

const request = { method: 'POST', path: '/api/articles', body: '{"a":1}' };
const keys = parseSigningKeys('secret');
const record = idempotencyRecord(request, 'key', '42', keys);

test('the same request has the same record', () => {
  expect(idempotencyRecord({ ...request }, 'key', '42', keys)).toEqual(record);
});

test.each([
  ['method', idempotencyRecord({ ...request, method: 'PUT' }, 'key', '42', keys)],
  ['path', idempotencyRecord({ ...request, path: '/api/users' }, 'key', '42', keys)],
  ['body', idempotencyRecord({ ...request, body: '{"a":2}' }, 'key', '42', keys)],
])('another %s under the same key is noticed', (_part, other) => {
  expect(other.key).toBe(record.key);
  expect(other.fingerprint).not.toBe(record.fingerprint);
});

test('one user’s keys are not another’s', () => {
  expect(idempotencyRecord(request, 'key', '43', keys).key).not.toBe(record.key);
});

test('a body’s fingerprint cannot be guessed from without the secret', () => {
  const other = idempotencyRecord(request, 'key', '42', parseSigningKeys('another'));
  expect(other.fingerprint).not.toBe(record.fingerprint);
});

test('a record of before a rotation is the same request afterwards', () => {
  const ring = rotateKeyRing(rotateKeyRing('secret', 'second'), 'third');
  const after = idempotencyRecord(request, 'key', '42', parseSigningKeys(ring));
  expect(after.fingerprint).not.toBe(record.fingerprint);
  expect(after.accepted).toContain(record.fingerprint);
});
