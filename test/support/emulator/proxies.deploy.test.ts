import { Account } from './client';
import { Emulator } from './emulator';

jest.setTimeout(60_000);

type Properties = Readonly<Record<string, unknown>>;

const REGION = 'eu-central-1';
let emulator: Emulator;
let account: Account;
let made = 0;

beforeAll(async () => {
  emulator = await Emulator.start();
  account = new Account(emulator);
}, 60_000);

afterAll(async () => {
  await (emulator as Emulator | undefined)?.stop();
});

const resource = (Type: string, Properties: Properties = {}): Properties => ({ Type, Properties });
const ZONES: Properties = {
  Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
  One: resource('AWS::EC2::Subnet', { CidrBlock: '10.0.0.0/24', VpcId: { Ref: 'Vpc' } }),
  Two: resource('AWS::EC2::Subnet', { CidrBlock: '10.0.1.0/24', VpcId: { Ref: 'Vpc' } }),
};
const SECRET = {
  ...{ AuthScheme: 'SECRETS', IAMAuth: 'DISABLED' },
  SecretArn: `arn:aws:secretsmanager:${REGION}:123456789012:secret:m/domain/content-AbCdEf`,
};
const PROXY = {
  ...{ DBProxyName: 'pool', EngineFamily: 'POSTGRESQL', RequireTLS: true, Auth: [SECRET] },
  RoleArn: 'arn:aws:iam::123456789012:role/proxy-of-everybody',
  VpcSubnetIds: [{ Ref: 'One' }, { Ref: 'Two' }],
};

test.each<[string, string, Properties, RegExp, Properties]>([
  [
    'a proxy that reads one secret twice',
    'AWS::RDS::DBProxy',
    { ...PROXY, Auth: [SECRET, SECRET] },
    /names a secret twice/,
    ZONES,
  ],
  [
    'a proxy of another engine',
    'AWS::RDS::DBProxy',
    { ...PROXY, EngineFamily: 'ORACLE' },
    /EngineFamily: 'ORACLE' is not one of/,
    ZONES,
  ],
  [
    'targets of a cluster that there is not',
    'AWS::RDS::DBProxyTargetGroup',
    {
      ...{ DBProxyName: { Ref: 'Proxy' }, TargetGroupName: 'default' },
      DBClusterIdentifiers: ['nowhere'],
    },
    /nowhere not found/,
    { ...ZONES, Proxy: resource('AWS::RDS::DBProxy', { ...PROXY, DBProxyName: 'lonely' }) },
  ],
])('refuses %s', async (_, type, properties, expected, beside) => {
  made += 1;
  const Resources = { ...beside, Subject: resource(type, properties) };
  expect(await account.create(REGION, `subject-${made}`, { Resources })).toMatch(expected);
});

test('a proxy stands before its cluster, learns of another secret without being replaced, and goes', async () => {
  const template = (...auth: object[]) => ({
    Resources: {
      ...ZONES,
      Cluster: resource('AWS::RDS::DBCluster', {
        ...{ DBClusterIdentifier: 'behind', Engine: 'aurora-postgresql', EngineVersion: '17.7' },
        ...{ MasterUsername: 'postgres', MasterUserPassword: 'emulated-password' },
      }),
      Proxy: resource('AWS::RDS::DBProxy', { ...PROXY, Auth: auth }),
      Targets: resource('AWS::RDS::DBProxyTargetGroup', {
        ...{ DBProxyName: { Ref: 'Proxy' }, TargetGroupName: 'default' },
        DBClusterIdentifiers: [{ Ref: 'Cluster' }],
        ConnectionPoolConfigurationInfo: { MaxConnectionsPercent: 80 },
      }),
      Readers: {
        ...resource('AWS::RDS::DBProxyEndpoint', {
          ...{ DBProxyName: { Ref: 'Proxy' }, DBProxyEndpointName: 'pool-read' },
          ...{ TargetRole: 'READ_ONLY', VpcSubnetIds: PROXY.VpcSubnetIds },
        }),
        DependsOn: 'Targets',
      },
    },
  });
  const id = async () =>
    (await account.resources(REGION, 'pooled')).find(
      ({ LogicalResourceId }) => LogicalResourceId === 'Proxy',
    )?.PhysicalResourceId;
  expect(await account.create(REGION, 'pooled', template(SECRET))).toBeUndefined();
  const first = await id();
  const left = { ...SECRET, SecretArn: SECRET.SecretArn.replace('content', 'content/left') };
  expect(await account.update(REGION, 'pooled', template(SECRET, left))).toBeUndefined();
  expect([first, await id()]).toEqual(['pool', 'pool']);
  expect(await account.delete(REGION, 'pooled')).toBeUndefined();
});
