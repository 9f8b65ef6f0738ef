import { isSignedForward } from '../../../../../lambda/platform/forward';
import { parseSigningKeys } from '../../../../../lambda/platform/signing-keys';
import type { InternalRequest } from '../../../../../lib/tools/operations/failover';
import { httpFencer, signInternal } from '../../../../../lib/tools/operations/failover';

const REQUEST: InternalRequest = {
  from: 'operator',
  to: 'eu-central-1',
  method: 'POST',
  path: '/internal/fence',
  body: '{"shard":"s0","epoch":2}',
};

describe('a request to a server’s internal routes', () => {
  const headers = signInternal(REQUEST, 'secret', 1_700_000_000_000);
  const write = { ...REQUEST, authorization: '', idempotencyKey: '' };
  const signature = headers['x-meridian-signature'] ?? '';

  test('is signed as the servers demand it', () => {
    expect(isSignedForward(write, signature, parseSigningKeys('secret'), 1_700_000_000_000)).toBe(
      true,
    );
  });

  test('is signed by the current key of a ring', () => {
    const ring = JSON.stringify({ current: 'secret', previous: 'before', next: 'after' });
    expect(signInternal(REQUEST, ring, 1_700_000_000_000)).toEqual(headers);
  });

  test.each([
    ['another body', { ...write, body: '{}' }, 'secret'],
    ['another Region', { ...write, to: 'us-east-2' }, 'secret'],
    ['another secret', write, 'other'],
  ])('holds for no %s', (_, altered, secret) => {
    expect(isSignedForward(altered, signature, parseSigningKeys(secret), 1_700_000_000_000)).toBe(
      false,
    );
  });
});

test('a Region that does not answer is not closed, and that is no error', async () => {
  const fencer = httpFencer({
    ...{ from: 'operator', signingSecret: 's', originSecret: 'o', timeoutMs: 200 },
    url: (region) => (region === 'none' ? undefined : 'http://127.0.0.1:9'),
  });
  expect(await fencer.close('s0', 'eu-central-1', 2)).toBe(false);
  expect(await fencer.close('s0', 'none', 2)).toBe(false);
});
