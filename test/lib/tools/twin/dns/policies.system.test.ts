import type { DnsServer, RecordSet, RoutingPolicy } from '../../../../../lib/tools/twin/dns';
import { startDns } from '../../../../../lib/tools/twin/dns';
import { ask } from '../clients';

/** Each policy as a resolver sees it: over UDP, with the network of a client. */
const COORDINATES = {
  'eu-central-1': { latitude: 50.11, longitude: 8.68 },
  'us-east-2': { latitude: 39.96, longitude: -83 },
  'ap-northeast-1': { latitude: 35.68, longitude: 139.69 },
};
const [FRANKFURT, OHIO, TOKYO] = ['127.1.0.80', '127.2.0.80', '127.3.0.80'];
const CLIENTS = { frankfurt: '192.0.2.0/24', ohio: '198.51.100.0/24', tokyo: '203.0.113.0/24' };
const REGIONS = Object.keys(COORDINATES);
const unhealthy = new Set<string>();

/** Records of one name, each with an address of its own. */
const named = (name: string, policies: readonly RoutingPolicy[]): readonly RecordSet[] =>
  policies.map((policy, at) => ({
    ...{ key: `${name}-${at}`, name: `${name}.example.com`, type: 'A', ttl: 60, policy },
    ...{ values: [`127.${at + 1}.0.80`], evaluateTargetHealth: false },
    healthCheck: `${name}-${at}`,
  }));

const records = [
  ...named(
    'latency',
    REGIONS.map((region) => ({ kind: 'latency', region })),
  ),
  ...named('place', [
    { kind: 'geolocation', continent: 'EU' },
    { kind: 'geolocation' },
    { kind: 'geolocation', country: 'JP' },
  ]),
  ...named('near', [
    { kind: 'geoproximity', at: { region: 'eu-central-1' }, bias: 0 },
    { kind: 'geoproximity', at: { region: 'us-east-2' }, bias: -50 },
    { kind: 'geoproximity', at: { region: 'ap-northeast-1' }, bias: 0 },
  ]),
  ...named('share', [
    { kind: 'weighted', weight: 1 },
    { kind: 'weighted', weight: 0 },
    { kind: 'weighted', weight: 1 },
  ]),
  ...named('order', [
    { kind: 'failover', role: 'PRIMARY' },
    { kind: 'failover', role: 'SECONDARY' },
  ]),
  ...named('many', [{ kind: 'multivalue' }, { kind: 'multivalue' }, { kind: 'multivalue' }]),
  ...named('network', [
    { kind: 'ip-based', blocks: ['192.0.2.0/25', '203.0.113.0/24'] },
    { kind: 'ip-based', blocks: undefined },
  ]),
];

let server: DnsServer;
beforeAll(async () => {
  server = await startDns({
    ...{ address: '127.0.53.8', port: 0, zones: ['example.com'], records },
    ...{ coordinates: COORDINATES, healthy: (key: string) => !unhealthy.has(key) },
  });
});
afterAll(() => server.close());
beforeEach(() => {
  unhealthy.clear();
});

const from = (name: string, subnet: string) =>
  ask({ host: server.address, port: server.port }, `${name}.example.com`, subnet);
/** What Frankfurt, Ohio and Tokyo get. */
const seen = async (name: string) =>
  (await Promise.all(Object.values(CLIENTS).map((subnet) => from(name, subnet)))).flat();

test.each([
  ['latency', [FRANKFURT, OHIO, TOKYO]],
  ['place', [FRANKFURT, OHIO, TOKYO]],
  ['near', [FRANKFURT, OHIO, TOKYO]],
  ['order', [FRANKFURT, FRANKFURT, FRANKFURT]],
])('by %s', async (name, expected) => {
  expect(await seen(name)).toEqual(expected);
});

test.each([
  ['latency', 'frankfurt', OHIO],
  ['place', 'frankfurt', OHIO],
  // Ohio is nearer, but for the bias that keeps clients away.
  ['near', 'frankfurt', TOKYO],
  ['order', 'tokyo', OHIO],
] as const)('by %s past what is unhealthy', async (name, client, expected) => {
  unhealthy.add(`${name}-0`);
  expect(await from(name, CLIENTS[client])).toEqual([expected]);
});

test('by share, whoever asks, and none by a share of nothing', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, () => from('share', CLIENTS.ohio)));
  expect(new Set(answers.flat())).toEqual(new Set([FRANKFURT, TOKYO]));
  unhealthy.add('share-0');
  unhealthy.add('share-2');
  expect(await from('share', CLIENTS.ohio)).toEqual([OHIO]);
});

test('with many values, all that are healthy at once', async () => {
  unhealthy.add('many-1');
  expect([...(await from('many', CLIENTS.tokyo))].sort()).toEqual([FRANKFURT, TOKYO]);
});

test('by network, and everybody else by default', async () => {
  expect(await from('network', '192.0.2.0/25')).toEqual([FRANKFURT]);
  expect(await from('network', '203.0.113.0/24')).toEqual([FRANKFURT]);
  expect(await from('network', '198.51.100.0/24')).toEqual([OHIO]);
});
