import { fastestLua, haproxyConfiguration } from '../../../../lib/constructs/compute/haproxy';
import type { HaproxyOptions } from '../../../../lib/constructs/compute/haproxy';

const OPTIONS: HaproxyOptions = {
  algorithm: 'fastest-response',
  bind: ':8080',
  servers: { places: 24, port: 8080 },
  healthPath: '/healthz',
  directory: '/etc/haproxy',
  socket: '/run/haproxy/admin.sock',
};

test('the configuration for servers that are told later is as reviewed', () => {
  expect(haproxyConfiguration(OPTIONS)).toMatchSnapshot();
  expect(fastestLua('servers')).toMatchSnapshot();
});

test.each([
  ['round-robin', 'balance roundrobin'],
  ['least-connections', 'balance leastconn'],
  ['random-of-two', 'balance random(2)'],
  ['source-ip-hash', 'balance source\n  hash-type consistent'],
  ['uri-hash', 'balance uri\n  hash-type consistent'],
] as const)('%s is an algorithm that HAProxy has', (algorithm, expected) => {
  const text = haproxyConfiguration({
    ...OPTIONS,
    algorithm,
    servers: [{ name: 'a', address: '10.0.0.1', port: 80 }],
  });
  expect(text).toContain(expected);
  expect(text).toContain('server a 10.0.0.1:80\n');
  expect(text).not.toContain('lua');
});

test.each([
  { healthPath: '/x\n  server evil 192.0.2.1:80' },
  { directory: '/etc /x' },
  { servers: [{ name: 'a b', address: '10.0.0.1', port: 80 }] },
])('a word that would mean something else is refused: %j', (changes) => {
  expect(() => haproxyConfiguration({ ...OPTIONS, ...changes })).toThrow(RangeError);
});
