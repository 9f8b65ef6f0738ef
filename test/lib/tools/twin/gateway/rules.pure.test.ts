import { chooseAction } from '../../../../../lib/tools/twin/gateway/private/rules';
import type { Action, Condition, ListenerConfig } from '../../../../../lib/tools/twin/gateway';

const forward: Action = {
  kind: 'forward',
  targetGroups: [{ targetGroup: 'g', weight: 1 }],
};
const refuse: Action = { kind: 'fixed-response', status: 403, contentType: 'text/plain', body: '' };
const listener = (...conditions: Condition[]): ListenerConfig => ({
  rules: [{ conditions, action: forward }],
  defaultAction: refuse,
});
const request = (path: string, headers: Record<string, string> = {}, method = 'GET') => ({
  ...{ method, path, headers },
});

describe('listener rules', () => {
  const secret = listener({ field: 'http-header', name: 'X-Origin-Verify', values: ['s3cret'] });

  test('forward with the header, whatever the case of its name', () => {
    expect(chooseAction(secret, request('/', { 'x-origin-verify': 's3cret' }))).toBe(forward);
  });

  test.each([{}, { 'x-origin-verify': 'wrong' }, { 'x-origin-verify': 's3cret and more' }])(
    'take the default action with the headers %p',
    (headers) => {
      expect(chooseAction(secret, request('/', headers as Record<string, string>))).toBe(refuse);
    },
  );

  test.each([
    ['/healthz', '/healthz', true],
    ['/healthz', '/healthz/x', false],
    ['/a*z', '/a/b/z', true],
    ['/img/?.png', '/img/1.png', true],
    ['/img/?.png', '/img/11.png', false],
    ['/Case', '/case', false],
    ['/a.c', '/abc', false],
  ])('match the path pattern %s with %s: %p', (pattern, path, matches) => {
    const rules = listener({ field: 'path-pattern', values: ['/other', pattern] });
    expect(chooseAction(rules, request(path))).toBe(matches ? forward : refuse);
  });

  test('demand every condition of a rule', () => {
    const both = listener(
      { field: 'path-pattern', values: ['/api/*'] },
      { field: 'http-request-method', values: ['POST'] },
    );
    expect(chooseAction(both, request('/api/x', {}, 'POST'))).toBe(forward);
    expect(chooseAction(both, request('/api/x', {}, 'GET'))).toBe(refuse);
  });

  test('compare hosts without their port and case', () => {
    const host = listener({ field: 'host-header', values: ['*.example.com'] });
    expect(chooseAction(host, request('/', { host: 'A.Example.com:8080' }))).toBe(forward);
  });

  test('take the first rule that matches', () => {
    const first = {
      conditions: [{ field: 'path-pattern', values: ['*'] }],
      action: refuse,
    } as const;
    const second = { ...first, action: forward };
    expect(chooseAction({ rules: [second, first], defaultAction: refuse }, request('/'))).toBe(
      forward,
    );
  });
});
