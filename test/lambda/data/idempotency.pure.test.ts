import { idempotencyRecord } from '../../../lambda/data/idempotency';

const request = { method: 'POST', path: '/api/articles', body: '{"a":1}' };
const record = idempotencyRecord(request, 'key', '42', 'secret');

test('the same request has the same record', () => {
  expect(idempotencyRecord({ ...request }, 'key', '42', 'secret')).toEqual(record);
});

test.each([
  ['method', idempotencyRecord({ ...request, method: 'PUT' }, 'key', '42', 'secret')],
  ['path', idempotencyRecord({ ...request, path: '/api/users' }, 'key', '42', 'secret')],
  ['body', idempotencyRecord({ ...request, body: '{"a":2}' }, 'key', '42', 'secret')],
])('another %s under the same key is noticed', (_part, other) => {
  expect(other.key).toBe(record.key);
  expect(other.fingerprint).not.toBe(record.fingerprint);
});

test('one user’s keys are not another’s', () => {
  expect(idempotencyRecord(request, 'key', '43', 'secret').key).not.toBe(record.key);
});

test('a body’s fingerprint cannot be guessed from without the secret', () => {
  const other = idempotencyRecord(request, 'key', '42', 'another');
  expect(other.fingerprint).not.toBe(record.fingerprint);
});
