import { TemplateReader } from '../../../../../lib/tools/twin/plan';
import { localAnswers, rewriteDatabases } from '../../../../../lib/tools/twin/plan/private/places';
import { planProxies } from '../../../../../lib/tools/twin/plan/private/proxies';
import { planSecrets } from '../../../../../lib/tools/twin/plan/private/secrets';
import { Fixtures } from '../../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

const secret = (value: string) => ({
  Type: 'AWS::SecretsManager::Secret',
  Properties: { Name: 'app/role', SecretString: value },
});
const RESOURCES = {
  Secret: secret('{"username":"app","password":"hidden"}'),
  Cluster: {
    Type: 'AWS::RDS::DBCluster',
    Properties: { Engine: 'aurora-postgresql', DBClusterIdentifier: 'main' },
  },
  Proxy: {
    Type: 'AWS::RDS::DBProxy',
    Properties: { IdleClientTimeout: 600, Auth: [{ SecretArn: { Ref: 'Secret' } }] },
  },
  Targets: {
    Type: 'AWS::RDS::DBProxyTargetGroup',
    Properties: {
      DBProxyName: { Ref: 'Proxy' },
      DBClusterIdentifiers: ['main'],
      ConnectionPoolConfigurationInfo: { MaxConnectionsPercent: 80, ConnectionBorrowTimeout: 5 },
    },
  },
  Readers: {
    Type: 'AWS::RDS::DBProxyEndpoint',
    Properties: { DBProxyName: { Ref: 'Proxy' }, TargetRole: 'READ_ONLY' },
  },
};

const load = (changes: object = {}) =>
  fixtures.load({ Service: { template: { Resources: { ...RESOURCES, ...changes } } } });

function planned(changes: object = {}) {
  const assembly = load(changes);
  const answers = localAnswers(new TemplateReader(assembly));
  return planProxies(assembly, answers, planSecrets(new TemplateReader(assembly)));
}

test('a proxy has the users of its secrets, and the limits and times of its targets', () => {
  expect(planned()).toMatchObject([
    {
      key: 'Service/Proxy',
      cluster: 'Service/Cluster',
      users: [{ username: 'app', password: 'hidden' }],
      maxConnectionsPercent: 80,
      // Half of them, as at AWS, where nothing is said.
      maxIdleConnectionsPercent: 40,
      borrowTimeoutSeconds: 5,
      idleClientSeconds: 600,
    },
  ]);
});

test('a secret without a user is refused by its name', () => {
  expect(() => planned({ Secret: secret('{"key":"x"}') })).toThrow(
    /Service\/Proxy: Auth names arn:\S+:secret:app\/role-\S+, which is no secret/,
  );
});

test('its endpoints have places of their own, apart from the cluster that it stands before', () => {
  const answer = localAnswers(new TemplateReader(load()));
  const at = (port: number) => ({ address: '127.0.0.1', port });
  const key = 'Service/Cluster';
  const rewrite = rewriteDatabases([
    {
      ...{ region: 'eu-west-1', databases: new Map([[key, at(1)]]), caches: new Map() },
      ...{ tables: at(4), gateway: at(5), edge: at(6), answer: '', servers: '' },
      proxies: new Map([[key, { writer: at(2), reader: at(3) }]]),
    },
  ]);
  const placeOf = (resource: string, attribute: string) =>
    rewrite(`${answer({ resource, attribute }) as string}:5432`);
  expect(placeOf('Service/Cluster', 'Endpoint.Address')).toBe('127.0.0.1:1');
  expect(placeOf('Service/Proxy', 'Endpoint')).toBe('127.0.0.1:2');
  expect(placeOf('Service/Readers', 'Endpoint')).toBe('127.0.0.1:3');
});
