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

test('whoever does not know the secret gets no further than the open paths and names', () => {
  const admits = { openPaths: ['/healthz', '/readyz', '/healthz'], openHosts: ['api.example.com'] };
  const text = haproxyConfiguration({ ...OPTIONS, admits });
  expect(text).toContain('  acl open path /healthz /readyz\n');
  expect(text).toContain(
    '  acl verified req.hdr(x-origin-verify) -m str -f /etc/haproxy/origin.acl\n' +
      '  acl named hdr(host),field(1,:) -m str -i api.example.com\n' +
      '  http-request deny deny_status 403 unless open or verified or named\n',
  );
  expect(haproxyConfiguration({ ...OPTIONS, admits: { ...admits, openHosts: [] } })).toContain(
    'deny_status 403 unless open or verified\n',
  );
});

test.each([
  { admits: { openPaths: ['/x } or { always_true'], openHosts: [] } },
  { healthPath: '/x\n  server evil 192.0.2.1:80' },
  { directory: '/etc /x' },
  { servers: [{ name: 'a b', address: '10.0.0.1', port: 80 }] },
])('a word that would mean something else is refused: %j', (changes) => {
  expect(() => haproxyConfiguration({ ...OPTIONS, ...changes })).toThrow(RangeError);
});
