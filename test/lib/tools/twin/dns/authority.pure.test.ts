import { Authority, type ClientLocation, type RecordSet } from '../../../../../lib/tools/twin/dns';

const FRANKFURT = { latitude: 50.11, longitude: 8.68 };
const OHIO = { latitude: 39.96, longitude: -83 };
const TOKYO = { latitude: 35.68, longitude: 139.69 };
const COORDINATES = { 'eu-central-1': FRANKFURT, 'us-east-2': OHIO, 'ap-northeast-1': TOKYO };
const PLACES: Record<string, ClientLocation> = {
  london: { country: 'GB', continent: 'EU', coordinates: { latitude: 51.5, longitude: -0.1 } },
  paris: { country: 'FR', continent: 'EU', coordinates: { latitude: 48.9, longitude: 2.4 } },
  boston: { country: 'US', continent: 'NA', coordinates: { latitude: 42.4, longitude: -71.1 } },
  // Across the date line from Tokyo: by plain subtraction of degrees, Ohio would look nearer.
  fiji: { country: 'FJ', continent: 'OC', coordinates: { latitude: -17.7, longitude: -179 } },
  nowhere: {},
};

const A = 1;
const AAAA = 28;
const record = (over: Partial<RecordSet>): RecordSet => ({
  key: 'R',
  name: 'origin.example.com',
  type: 'A',
  ttl: 60,
  values: [],
  evaluateTargetHealth: false,
  policy: { kind: 'simple' },
  ...over,
});

interface Setup {
  readonly unhealthy?: readonly string[];
  readonly random?: () => number;
}

const authority = (records: readonly RecordSet[], { unhealthy = [], random }: Setup = {}) =>
  new Authority({
    zones: ['example.com'],
    records,
    coordinates: COORDINATES,
    address: '127.0.53.1',
    locate: (address) => PLACES[address] ?? {},
    healthy: (key) => (key === 'unchecked' ? undefined : !unhealthy.includes(key)),
    ...(random && { random }),
  });

const ask = (of: Authority, name: string, client = 'london', type = A) => {
  const { rcode, records } = of.answer({ name, type }, client);
  return rcode === 0 ? records.map(({ data }) => data.join('.')) : rcode;
};
const ORIGIN = 'origin.example.com';

const latency = ['eu-central-1', 'us-east-2', 'ap-northeast-1'].map((region, at) =>
  record({
    values: [`127.${at + 1}.0.80`],
    healthCheck: region,
    policy: { kind: 'latency', region },
  }),
);

describe('latency records', () => {
  it.each([
    ['london', '127.1.0.80'],
    ['boston', '127.2.0.80'],
    ['fiji', '127.3.0.80'],
    ['nowhere', '127.1.0.80'],
  ])('%s is sent to the nearest Region', (client, address) => {
    expect(ask(authority(latency), ORIGIN, client)).toEqual([address]);
  });

  it('measure along the globe: degrees of longitude shrink towards the poles', () => {
    const of = new Authority({
      zones: ['example.com'],
      records: ['same-latitude', 'same-longitude'].map((region, at) =>
        record({ values: [`127.0.0.${at}`], policy: { kind: 'latency', region } }),
      ),
      coordinates: {
        'same-latitude': { latitude: 70, longitude: 60 },
        'same-longitude': { latitude: 45, longitude: 0 },
      },
      address: '127.0.53.1',
      locate: () => ({ coordinates: { latitude: 70, longitude: 0 } }),
    });
    expect(ask(of, ORIGIN)).toEqual(['127.0.0.0']);
  });

  it('leave out unhealthy Regions: the next nearest answers', () => {
    const one = authority(latency, { unhealthy: ['eu-central-1'] });
    expect(ask(one, ORIGIN)).toEqual(['127.2.0.80']);
    const two = authority(latency, { unhealthy: ['eu-central-1', 'us-east-2'] });
    expect(ask(two, ORIGIN)).toEqual(['127.3.0.80']);
  });

  it('all count as healthy when none is', () => {
    const all = authority(latency, { unhealthy: Object.keys(COORDINATES) });
    expect(ask(all, ORIGIN, 'boston')).toEqual(['127.2.0.80']);
  });

  it('count as healthy while nothing is known', () => {
    const records = latency.map((it) => ({ ...it, healthCheck: 'unchecked' }));
    expect(ask(authority(records), ORIGIN)).toEqual(['127.1.0.80']);
  });
});

describe('geoproximity records', () => {
  const biased = (frankfurt: number, ohio: number) =>
    authority(
      [
        { at: { region: 'eu-central-1' }, bias: frankfurt },
        { at: OHIO, bias: ohio },
      ].map((place, at) =>
        record({ values: [`127.0.0.${at + 1}`], policy: { kind: 'geoproximity', ...place } }),
      ),
    );

  // London lies 640 km from Frankfurt and 6,180 from Ohio.
  it.each([
    [0, 0, '127.0.0.1'],
    [0, 80, '127.0.0.1'],
    [0, 92, '127.0.0.2'],
    [-92, 0, '127.0.0.2'],
    [-80, 0, '127.0.0.1'],
  ])('biases of %d and %d send London to %s', (frankfurt, ohio, address) => {
    expect(ask(biased(frankfurt, ohio), ORIGIN)).toEqual([address]);
  });
});

describe('IP-based records', () => {
  const networks = [undefined, ['192.0.0.0/8', '2001:db8::/32'], ['192.0.2.0/24']] as const;
  const of = authority(
    networks.map((blocks, at) =>
      record({ values: [`127.0.0.${at}`], policy: { kind: 'ip-based', blocks } }),
    ),
  );

  it.each([
    ['192.0.2.7', '127.0.0.2'],
    ['192.0.3.7', '127.0.0.1'],
    ['2001:db8:1::7', '127.0.0.1'],
    ['203.0.113.7', '127.0.0.0'],
    ['2001:db9::', '127.0.0.0'],
  ])('%s is answered %s by the longest block', (client, address) => {
    expect(ask(of, ORIGIN, client)).toEqual([address]);
    expect(of.answer({ name: ORIGIN, type: A }, client).byLocation).toBe(true);
  });

  it('without a default have no answer elsewhere', () => {
    const only = authority([record({ policy: { kind: 'ip-based', blocks: ['192.0.2.0/24'] } })]);
    expect(ask(only, ORIGIN, '203.0.113.7')).toEqual([]);
  });
});

describe('weighted records', () => {
  const weighted = (...weights: number[]) =>
    weights.map((weight, at) =>
      record({
        values: [`127.0.0.${at + 1}`],
        healthCheck: `w${at + 1}`,
        policy: { kind: 'weighted', weight },
      }),
    );
  const shares = (records: RecordSet[], setup: Setup = {}) => {
    let at = 0;
    const of = authority(records, { ...setup, random: () => (at++ % 100) / 100 });
    const counts: Record<string, number> = {};
    for (let draw = 0; draw < 100; draw += 1) {
      const key = String(ask(of, ORIGIN));
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  };

  it('answer in proportion', () => {
    expect(shares(weighted(9, 1))).toEqual({ '127.0.0.1': 90, '127.0.0.2': 10 });
  });

  it('of weight zero do not answer while another is healthy', () => {
    expect(shares(weighted(0, 5))).toEqual({ '127.0.0.2': 100 });
  });

  it('of weight zero answer when the others are unhealthy', () => {
    expect(shares(weighted(0, 5), { unhealthy: ['w2'] })).toEqual({ '127.0.0.1': 100 });
    expect(shares(weighted(0, 5), { unhealthy: ['w1', 'w2'] })).toEqual({ '127.0.0.2': 100 });
  });

  it('answer equally when all weights are zero', () => {
    expect(shares(weighted(0, 0))).toEqual({ '127.0.0.1': 50, '127.0.0.2': 50 });
  });
});

describe('failover records', () => {
  const pair = [
    record({
      values: ['127.0.0.2'],
      healthCheck: 's',
      policy: { kind: 'failover', role: 'SECONDARY' },
    }),
    record({
      values: ['127.0.0.1'],
      healthCheck: 'p',
      policy: { kind: 'failover', role: 'PRIMARY' },
    }),
  ];
  it.each([
    [[], '127.0.0.1'],
    [['p'], '127.0.0.2'],
    [['s'], '127.0.0.1'],
    [['p', 's'], '127.0.0.1'],
  ])('with %j unhealthy: %s', (unhealthy, address) => {
    expect(ask(authority(pair, { unhealthy }), ORIGIN)).toEqual([address]);
  });
});

describe('geolocation records', () => {
  const at = (
    address: string,
    healthCheck: string,
    place: { continent?: string; country?: string },
  ) => record({ values: [address], healthCheck, policy: { kind: 'geolocation', ...place } });
  const records = [
    at('127.0.0.9', 'default', {}),
    at('127.0.0.2', 'eu', { continent: 'EU' }),
    at('127.0.0.1', 'gb', { country: 'GB' }),
  ];

  it.each([
    ['london', [], '127.0.0.1'],
    ['paris', [], '127.0.0.2'],
    ['boston', [], '127.0.0.9'],
    ['nowhere', [], '127.0.0.9'],
    ['london', ['gb'], '127.0.0.2'],
    ['london', ['gb', 'eu'], '127.0.0.9'],
    ['london', ['gb', 'eu', 'default'], '127.0.0.1'],
  ])('%s with %j unhealthy', (client, unhealthy, address) => {
    expect(ask(authority(records, { unhealthy }), ORIGIN, client)).toEqual([address]);
  });

  it('without a default have no answer elsewhere', () => {
    const of = authority(records.slice(1));
    const answer = of.answer({ name: ORIGIN, type: A }, 'boston');
    expect(answer).toMatchObject({ rcode: 0, records: [], byLocation: true });
    expect(answer.soa).toBeDefined();
  });
});

it('multivalue records answer with up to eight healthy ones', () => {
  const records = Array.from({ length: 10 }, (_, at) =>
    record({ values: [`127.0.0.${at}`], healthCheck: `m${at}`, policy: { kind: 'multivalue' } }),
  );
  expect(ask(authority(records), ORIGIN)).toHaveLength(8);
  const unhealthy = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7'];
  expect([...(ask(authority(records, { unhealthy }), ORIGIN) as string[])].sort()).toEqual([
    '127.0.0.8',
    '127.0.0.9',
  ]);
});

describe('aliases', () => {
  const chain = [
    record({
      name: 'example.com',
      values: [],
      alias: ORIGIN,
      evaluateTargetHealth: true,
      policy: { kind: 'failover', role: 'PRIMARY' },
    }),
    record({
      name: 'example.com',
      values: ['127.0.0.9'],
      policy: { kind: 'failover', role: 'SECONDARY' },
    }),
    ...latency,
  ];

  it('answer with the records of the name they point to', () => {
    expect(ask(authority(chain), 'example.com', 'fiji')).toEqual(['127.3.0.80']);
    const answer = authority(chain).answer({ name: 'example.com', type: A }, 'fiji');
    expect(answer.byLocation).toBe(true);
  });

  it('are healthy while any record behind them is', () => {
    const two = authority(chain, { unhealthy: ['eu-central-1', 'us-east-2'] });
    expect(ask(two, 'example.com')).toEqual(['127.3.0.80']);
    const none = authority(chain, { unhealthy: Object.keys(COORDINATES) });
    expect(ask(none, 'example.com')).toEqual(['127.0.0.9']);
  });

  it('that do not evaluate their target stay healthy', () => {
    const records = chain.map((it) => ({ ...it, evaluateTargetHealth: false }));
    const none = authority(records, { unhealthy: Object.keys(COORDINATES) });
    expect(ask(none, 'example.com')).toEqual(['127.1.0.80']);
  });

  it('evaluate a load balancer by its own key', () => {
    const records = latency.map((it, at) => ({
      ...it,
      healthCheck: undefined,
      evaluateTargetHealth: true,
      target: `alb${at}`,
    })) as unknown as RecordSet[];
    expect(ask(authority(records, { unhealthy: ['alb0'] }), ORIGIN)).toEqual(['127.2.0.80']);
  });

  it('in a circle have no answer', () => {
    const circle = [
      record({ name: 'a.example.com', alias: 'b.example.com', evaluateTargetHealth: true }),
      record({ name: 'b.example.com', alias: 'a.example.com', evaluateTargetHealth: true }),
    ];
    expect(ask(authority(circle), 'a.example.com')).toEqual([]);
  });
});

describe('names', () => {
  const of = authority([
    ...latency,
    record({ name: 'deep.down.example.com', values: ['127.0.0.1'] }),
    record({ name: '*.wild.example.com', values: ['127.0.0.7'] }),
    record({ name: 'held.wild.example.com', values: ['127.0.0.8'] }),
    record({ name: 'www.example.com', type: 'CNAME', values: ['Origin.Example.com.'] }),
    record({ name: 'out.example.com', type: 'CNAME', values: ['example.net'] }),
  ]);
  const NXDOMAIN = 3;
  const REFUSED = 5;

  it.each([
    ['ORIGIN.example.COM', A, ['127.1.0.80']],
    ['missing.example.com', A, NXDOMAIN],
    ['x.origin.example.com', A, NXDOMAIN],
    [ORIGIN, AAAA, []],
    ['down.example.com', A, []],
    ['example.com', A, []],
    ['x.wild.example.com', A, ['127.0.0.7']],
    ['x.y.wild.example.com', A, ['127.0.0.7']],
    ['wild.example.com', A, []],
    ['x.held.wild.example.com', A, NXDOMAIN],
    ['example.org', A, REFUSED],
    ['badexample.com', A, REFUSED],
    ['com', A, REFUSED],
    ['', A, REFUSED],
    ['ns.example.com', A, ['127.0.53.1']],
    ['example.com', 252, REFUSED],
  ])('%s %d', (name, type, expected) => {
    expect(ask(of, name, 'london', type)).toEqual(expected);
  });

  it('without an answer come with the start of authority', () => {
    const soa = { owner: 'example.com', type: 6, ttl: 60 };
    expect(of.answer({ name: 'missing.example.com', type: A }, 'x').soa).toMatchObject(soa);
    expect(of.answer({ name: ORIGIN, type: AAAA }, 'x').soa).toMatchObject(soa);
    expect(of.answer({ name: ORIGIN, type: A }, 'x').soa).toBeUndefined();
  });

  it('follow a CNAME inside the zone, under the name it points to', () => {
    const { records } = of.answer({ name: 'www.example.com', type: A }, 'london');
    expect(records.map(({ owner, type }) => [owner, type])).toEqual([
      [undefined, 5],
      ['origin.example.com', A],
    ]);
    expect(of.answer({ name: 'out.example.com', type: A }, 'london').records).toHaveLength(1);
    expect(of.answer({ name: 'www.example.com', type: 5 }, 'london').records).toHaveLength(1);
  });

  it('at the apex have a name server and a start of authority', () => {
    expect(of.answer({ name: 'example.com', type: 2 }, 'x').records).toHaveLength(1);
    expect(of.answer({ name: 'example.com', type: 6 }, 'x').records).toHaveLength(1);
  });

  it('asked for ANY answer with one record, whatever they have', () => {
    expect(of.answer({ name: ORIGIN, type: 255 }, 'x').records.map((it) => it.type)).toEqual([13]);
  });
});

it('only answers that depend on the place say so', () => {
  const of = authority([...latency, record({ name: 'plain.example.com', values: ['127.0.0.1'] })]);
  expect(of.answer({ name: ORIGIN, type: A }, 'x').byLocation).toBe(true);
  expect(of.answer({ name: 'plain.example.com', type: A }, 'x').byLocation).toBe(false);
});

it('records are replaced at once, and the serial goes up', () => {
  const of = authority(latency);
  const serial = () =>
    of.answer({ name: 'example.com', type: 6 }, 'x').records[0]!.data.toString('hex');
  const before = serial();
  of.setRecords([record({ values: ['127.9.9.9'] })]);
  expect(ask(of, ORIGIN)).toEqual(['127.9.9.9']);
  expect(serial()).not.toBe(before);
});
