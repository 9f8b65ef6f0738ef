import {
  type ForwardedWrite,
  isSignedForward,
  signForward,
} from '../../../lambda/platform/forward';
import { parseSigningKeys } from '../../../lambda/platform/signing-keys';

const now = 1_700_000_000_000;
const write: ForwardedWrite = {
  from: 'us-east-2',
  to: 'eu-central-1',
  method: 'POST',
  path: '/api/articles',
  body: '{}',
  authorization: 'Token x',
  idempotencyKey: 'key',
};
const keys = parseSigningKeys('secret');
const signature = signForward(write, 'secret', now);

test('a peer’s signature holds for a minute, in both directions', () => {
  for (const drift of [-60_000, 0, 60_000])
    expect(isSignedForward(write, signature, keys, now + drift)).toBe(true);
  for (const drift of [-60_001, 60_001])
    expect(isSignedForward(write, signature, keys, now + drift)).toBe(false);
});

test.each(Object.keys(write) as (keyof ForwardedWrite)[])('it covers %s', (field) => {
  const changed = { ...write, [field]: `${write[field]}x` };
  expect(isSignedForward(changed, signature, keys, now)).toBe(false);
});

test('it covers its own time', () => {
  const later = signature.replace(/t=\d+/, `t=${now + 1}`);
  expect(isSignedForward(write, later, keys, now)).toBe(false);
});

test.each(['', 't=1', 'v1=abc', 't=x,v1=abc'])('%p is no signature', (text) => {
  expect(isSignedForward(write, text, keys, now)).toBe(false);
});
