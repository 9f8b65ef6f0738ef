import type { EdgeCaching } from '../../../../../lib/tools/twin/edge';
import { cacheKey, encodingOf } from '../../../../../lib/tools/twin/edge/private/cache-key';
import { lifetimeSeconds } from '../../../../../lib/tools/twin/edge/private/lifetime';

const POLICY: EdgeCaching = {
  ...{ minSeconds: 0, defaultSeconds: 60, maxSeconds: 3_600 },
  ...{ queryStrings: 'none', headers: [], cookies: 'none' },
  ...{ encodings: ['br', 'gzip'], compress: true },
};

describe('an answer is kept', () => {
  test.each([
    ['for the default where the origin says nothing', 200, {}, 60],
    ['for as long as it says', 200, { 'cache-control': 'public, max-age=90' }, 90],
    ['as shared caches are told first', 200, { 'cache-control': 'max-age=5, s-maxage=7' }, 7],
    ['no longer than the maximum', 200, { 'cache-control': 'max-age=99999' }, 3_600],
    ['not at all where it is private', 200, { 'cache-control': 'private, max-age=90' }, 0],
    ['not at all where it must not be stored', 200, { 'cache-control': 'no-store' }, 0],
    ['not where it has expired', 200, { expires: '0' }, 0],
    [
      'until it expires',
      200,
      { date: 'Sat, 01 Nov 2025 10:00:00 GMT', expires: 'Sat, 01 Nov 2025 10:02:00 GMT' },
      120,
    ],
    ['ten seconds where it is missing', 404, {}, 10],
    [
      'ten seconds where the origin failed, whatever it says',
      503,
      { 'cache-control': 'no-store' },
      10,
    ],
    ['not where it is forbidden', 403, {}, 0],
    ['where it is forbidden for so long', 403, { 'cache-control': 'max-age=30' }, 30],
    ['not where it is another method’s redirect', 307, {}, 0],
    ['never in parts', 206, { 'cache-control': 'max-age=90' }, 0],
  ])('%s', (_, status, headers, seconds) => {
    expect(lifetimeSeconds(POLICY, status, headers)).toBe(seconds);
  });

  it('at least for the minimum, whatever the origin says', () => {
    const policy = { ...POLICY, minSeconds: 20 };
    expect(lifetimeSeconds(policy, 200, { 'cache-control': 'no-store' })).toBe(20);
    expect(lifetimeSeconds(policy, 200, { 'cache-control': 'max-age=5' })).toBe(20);
  });
});

describe('the key of an answer', () => {
  const key = (policy: Partial<EdgeCaching>, url: string, headers = {}) =>
    cacheKey({ ...POLICY, ...policy }, '/a', { url, headers }, 'identity');

  it('leaves out what the policy does not name', () => {
    expect(key({}, '/a?x=1', { cookie: 'a=1', 'x-b': '2' })).toBe(key({}, '/a'));
  });

  it('has the query strings that the policy names, and no others', () => {
    const only = { queryStrings: { only: ['page'] } } as const;
    expect(key(only, '/a?page=1&utm=9')).toBe(key(only, '/a?page=1'));
    expect(key(only, '/a?page=1')).not.toBe(key(only, '/a?page=2'));
    const except = { queryStrings: { except: ['utm'] } } as const;
    expect(key(except, '/a?page=1&utm=9')).toBe(key(except, '/a?page=1'));
    expect(key({ queryStrings: 'all' }, '/a?b=1')).not.toBe(key({ queryStrings: 'all' }, '/a'));
  });

  it('has cookies by name in any order, and headers', () => {
    const policy = { cookies: { only: ['a', 'b'] }, headers: ['x-b'] } as const;
    expect(key(policy, '/a', { cookie: 'b=2; c=3; a=1' })).toBe(
      key(policy, '/a', { cookie: 'a=1; b=2' }),
    );
    expect(key(policy, '/a', { 'x-b': '1' })).not.toBe(key(policy, '/a', { 'x-b': '2' }));
  });
});

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip;q=0.5', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['deflate', 'identity'],
  [undefined, 'identity'],
])('of the encodings %s the best that both have is %s', (accepted, best) => {
  expect(encodingOf(POLICY, { 'accept-encoding': accepted })).toBe(best);
});
