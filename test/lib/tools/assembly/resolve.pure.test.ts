import type { Json, ResourceAttribute } from '../../../../lib/tools/assembly';
import { ACCOUNT, Fixtures } from './fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

const template = {
  Parameters: {
    Size: { Type: 'Number', Default: 3 },
    Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
    Given: { Type: 'String', Default: 'default' },
    Empty: { Type: 'String' },
    BirthRegion: { Type: 'String', Default: 'eu-central-1' },
  },
  Mappings: { Lists: { 'eu-central-1': { checkers: ['10.0.0.0/8'], name: 'Frankfurt' } } },
  Conditions: {
    IsBirth: { 'Fn::Equals': [{ Ref: 'BirthRegion' }, { Ref: 'AWS::Region' }] },
    NotBirth: { 'Fn::Not': [{ Condition: 'IsBirth' }] },
    Either: { 'Fn::Or': [{ Condition: 'Asks' }, { Condition: 'IsBirth' }] },
    Both: { 'Fn::And': [{ Condition: 'Asks' }, { Condition: 'NotBirth' }] },
    Asks: { 'Fn::Equals': [{ Ref: 'Empty' }, 'x'] },
    Three: { 'Fn::Equals': [{ Ref: 'Size' }, 3] },
    Circle: { 'Fn::Not': [{ Condition: 'Circle' }] },
  },
  Resources: {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: { 'Fn::Sub': 'm-${AWS::AccountId}-${AWS::Region}' } },
    },
    Queue: { Type: 'AWS::SQS::Queue' },
    Alb: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' },
    Gone: { Type: 'AWS::SQS::Queue', Condition: 'NotBirth' },
    Here: { Type: 'AWS::SQS::Queue', Condition: 'IsBirth' },
    Perhaps: { Type: 'AWS::SQS::Queue', Condition: 'Asks' },
    Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r' } },
    Deep: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r', Path: '/deep/' } },
    constructor: { Type: 'AWS::SQS::Queue' },
  },
};

const assembly = fixtures.load({ Api: { template, parameters: { Given: 'manifest' } } });
const api = assembly.stacks.get('Api')!;
const resolve = (value: unknown, answers: Record<string, Json> = {}) =>
  assembly.resolve(value, api, ({ resource, attribute }: ResourceAttribute) =>
    Object.hasOwn(answers, `${resource}.${attribute}`)
      ? answers[`${resource}.${attribute}`]
      : undefined,
  );
const known = (value: Json) => ({ kind: 'known', value });
const unknown = (reason: RegExp) => ({
  kind: 'unknown',
  reason: expect.stringMatching(reason) as string,
});

describe('what the assembly determines', () => {
  const cases: [written: unknown, value: Json][] = [
    ['text', 'text'],
    [7, 7],
    [{ Ref: 'AWS::Region' }, 'eu-central-1'],
    [{ Ref: 'AWS::AccountId' }, ACCOUNT],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    [{ Ref: 'AWS::StackName' }, 'name-of-Api'],
    [{ Ref: 'AWS::NoValue' }, null],
    [{ Ref: 'Size' }, '3'],
    [{ Ref: 'Zones' }, ['a', 'b']],
    [{ Ref: 'Given' }, 'manifest'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Size' }, 5, true]] }, 'a-3-5-true'],
    [{ 'Fn::Join': ['', ['a', { Ref: 'AWS::NoValue' }]] }, 'a'],
    [{ 'Fn::Sub': '${AWS::Region}/${Size}/${!Literal}/$x' }, 'eu-central-1/3/${Literal}/$x'],
    [
      { 'Fn::Sub': ['${x}-${Size}', { x: { Ref: 'AWS::Region' }, Size: 'own' }] },
      'eu-central-1-own',
    ],
    [{ 'Fn::Select': [1, ['a', 'b']] }, 'b'],
    [{ 'Fn::Select': ['0', { Ref: 'Zones' }] }, 'a'],
    [{ 'Fn::Select': [0, ['a', { 'Fn::GetAZs': '' }]] }, 'a'],
    [{ 'Fn::Split': [':', 'a:b:c'] }, ['a', 'b', 'c']],
    [{ 'Fn::Select': [2, { 'Fn::Split': [':', 'a:b:c'] }] }, 'c'],
    [{ 'Fn::FindInMap': ['Lists', { Ref: 'AWS::Region' }, 'name'] }, 'Frankfurt'],
    [{ 'Fn::FindInMap': ['Lists', 'eu-central-1', 'checkers'] }, ['10.0.0.0/8']],
    [{ 'Fn::FindInMap': ['Lists', 'x', 'y', { DefaultValue: 'z' }] }, 'z'],
    [{ 'Fn::If': ['IsBirth', 'birth', 'secondary'] }, 'birth'],
    [{ 'Fn::If': ['NotBirth', 'secondary', { Ref: 'AWS::NoValue' }] }, null],
    [{ 'Fn::If': ['Either', 1, 2] }, 1],
    [{ 'Fn::If': ['Both', 1, 2] }, 2],
    [{ 'Fn::If': ['Three', 1, 2] }, 1],
    [{ 'Fn::Base64': 'é' }, 'w6k='],
    [{ 'Fn::Length': ['a', 'b'] }, 2],
    [{ 'Fn::ToJsonString': { a: { Ref: 'Size' } } }, '{"a":"3"}'],
    [{ 'Fn::Cidr': ['10.1.0.0/16', 3, 12] }, ['10.1.0.0/20', '10.1.16.0/20', '10.1.32.0/20']],
    [{ 'Fn::Cidr': ['10.1.7.9/30', '2', '1'] }, ['10.1.7.8/31', '10.1.7.10/31']],
    [{ a: [{ Ref: 'Size' }, { Ref: 'AWS::NoValue' }], b: { Ref: 'AWS::NoValue' } }, { a: ['3'] }],
    [
      { Ref: 'Size', Other: 'key' },
      { Ref: 'Size', Other: 'key' },
    ],
  ];

  it.each(cases)('%j', (written, value) => {
    expect(resolve(written)).toEqual(known(value));
  });

  it('copies no prototype from a template', () => {
    const hostile: unknown = JSON.parse('{"__proto__": {"admin": true}, "a": 1}');
    const resolution = resolve(hostile);
    expect(JSON.stringify(resolution)).toContain('"__proto__":{"admin":true}');
    expect((resolution as unknown as { value: { admin?: boolean } }).value.admin).toBeUndefined();
  });
});

describe('what it does not determine', () => {
  const cases: [written: unknown, reason: RegExp][] = [
    [{ Ref: 'AWS::StackId' }, /^AWS::StackId is generated/],
    [{ Ref: 'Empty' }, /^parameter Empty of Api has no value$/],
    [{ Ref: 'Nothing' }, /^stack Api has no parameter or resource Nothing$/],
    [{ Ref: 'toString' }, /^stack Api has no parameter or resource toString$/],
    [{ Ref: ['x'] }, /^Ref is not given/],
    [{ 'Fn::GetAtt': 'Nothing.Arn' }, /^stack Api has no resource Nothing$/],
    [{ 'Fn::GetAtt': ['Queue'] }, /^Fn::GetAtt is not given/],
    [{ 'Fn::GetAZs': '' }, /^Fn::GetAZs depends on the account$/],
    [{ 'Fn::Transform': {} }, /^Fn::Transform is not evaluated$/],
    [{ 'Fn::If': ['Asks', 1, 2] }, /^parameter Empty of Api has no value$/],
    [{ 'Fn::If': ['Circle', 1, 2] }, /^condition Circle of Api depends on itself$/],
    [{ 'Fn::If': ['None', 1, 2] }, /^stack Api has no condition None$/],
    [{ 'Fn::Select': [5, ['a']] }, /nothing at index 5$/],
    [{ 'Fn::FindInMap': ['Lists', 'x', 'y'] }, /no Lists\.x\.y in stack Api$/],
    [{ 'Fn::Join': ['', [{ Ref: 'Queue' }]] }, /^Api\/Queue\.Ref is only known after deployment$/],
    [{ 'Fn::Sub': '${Queue.Arn}' }, /^Api\/Queue\.Arn is only known/],
    [{ 'Fn::Sub': '${Zones}' }, /\$\{Zones\} is not text$/],
    [{ a: { Ref: 'Queue' } }, /^Api\/Queue\.Ref is only known/],
    [{ Ref: 'Gone' }, /^Api\/Gone is left out by its condition NotBirth$/],
    [{ 'Fn::Cidr': ['10.0.0.0/8', 1, 25] }, /^Fn::Cidr is not given/],
    [{ 'Fn::Cidr': ['10.0.0.0/24', 5, 6] }, /^Fn::Cidr is not given/],
    [{ 'Fn::Cidr': ['fd00::/56', 1, 64] }, /IPv6/],
    [{ 'Fn::ImportValue': 'none' }, /^no stack has the export none in eu-central-1$/],
    [undefined, /^not a JSON value$/],
  ];

  it.each(cases)('%j', (written, reason) => {
    expect(resolve(written)).toEqual(unknown(reason));
  });
});

describe('references to resources', () => {
  it('are symbols, with the attribute in either form of Fn::GetAtt', () => {
    expect(resolve({ Ref: 'Queue' })).toEqual({
      kind: 'symbol',
      symbol: { resource: 'Api/Queue', attribute: 'Ref' },
    });
    const dns = {
      kind: 'symbol',
      symbol: { resource: 'Api/Alb', attribute: 'Endpoint.Address' },
    };
    expect(resolve({ 'Fn::GetAtt': ['Alb', 'Endpoint.Address'] })).toEqual(dns);
    expect(resolve({ 'Fn::GetAtt': 'Alb.Endpoint.Address' })).toEqual(dns);
    expect(resolve({ Ref: 'constructor' })).toMatchObject({ kind: 'symbol' });
  });

  it('carry the name or ARN that the template itself determines', () => {
    const name = `m-${ACCOUNT}-eu-central-1`;
    expect(resolve({ Ref: 'Bucket' })).toMatchObject({ kind: 'symbol', value: name });
    expect(resolve({ 'Fn::GetAtt': 'Bucket.Arn' })).toMatchObject({
      value: `arn:aws:s3:::${name}`,
    });
    expect(resolve({ 'Fn::Sub': 's3://${Bucket}' })).toEqual(known(`s3://${name}`));
    expect(resolve({ 'Fn::GetAtt': 'Role.Arn' })).toMatchObject({
      value: `arn:aws:iam::${ACCOUNT}:role/r`,
    });
    expect(resolve({ 'Fn::GetAtt': 'Deep.Arn' })).not.toHaveProperty('value');
    expect(resolve({ 'Fn::GetAtt': 'Bucket.toString' })).not.toHaveProperty('value');
  });

  it('give way to an answer, which goes before the computed name', () => {
    expect(resolve({ Ref: 'Queue' }, { 'Api/Queue.Ref': 'q' })).toEqual(known('q'));
    expect(resolve({ 'Fn::Sub': '${Bucket}' }, { 'Api/Bucket.Ref': 'local' })).toEqual(
      known('local'),
    );
    expect(
      resolve(
        { url: { 'Fn::Join': ['', ['http://', { 'Fn::GetAtt': 'Alb.DNSName' }]] } },
        {
          'Api/Alb.DNSName': '127.1.0.80',
        },
      ),
    ).toEqual(known({ url: 'http://127.1.0.80' }));
  });

  it('stay symbols through Fn::If and Fn::Select', () => {
    const symbol = { kind: 'symbol', symbol: { resource: 'Api/Queue', attribute: 'Ref' } };
    expect(resolve({ 'Fn::If': ['IsBirth', { Ref: 'Queue' }, 'x'] })).toEqual(symbol);
    expect(resolve({ 'Fn::Select': [0, [{ Ref: 'Queue' }]] })).toEqual(symbol);
  });
});

describe('conditions decide which resources exist', () => {
  it.each([
    ['Here', true],
    ['Gone', false],
    ['Perhaps', 'unknown'],
    ['Queue', true],
  ])('%s: %s', (logicalId, included) => {
    expect(assembly.resource(`Api/${logicalId}`)?.included).toBe(included);
  });
});

describe('values of other stacks', () => {
  const ssm = (path: string, type = 'String') => ({
    Type: `AWS::SSM::Parameter::Value<${type}>`,
    Default: path,
  });
  const several = fixtures.load({
    Reader: {
      region: 'ap-northeast-1',
      template: {
        Parameters: {
          ZoneId: ssm('/m/zone-id'),
          Plain: ssm('/m/plain'),
          Elsewhere: ssm('/m/elsewhere'),
          Addresses: ssm('/m/nat', 'List<String>'),
          Bootstrap: ssm('/cdk-bootstrap/hnb659fds/version'),
        },
        Resources: {
          Own: {
            Type: 'AWS::SSM::Parameter',
            Properties: { Name: '/m/plain', Value: { Ref: 'AWS::Region' } },
          },
        },
      },
    },
    Zone: {
      region: 'us-east-1',
      template: {
        Resources: {
          Zone: { Type: 'AWS::Route53::HostedZone', Properties: { Name: 'example.com' } },
          Eip: { Type: 'AWS::EC2::EIP' },
          Bind: {
            Type: 'Custom::MeridianBinding',
            Properties: { Name: '/m/zone-id', Value: { Ref: 'Zone' }, Regions: ['ap-northeast-1'] },
          },
          Nat: {
            Type: 'Custom::MeridianBinding',
            Properties: {
              Name: { 'Fn::Join': ['/', ['', 'm', 'nat']] },
              Value: { 'Fn::Join': [',', [{ Ref: 'Eip' }, '198.51.100.7']] },
              Regions: ['ap-northeast-1'],
            },
          },
          Other: {
            Type: 'Custom::MeridianBinding',
            Properties: { Name: '/m/elsewhere', Value: 'x', Regions: ['us-east-2'] },
          },
        },
        Outputs: {
          Out: {
            Value: { Ref: 'Zone' },
            Export: { Name: { 'Fn::Sub': '${AWS::StackName}:zone' } },
          },
          Plain: { Value: { Ref: 'AWS::Region' } },
          Loop: { Value: { 'Fn::ImportValue': 'loop' }, Export: { Name: 'loop' } },
        },
      },
    },
    Near: { region: 'us-east-1', template: { Resources: {} } },
    Foreign: { region: 'us-east-1', account: '210987654321', template: { Resources: {} } },
  });
  const at = (id: string) => several.stacks.get(id)!;
  const zone = { kind: 'symbol', symbol: { resource: 'Zone/Zone', attribute: 'Ref' } };

  it('an SSM parameter reads what a binding wrote into the Region of the reader', () => {
    expect(several.resolve({ Ref: 'ZoneId' }, at('Reader'))).toEqual(zone);
    expect(several.resolve({ Ref: 'Elsewhere' }, at('Reader'))).toEqual(
      unknown(
        /^no resource of the assembly writes SSM parameter \/m\/elsewhere in ap-northeast-1$/,
      ),
    );
  });

  it('an SSM parameter reads a parameter resource of its own Region', () => {
    expect(several.resolve({ Ref: 'Plain' }, at('Reader'))).toEqual(known('ap-northeast-1'));
  });

  it('a list of SSM type is split once its parts are known', () => {
    expect(several.resolve({ Ref: 'Addresses' }, at('Reader'))).toEqual(
      unknown(/^Zone\/Eip\.Ref is only known after deployment$/),
    );
    expect(several.resolve({ Ref: 'Addresses' }, at('Reader'), () => '192.0.2.1')).toEqual(
      known(['192.0.2.1', '198.51.100.7']),
    );
  });

  it('the version of the bootstrap stack stays unknown', () => {
    expect(several.resolve({ Ref: 'Bootstrap' }, at('Reader')).kind).toBe('unknown');
  });

  it('an import reads exports of its own Region and account only', () => {
    const value = { 'Fn::ImportValue': 'name-of-Zone:zone' };
    expect(several.resolve(value, at('Near'))).toEqual(zone);
    expect(several.resolve(value, at('Reader')).kind).toBe('unknown');
    expect(several.resolve(value, at('Foreign')).kind).toBe('unknown');
  });

  it('a stack output is read by name, from any Region', () => {
    const output = (OutputName: string, Region?: string) => ({
      'Fn::GetStackOutput': { StackName: 'name-of-Zone', OutputName, ...(Region && { Region }) },
    });
    expect(several.resolve(output('Plain', 'us-east-1'), at('Reader'))).toEqual(known('us-east-1'));
    expect(several.resolve(output('Plain'), at('Near'))).toEqual(known('us-east-1'));
    expect(several.resolve(output('Plain', 'us-west-2'), at('Near')).kind).toBe('unknown');
    expect(several.resolve(output('None', 'us-east-1'), at('Near'))).toEqual(
      unknown(/^the assembly has no output None of stack name-of-Zone$/),
    );
  });

  it('an export of itself is a cycle', () => {
    expect(several.resolve({ 'Fn::ImportValue': 'loop' }, at('Near'))).toEqual(
      unknown(/^export loop in us-east-1 depends on itself$/),
    );
  });
});
