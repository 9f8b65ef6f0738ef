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
  const settings = loadEnvironment({ ...complete, PORT: '9000', AWS_SESSION_TOKEN: 'token' });
  expect(settings).toMatchObject({
    region: 'eu-central-1',
    topologyRegions: ['us-east-1', 'us-east-2'],
    peers: { 'eu-central-1': 'https://a.example.com', 'us-east-2': 'http://127.2.0.80:8080' },
    databaseTls: 'disable',
    port: 9000,
  });
  expect(await settings.aws.credentials()).toEqual({
    accessKeyId: 'id',
    secretAccessKey: 'key',
    sessionToken: 'token',
  });
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
  ['AWS_ENDPOINT_URL_DYNAMODB', 'localhost'],
])('%s is refused when it is %s', (name, value) => {
  const faults = faultsOf(() => loadEnvironment({ ...complete, [name]: value }));
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(new RegExp(`^${name} must be .*, got: `));
});
