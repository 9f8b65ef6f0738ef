import {
  DeclarationError,
  illegalRecords,
  resolveDeployment,
  shapesOf,
  steeringRecords,
} from '../../../lib/config';
import type { SteeringRecord } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';

const REGIONS = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];
const HOST = 'origin.example.com';
const records = (routing: object, host = HOST): readonly SteeringRecord[] => {
  const deployment = resolveDeployment({ ...reference, routing });
  return deployment.regions.flatMap(({ name }) =>
    steeringRecords(deployment.routing, name, host).map((record) => ({ ...record, region: name })),
  );
};
const told = (routing: object): readonly string[] =>
  records(routing).map(({ name, setIdentifier, policy, target }) => {
    const { kind, ...options } = policy;
    const short = name.replace(`.${HOST}`, '').replace(HOST, '@');
    const leads = target === 'balancer' ? '' : ` → ${target.name.replace(`.${HOST}`, '')}`;
    return `${short} ${setIdentifier} ${kind} ${JSON.stringify(options)}${leads}`;
  });
const faultsOf = (change: object): readonly string[] => {
  try {
    resolveDeployment({ ...reference, ...change });
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    return error.faults.map(({ path, found }) => `${path}: ${found}`);
  }
  return [];
};

const LEGAL: Readonly<Record<string, object>> = {
  latency: { policy: 'latency' },
  weighted: { policy: 'weighted', weights: { 'eu-central-1': 9, 'us-east-2': 1 } },
  geoproximity: { policy: 'geoproximity', bias: { 'us-east-2': -20 } },
  geolocation: {
    policy: 'geolocation',
    places: { 'eu-central-1': { continents: ['EU', 'AF'] }, 'us-east-2': { countries: ['AF'] } },
    elsewhere: 'ap-northeast-1',
  },
  'ip-based': {
    policy: 'ip-based',
    networks: { 'eu-central-1': ['203.0.113.0/24', '2001:db8::/32'] },
    elsewhere: 'eu-central-1',
  },
  failover: { policy: 'failover', order: ['us-east-2', 'eu-central-1', 'ap-northeast-1'] },
};

test.each([
  ['latency', REGIONS.map((it) => `@ ${it} latency {"region":"${it}"}`)],
  ['weighted', [9, 1, 0].map((weight, at) => `@ ${REGIONS[at]} weighted {"weight":${weight}}`)],
  [
    'geoproximity',
    [0, -20, 0].map(
      (bias, at) => `@ ${REGIONS[at]} geoproximity {"region":"${REGIONS[at]}","bias":${bias}}`,
    ),
  ],
  [
    'geolocation',
    [
      '@ eu-central-1-EU geolocation {"place":{"continent":"EU"}}',
      '@ eu-central-1-AF geolocation {"place":{"continent":"AF"}}',
      '@ us-east-2-CountryAF geolocation {"place":{"country":"AF"}}',
      '@ ap-northeast-1-Else geolocation {"place":{"everybodyElse":true}}',
    ],
  ],
  [
    'ip-based',
    [
      '@ eu-central-1 ip-based {"location":"eu-central-1"}',
      '@ eu-central-1-else ip-based {"location":"*"}',
    ],
  ],
  [
    'failover',
    [
      'standby-1 eu-central-1 failover {"role":"PRIMARY"}',
      '@ eu-central-1 failover {"role":"SECONDARY"} → standby-1',
      '@ us-east-2 failover {"role":"PRIMARY"}',
      'standby-1 ap-northeast-1 failover {"role":"SECONDARY"}',
    ],
  ],
])('%s: the records of all Regions', (policy, expected) => {
  expect(told(LEGAL[policy]!)).toEqual(expected);
});

test.each(Object.keys(LEGAL))('%s: what is declared legally makes legal records', (policy) => {
  const made = records(LEGAL[policy]!);
  for (const name of new Set(made.map((record) => record.name))) {
    expect(illegalRecords(name, shapesOf(made.filter((record) => record.name === name)))).toEqual(
      [],
    );
  }
});

test('without a word it is latency', () => {
  expect(resolveDeployment(reference).routing).toEqual({ policy: 'latency' });
});

test.each<[string, object, readonly string[]]>([
  ['a policy for fixed addresses only', { policy: 'multivalue' }, ['routing.policy: "multivalue"']],
  ['a policy that does not exist', { policy: 'nearest' }, ['routing.policy: "nearest"']],
  ['no policy', {}, ['routing.policy: nothing']],
  [
    'an option of another policy',
    { policy: 'latency', bias: { 'eu-central-1': 1 } },
    ['routing.bias: an option of another policy'],
  ],
  [
    'a bias out of bounds, and a Region that does not serve',
    { policy: 'geoproximity', bias: { 'eu-central-1': 100, 'eu-west-1': 1, 'us-east-2': -100 } },
    [
      'routing.bias.eu-west-1: a Region that does not serve',
      'routing.bias.eu-central-1: 100',
      'routing.bias.us-east-2: -100',
    ],
  ],
  [
    'weights that are none',
    { policy: 'weighted', weights: { 'eu-central-1': 0, 'us-east-2': 0, 'ap-northeast-1': 0 } },
    ['routing.weights: no weight at all'],
  ],
  ['weights that are missing', { policy: 'weighted' }, ['routing.weights: nothing']],
  [
    'places that two Regions claim, and codes that are none',
    {
      ...{ policy: 'geolocation', elsewhere: 'us-east-2' },
      places: {
        'eu-central-1': { continents: ['EU', 'XX'], countries: ['ZZ'] },
        'us-east-2': { continents: ['EU'] },
      },
    },
    [
      'routing.places.eu-central-1.continents.1: "XX"',
      'routing.places.eu-central-1.countries.0: "ZZ"',
    ],
  ],
  [
    'a place that two Regions claim',
    {
      ...{ policy: 'geolocation', elsewhere: 'us-east-2' },
      places: { 'eu-central-1': { continents: ['EU'] }, 'us-east-2': { continents: ['EU'] } },
    },
    [
      'routing.places.us-east-2.continents.0: place continent EU, which places.eu-central-1.continents.0 has',
    ],
  ],
  [
    'nowhere for everybody else',
    { policy: 'geolocation', places: { 'eu-central-1': { continents: ['EU'] } } },
    ['routing.elsewhere: nothing'],
  ],
  [
    'networks that are too small, malformed or claimed twice',
    {
      ...{ policy: 'ip-based', elsewhere: 'us-east-2' },
      networks: {
        'eu-central-1': ['203.0.113.0/25', 'here', '198.51.100.0/24'],
        'us-east-2': ['198.51.100.0/24'],
      },
    },
    [
      'routing.networks.eu-central-1.0: "203.0.113.0/25"',
      'routing.networks.eu-central-1.1: "here"',
      'routing.networks.us-east-2.0: "198.51.100.0/24", which routing.networks.eu-central-1.2 has',
    ],
  ],
  [
    'an order that leaves a Region out',
    { policy: 'failover', order: ['us-east-2', 'eu-central-1'] },
    ['routing.order: ["us-east-2", "eu-central-1"]'],
  ],
])('refused: %s', (_, routing, expected) => {
  expect(faultsOf({ routing })).toEqual(expected);
});

test('an edge that does not exist is refused', () => {
  expect(resolveDeployment({ ...reference, edge: {} }).edge).toEqual({ mode: 'cdn' });
  expect(faultsOf({ edge: { mode: 'anycast' } })).toEqual(['edge.mode: "anycast"']);
});

test('where the edge picks the Region, routing is what a country decides', () => {
  const edge = { mode: 'vpc-origin' };
  expect(resolveDeployment({ ...reference, edge }).edge).toEqual({ mode: 'vpc-origin' });
  const routing = { policy: 'weighted', weights: { 'eu-central-1': 1 } };
  expect(faultsOf({ edge, routing })).toEqual(['routing.policy: "weighted"']);
  expect(faultsOf({ edge, routing: { policy: 'geoproximity' } })).toHaveLength(1);
});

test('one server has none of it, and says so', () => {
  const alone = { ...reference, stage: 'single-server', regions: { 'eu-central-1': {} } };
  const declared = {
    ...{ edge: { mode: 'direct' }, routing: { policy: 'latency' } },
    delegations: { dev: ['a.example.net', 'b.example.net'] },
  };
  expect(faultsOf({ ...alone, ...declared }).map((fault) => fault.split(':')[0])).toEqual([
    ...['edge', 'routing', 'delegations'],
  ]);
});

test('with one Region there is nothing to choose among', () => {
  const stage = 'load-balanced';
  const alone = { ...reference, stage, regions: { 'eu-central-1': {} } };
  expect(faultsOf({ ...alone, routing: { policy: 'failover' } })).toEqual([
    'routing.policy: "failover"',
  ]);
});

test('subdomains are delegated to two or more name servers', () => {
  const servers = ['ns-1.example.net', 'ns-2.example.org.'];
  const { delegations } = resolveDeployment({ ...reference, delegations: { 'eu.dev': servers } });
  expect(delegations).toEqual([{ name: 'eu.dev.example.com', nameServers: servers }]);
  expect(
    faultsOf({
      delegations: { api: servers, Dev: servers, a: ['one.example.net'], b: ['x y', 'z'] },
    }),
  ).toEqual([
    'delegations.api: a subdomain "api"',
    'delegations.Dev: a subdomain "Dev"',
    'delegations.a: ["one.example.net"]',
    'delegations.b.0: "x y"',
    'delegations.b.1: "z"',
  ]);
});
