import { GRANTED_PARTS, resolveDeployment } from '../../../lib/config';
import type { Declaration } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

const valid = (change: object = {}): Declaration => ({ ...reference, ...change });

/** Faults as `path: found`, in the order reported. */
const faultsOf = (input: unknown) => faultsIn(input).map(({ path, found }) => `${path}: ${found}`);

/** What a store says of its statements and load by default; tests of its own tell the rest. */
const WATCHED = {
  headless: [],
  endpoints: [],
  statements: { logSlowerThanMs: 1000, timeoutSeconds: 3600, idleInTransactionSeconds: 60 },
  logicalReplication: false,
  databaseInsights: 'standard',
};

/** A domain's store. */
const MAIN = { store: 'main' };

describe('a minimal declaration', () => {
  const deployment = resolveDeployment(reference);

  it('gets every documented default', () => {
    expect(deployment).toMatchObject({
      name: 'meridian',
      birthRegion: 'eu-central-1',
      edgeRegion: 'us-east-1',
      zone: undefined,
      controlRegions: ['us-east-1', 'us-east-2', 'us-west-2'],
      demand: { users: 10_000_000, dailyActive: 0.1, requestsPerUserDay: 30, peakFactor: 5 },
      objectives: { rtoSeconds: 300, rpoSeconds: 5, decisionSeconds: 30, promotionSeconds: 60 },
      protection: 'production',
      domains: [
        { name: 'identity', store: 'main' },
        { name: 'content', store: 'main' },
        { name: 'social', store: 'main' },
      ],
      shards: [{ name: 's0', home: 'eu-central-1', logical: [0, 1023] }],
    });
    expect(deployment.stores).toEqual([
      {
        name: 'main',
        engine: 'aurora',
        regions: ['eu-central-1', 'us-east-2', 'ap-northeast-1'],
        birthRegion: 'eu-central-1',
        engineVersion: '17.7',
        instanceClass: 'db.r8g.large',
        instancesPerRegion: 2,
        maxInstancesPerRegion: 2,
        sharded: true,
        ...WATCHED,
      },
    ]);
    expect(deployment.services).toEqual([
      {
        name: 'api',
        bundle: 'build/lambda/api',
        healthPath: '/healthz',
        readyPath: '/readyz',
        livePaths: ['/api/stream*', '/api/ws'],
        environment: {},
        grants: { parts: GRANTED_PARTS, own: [] },
        memoryMiB: 512,
        compute: {
          lambda: expect.objectContaining({ weight: 20 }) as object,
          fargate: expect.objectContaining({
            ...{ weight: 80, cpu: 1024, memoryMiB: 2048 },
            ...{ requestsPerSecond: 100, minTasks: 12, maxTasks: 48 },
          }) as object,
        },
        loadBalancing: expect.anything() as object,
      },
    ]);
    expect(deployment.cache).toEqual({
      ...{ kind: 'nodes', nodeType: 'cache.m7g.large', replicas: 1 },
      ...{ shards: undefined, globalDatastore: undefined },
    });
  });

  it('puts each traffic switch into the next Region round the ring, never into its own', () => {
    expect(deployment.regions.map(({ name, switchRegion }) => [name, switchRegion])).toEqual([
      ['eu-central-1', 'us-east-2'],
      ['us-east-2', 'ap-northeast-1'],
      ['ap-northeast-1', 'eu-central-1'],
    ]);
  });

  it('takes zone names from the table: Tokyo has no b', () => {
    expect(deployment.regions[2]?.zones).toEqual([
      'ap-northeast-1a',
      'ap-northeast-1c',
      'ap-northeast-1d',
    ]);
  });
});

const everywhere = { birthRegion: 'us-east-2', regions: ['us-east-2', 'eu-west-1'] };

it('keeps every property that is declared', () => {
  const settings = {
    cache: {
      ...{ kind: 'nodes', nodeType: 'cache.r7g.xlarge', replicas: 2, shards: undefined },
      globalDatastore: undefined,
    },
    uploads: { origins: ['https://app.example.net'], encryption: 'kms' },
    objectives: { rtoSeconds: 60, rpoSeconds: 0, decisionSeconds: 9, promotionSeconds: 0 },
    network: { egress: 'nat-and-endpoints' },
    ...{ observability: { dashboards: false }, secretRotationDays: 90 },
  };
  const declared = {
    ...reference,
    name: 'acme',
    birthRegion: 'us-east-2',
    zone: { id: 'Z0123456789ABC' },
    controlRegions: ['eu-west-1', 'eu-west-2', 'eu-central-1'],
    regions: {
      'us-east-2': { cidr: '10.20.0.0/16', zones: ['us-east-2c', 'us-east-2a', 'us-east-2b'] },
      'eu-west-1': { cidr: '10.30.0.0/16' },
    },
    demand: { users: 5, dailyActive: 1, requestsPerUserDay: 0.5, peakFactor: 1 },
    stores: {
      one: {
        engine: 'aurora',
        birthRegion: 'us-east-2',
        regions: ['eu-west-1', 'us-east-2'],
        engineVersion: '16.9',
        instanceClass: 'db.r7g.2xlarge',
        instancesPerRegion: 3,
      },
    },
    domains: {
      identity: { store: 'one' },
      content: { store: 'one' },
      social: { store: 'one' },
      audit: { store: 'one' },
    },
    shards: {
      a: { home: 'eu-west-1', logical: [512, 1023] },
      b: { home: 'us-east-2', logical: [0, 511] },
    },
    services: {
      web: {
        bundle: './mine',
        healthPath: '/up',
        readyPath: '/ready',
        livePaths: [],
        environment: { COLOUR: 'blue' },
        memoryMiB: 1024,
        compute: {
          lambda: { weight: 1 },
          fargate: { weight: 3, cpu: 512, memoryMiB: 4096, requestsPerSecond: 7, maxTasks: 9 },
        },
      },
    },
    ...settings,
    protection: 'ephemeral',
  } as const;
  expect(resolveDeployment(declared)).toEqual({
    schemaVersion: 1,
    // Told in tests of their own.
    review: expect.anything() as object,
    ...{ stage: 'multi-region', account: '123456789012', domainName: 'example.com', name: 'acme' },
    ...{ birthRegion: 'us-east-2', edgeRegion: 'us-east-1', queues: [], jobs: [] },
    zone: { id: 'Z0123456789ABC' },
    controlRegions: declared.controlRegions,
    regions: [
      { name: 'us-east-2', switchRegion: 'eu-west-1', ...declared.regions['us-east-2'] },
      {
        name: 'eu-west-1',
        switchRegion: 'us-east-2',
        cidr: '10.30.0.0/16',
        zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
      },
    ],
    demand: declared.demand,
    stores: [
      { name: 'one', ...declared.stores.one, maxInstancesPerRegion: 3, sharded: true, ...WATCHED },
    ],
    domains: ['identity', 'content', 'social', 'audit'].map((name) => ({ name, store: 'one' })),
    shards: [
      { name: 'a', ...declared.shards.a, ...everywhere },
      { name: 'b', ...declared.shards.b, ...everywhere },
    ],
    services: [
      {
        name: 'web',
        ...declared.services.web,
        grants: { parts: GRANTED_PARTS, own: [] },
        compute: {
          lambda: expect.objectContaining(declared.services.web.compute.lambda) as object,
          fargate: expect.objectContaining({ minTasks: 3, maxTasks: 9 }) as object,
        },
        loadBalancing: expect.anything() as object,
      },
    ],
    server: undefined,
    tableRegions: ['us-east-2', 'eu-west-1'],
    ...settings,
    uploads: { origins: ['https://example.com', 'https://app.example.net'], encryption: 'kms' },
    ...{ edge: { mode: 'cdn' }, routing: { policy: 'latency' }, delegations: [] },
    protection: 'ephemeral',
  });
});

describe('faults', () => {
  it('are all reported at once, each as path, what was found and what is allowed', () => {
    const input = {
      ...reference,
      stage: 'planetary',
      account: 123456789012,
      domainName: 'Example',
      regoins: {},
      regions: { 'eu-central-1': { cidr: '10.0.0.0/8' }, 'mars-1': {}, 'us-east-2': {} },
    };
    expect(() => resolveDeployment(input)).toThrow(
      [
        'the declaration has 6 faults:',
        '  regoins: found an unknown property; allowed: regions (nearest)',
        '  stage: found "planetary"; allowed: "single-server", "load-balanced", "replicated", "multi-region", "sharded"',
        '  account: found 123456789012; allowed: an account id: text of twelve digits',
        '  domainName: found "Example"; allowed: a DNS name in lower case of two or more labels, such as "example.com"',
        '  regions.mars-1: found an unknown Region; allowed: us-east-1, us-east-2, us-west-2, ca-central-1, sa-east-1, af-south-1, eu-central-1, eu-west-1, eu-west-2, eu-west-3, eu-north-1, ap-northeast-1, ap-northeast-2, ap-northeast-3, ap-south-1, ap-southeast-1, ap-southeast-2',
        '  regions.eu-central-1.cidr: found "10.0.0.0/8"; allowed: a /16 block of 10.0.0.0/8, such as "10.1.0.0/16"',
      ].join('\n'),
    );
  });

  it.each([null, undefined, 3, 'multi-region', [reference], () => reference])(
    'name the declaration as a whole if it is not an object: %p',
    (input) => {
      expect(faultsOf(input)).toEqual([expect.stringMatching(/^: /)]);
    },
  );

  it('name every required property that is missing', () => {
    expect(faultsOf({})).toEqual([
      'schemaVersion: nothing',
      'stage: nothing',
      'account: nothing',
      'domainName: nothing',
      'demand: nothing',
      'regions: nothing',
    ]);
  });

  const regions = (of: object): object => ({ regions: of });
  const shards = (of: object): object => ({ shards: of });
  const store = (of: object): object => ({ stores: { main: { engine: 'aurora', ...of } } });
  const ok = { 'eu-central-1': {}, 'us-east-2': {} };

  it.each<[string, object, string[]]>([
    ['another schema version', { schemaVersion: '1' }, ['schemaVersion: "1"']],
    ['a name with capitals', { name: 'Acme' }, ['name: "Acme"']],
    ['a name that AWS reserves', { name: 'aws-acme' }, ['name: "aws-acme"']],
    ['a name of 17 characters', { name: 'a'.repeat(17) }, [`name: "${'a'.repeat(17)}"`]],
    ['an account of 11 digits', { account: '12345678901' }, ['account: "12345678901"']],
    ['a domain of one label', { domainName: 'localhost' }, ['domainName: "localhost"']],
    ['a domain with a final dot', { domainName: 'example.com.' }, ['domainName: "example.com."']],
    ['an address as a domain', { domainName: '10.0.0.1' }, ['domainName: "10.0.0.1"']],
    ['a zone without id', { zone: {} }, ['zone.id: nothing']],
    ['no users', { demand: { users: 0 } }, ['demand.users: 0']],
    [
      'more than everybody active',
      { demand: { users: 1, dailyActive: 1.5 } },
      ['demand.dailyActive: 1.5'],
    ],
    ['NaN', { objectives: { rtoSeconds: NaN } }, ['objectives.rtoSeconds: NaN']],
    ['a protection of another name', { protection: 'none' }, ['protection: "none"']],
    ['one Region', regions({ 'eu-central-1': {} }), ['regions: 1 Region']],
    ['a list of Regions', regions(['eu-central-1']), ['regions: ["eu-central-1"]']],
    [
      'a Region with two zones to an account',
      regions({ ...ok, 'us-west-1': {} }),
      ['regions.us-west-1: an unknown Region'],
    ],
    [
      'a block of another size',
      regions({ ...ok, 'us-east-2': { cidr: '10.1.0.0/24' } }),
      ['regions.us-east-2.cidr: "10.1.0.0/24"'],
    ],
    [
      'a block outside 10.0.0.0/8',
      regions({ ...ok, 'us-east-2': { cidr: '172.16.0.0/16' } }),
      ['regions.us-east-2.cidr: "172.16.0.0/16"'],
    ],
    [
      'a block with host bits',
      regions({ ...ok, 'us-east-2': { cidr: '10.1.2.0/16' } }),
      ['regions.us-east-2.cidr: "10.1.2.0/16"'],
    ],
    [
      'a block that another Region has',
      regions({ ...ok, 'us-east-2': { cidr: '10.0.0.0/16' } }),
      ['regions.us-east-2.cidr: "10.0.0.0/16", which eu-central-1 has'],
    ],
    [
      "another Region's zone",
      regions({ ...ok, 'us-east-2': { zones: ['us-east-2a', 'us-east-2b', 'eu-central-1c'] } }),
      ['regions.us-east-2.zones.2: "eu-central-1c"'],
    ],
    [
      'a zone twice',
      regions({ ...ok, 'us-east-2': { zones: ['us-east-2a', 'us-east-2b', 'us-east-2a'] } }),
      ['regions.us-east-2.zones: ["us-east-2a", "us-east-2b", "us-east-2a"]'],
    ],
    [
      'a birth Region that does not serve',
      { birthRegion: 'us-west-2' },
      ['birthRegion: "us-west-2"'],
    ],
    [
      'control Regions of two Region sets',
      { controlRegions: ['us-east-1', 'us-east-2', 'eu-west-1'] },
      ['controlRegions: ["us-east-1", "us-east-2", "eu-west-1"]'],
    ],
    [
      'two control Regions',
      { controlRegions: ['us-east-1', 'us-east-2'] },
      ['controlRegions: ["us-east-1", "us-east-2"]'],
    ],
    [
      'control Regions in no Region set',
      { controlRegions: ['ap-south-1', 'sa-east-1', 'ca-central-1'] },
      ['controlRegions: ["ap-south-1", "sa-east-1", "ca-central-1"]'],
    ],
    ['another engine', store({ engine: 'mysql' }), ['stores.main.engine: "mysql"']],
    [
      'a burstable class',
      store({ instanceClass: 'db.t4g.medium' }),
      ['stores.main.instanceClass: "db.t4g.medium"'],
    ],
    ['17 instances', store({ instancesPerRegion: 17 }), ['stores.main.instancesPerRegion: 17']],
    [
      'a store in a Region that does not serve',
      store({ regions: ['eu-central-1', 'us-east-2', 'ap-northeast-1', 'us-west-2'] }),
      ['stores.main.regions.3: "us-west-2"'],
    ],
    [
      'a store born elsewhere than the deployment',
      store({ birthRegion: 'us-east-2' }),
      ['stores.main.birthRegion: "us-east-2"'],
    ],
    [
      'a domain in an unknown store',
      { domains: { identity: MAIN, content: { store: 'mian' }, social: MAIN } },
      ['domains.content.store: "mian"'],
    ],
    [
      'the sample workload without its domains',
      { domains: { identity: { store: 'main' } } },
      ['services: the sample workload without content and social'],
    ],
    [
      'the sample workload in a Region that holds no copy',
      store({ regions: ['eu-central-1', 'us-east-2'] }),
      ['services: the sample workload in ap-northeast-1 without store main'],
    ],
    [
      'a name that PostgreSQL keeps for its own',
      {
        domains: { identity: MAIN, content: MAIN, social: MAIN, pg_x: MAIN },
      },
      ['domains.pg_x: an unusable name'],
    ],
    [
      'a home that does not serve',
      shards({ s0: { home: 'us-west-2' } }),
      ['shards.s0.home: "us-west-2"'],
    ],
    [
      'a range out of bounds',
      shards({ s0: { logical: [0, 1024] } }),
      ['shards.s0.logical: [0, 1024]'],
    ],
    ['a range backwards', shards({ s0: { logical: [9, 3] } }), ['shards.s0.logical: [9, 3]']],
    [
      'ranges that overlap',
      shards({ a: { logical: [0, 600] }, b: { logical: [500, 1023] } }),
      ['shards.b.logical: [500, 1023], of which shard a holds 500..600'],
    ],
    [
      'a range inside another',
      shards({ a: { logical: [0, 1023] }, b: { logical: [5, 5] } }),
      ['shards.b.logical: [5, 5], of which shard a holds 5..5'],
    ],
    [
      'ranges with gaps',
      shards({ a: { logical: [1, 100] }, b: { logical: [102, 1000] } }),
      ['shards: no shard for 0', 'shards: no shard for 101', 'shards: no shard for 1001..1023'],
    ],
    [
      'ranges in some shards only',
      shards({ a: { logical: [0, 511] }, b: {} }),
      ['shards: no `logical` in b'],
    ],
    ['two services', { services: { one: {}, two: {} } }, ['services: 2 services']],
    ['no service', { services: {} }, ['services: an empty object']],
    [
      'names too long for a cluster',
      shards({ ['s'.repeat(40)]: {} }),
      [`: "meridian-main-${'s'.repeat(40)}-ap-northeast-1-2", 71 characters`],
    ],
    [
      'a domain too long for a certificate',
      { domainName: `${'d'.repeat(40)}.example` },
      [`: "ap-northeast-1.origin.${'d'.repeat(40)}.example", 70 characters`],
    ],
  ])('of %s are told', (_what, change, expected) => {
    expect(faultsOf(valid(change))).toEqual(expected);
  });
});
