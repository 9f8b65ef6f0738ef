import {
  EnvironmentError,
  loadEnvironment,
  loadMigrationEnvironment,
} from '../../lambda/environment';

const complete = {
  MERIDIAN_REGION: 'eu-central-1',
  TOPOLOGY_TABLE: 'topology',
  TOPOLOGY_REGIONS: 'us-east-1, us-east-2',
  SESSION_TABLE: 'sessions',
  DIRECTORY_TABLE: 'directory',
  SIGNING_SECRET: 'signing',
  ORIGIN_SECRET: 'origin',
  PEER_URLS: 'eu-central-1=https://a.example.com,us-east-2=http://127.2.0.80:8080/',
  DATABASE_TLS: 'disable',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'key',
};

function faultsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof EnvironmentError) return error.faults;
    throw error;
  }
  return [];
}

test('a complete environment is parsed', async () => {
  const settings = loadEnvironment({
    ...complete,
    PORT: '9000',
    CACHE_ENDPOINT: 'rediss://cache.example.com:6380',
    LEASE_MS: '2500',
    POOL_SIZE: '6',
    AWS_SESSION_TOKEN: 'token',
  });
  expect(settings).toMatchObject({
    region: 'eu-central-1',
    topologyRegions: ['us-east-1', 'us-east-2'],
    peers: { 'eu-central-1': 'https://a.example.com', 'us-east-2': 'http://127.2.0.80:8080' },
    databaseTls: 'disable',
    cache: { host: 'cache.example.com', port: 6380, tls: true },
    leaseMs: 2_500,
    poolSize: 6,
    port: 9000,
  });
  expect(await settings.aws.credentials()).toEqual({
    accessKeyId: 'id',
    secretAccessKey: 'key',
    sessionToken: 'token',
  });
});

test('a server demands the origin secret itself only where it is told to', () => {
  expect(loadEnvironment(complete).originDemanded).toBe(false);
  expect(loadEnvironment({ ...complete, ORIGIN_DEMANDED: 'yes' }).originDemanded).toBe(true);
  expect(faultsOf(() => loadEnvironment({ ...complete, ORIGIN_DEMANDED: 'no' }))).toEqual([
    'ORIGIN_DEMANDED must be `yes`, got: no',
  ]);
});

test('what is optional has its default', () => {
  const { cache, leaseMs, port } = loadEnvironment(complete);
  expect({ cache, leaseMs, port }).toEqual({ cache: undefined, leaseMs: 10_000, port: 8080 });
});

test('a container’s role takes the place of keys', () => {
  const roles = { ...complete, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
  for (const address of [
    { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/x' },
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/x' },
  ])
    expect(faultsOf(() => loadEnvironment({ ...roles, ...address }))).toEqual([]);
  const stranger = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://example.com/' };
  expect(faultsOf(() => loadEnvironment({ ...roles, ...stranger }))).toEqual([
    expect.stringMatching(/^AWS_CONTAINER_CREDENTIALS_FULL_URI must be HTTPS or a local address/),
  ]);
});

test('every missing variable is named at once', () => {
  const faults = faultsOf(() => loadEnvironment({}));
  expect(faults).toEqual(Object.keys(complete).map((name) => `${name} is missing`));
});

test('the migration function needs less', () => {
  const faults = faultsOf(() => loadMigrationEnvironment({}));
  expect(faults).not.toContain('SESSION_TABLE is missing');
  expect(faults).toContain('TOPOLOGY_TABLE is missing');
});

test.each([
  ['MERIDIAN_REGION', 'Frankfurt'],
  ['TOPOLOGY_REGIONS', 'us-east-1,,'],
  ['PEER_URLS', 'eu-central-1'],
  ['PEER_URLS', 'eu-central-1=ftp://x'],
  ['DATABASE_TLS', 'require'],
  ['PORT', '70000'],
  ['PORT', 'http'],
  ['CACHE_ENDPOINT', 'cache.example.com:6379'],
  ['CACHE_ENDPOINT', 'https://cache.example.com:6379'],
  ['CACHE_ENDPOINT', 'redis://cache.example.com'],
  ['CACHE_ENDPOINT', 'redis://cache.example.com:70000'],
  ['LEASE_MS', '0'],
  ['LEASE_MS', '10s'],
  ['POOL_SIZE', '0'],
  ['TRACE_SHARE', '1.5'],
  ['TRACE_SHARE', 'all'],
  ['AWS_ENDPOINT_URL_DYNAMODB', 'localhost'],
])('%s is refused when it is %s', (name, value) => {
  const faults = faultsOf(() => loadEnvironment({ ...complete, [name]: value }));
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(new RegExp(`^${name} must be .*, got: `));
});
