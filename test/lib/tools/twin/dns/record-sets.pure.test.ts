import { recordSets } from '../../../../../lib/tools/twin/dns';
import { Fixtures } from '../../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

const set = (properties: object) => ({
  Type: 'AWS::Route53::RecordSet',
  Properties: { Type: 'A', ...properties },
});
const alias = (name: unknown, evaluate = false) => ({
  AliasTarget: { DNSName: name, HostedZoneId: 'Z', EvaluateTargetHealth: evaluate },
});

const assembly = fixtures.load({
  Service: {
    template: {
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: {
        Alb: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' },
        Cdn: { Type: 'AWS::CloudFront::Distribution' },
        Check: { Type: 'AWS::Route53::HealthCheck' },
        Latency: set({
          Name: 'Origin.example.com.',
          Region: { Ref: 'AWS::Region' },
          SetIdentifier: 'here',
          HealthCheckId: { Ref: 'Check' },
          ...alias({ 'Fn::Join': ['.', ['dualstack', { 'Fn::GetAtt': ['Alb', 'DNSName'] }]] }, true),
        }),
        Six: set({ Name: 'origin.example.com', Type: 'AAAA', ...alias({ 'Fn::GetAtt': 'Alb.DNSName' }) }),
        Apex: set({ Name: 'example.com', ...alias({ 'Fn::GetAtt': 'Cdn.DomainName' }) }),
        Chain: set({ Name: 'www.example.com', ...alias('Origin.example.com.', true) }),
        Text: set({ Name: '\\052.example.com', Type: 'TXT', TTL: '30', ResourceRecords: ['"a b"'] }),
        Odd: set({ Name: 'odd.example.com', Type: 'NAPTR', ResourceRecords: ['x'] }),
        Near: set({
          Name: 'n.example.com',
          GeoProximityLocation: { AWSRegion: 'eu-central-1', Bias: -10 },
          ResourceRecords: ['127.0.0.1'],
        }),
        Local: set({
          Name: 'l.example.com',
          GeoProximityLocation: { LocalZoneGroup: 'us-west-2-lax-1' },
          ResourceRecords: ['127.0.0.1'],
        }),
        Networks: {
          Type: 'AWS::Route53::CidrCollection',
          Properties: {
            Name: 'networks',
            Locations: [{ LocationName: 'here', CidrList: ['192.0.2.0/24'] }],
          },
        },
        ...Object.fromEntries(
          ['here', '*', 'there'].map((LocationName) => [
            `From${LocationName.replace('*', 'Else')}`,
            set({
              Name: 'i.example.com',
              CidrRoutingConfig: { CollectionId: { Ref: 'Networks' }, LocationName },
              ResourceRecords: ['127.0.0.1'],
            }),
          ]),
        ),
        Nameless: set({ Name: { Ref: 'Cdn' }, ResourceRecords: ['127.0.0.1'] }),
        Absent: { ...set({ Name: 'a.example.com', ResourceRecords: ['127.0.0.1'] }), Condition: 'Never' },
        Group: {
          Type: 'AWS::Route53::RecordSetGroup',
          Properties: {
            RecordSets: [
              { Name: 'g.example.com', Type: 'A', TTL: 5, Weight: 0, SetIdentifier: '0', ResourceRecords: ['127.0.0.1'] },
              { Name: 'g.example.com', Type: 'A', Failover: 'SECONDARY', ResourceRecords: ['127.0.0.2'] },
              { Name: 'g.example.com', Type: 'A', GeoLocation: { CountryCode: '*' }, ResourceRecords: ['127.0.0.3'] },
              { Name: 'g.example.com', Type: 'A', GeoLocation: { ContinentCode: 'EU' }, ResourceRecords: ['127.0.0.3'] },
              { Name: 'g.example.com', Type: 'A', MultiValueAnswer: true, ResourceRecords: ['127.0.0.4'] },
            ],
          },
        },
      },
    },
  },
}); // prettier-ignore

const { records, skipped } = recordSets(assembly, ({ resource, attribute }) =>
  resource === 'Service/Alb' && attribute === 'DNSName' ? '127.1.0.80' : undefined,
);
const find = (key: string) => records.find((it) => it.key === `Service/${key}`);

it('an alias to a load balancer becomes the address that is answered for it', () => {
  expect(find('Latency')).toEqual({
    key: 'Service/Latency',
    name: 'origin.example.com',
    type: 'A',
    ttl: 60,
    values: ['127.1.0.80'],
    evaluateTargetHealth: true,
    target: 'Service/Alb',
    policy: { kind: 'latency', region: 'eu-central-1' },
    setIdentifier: 'here',
    healthCheck: 'Service/Check',
  });
});

it('an address of the other family leaves the name without a value, not without a record', () => {
  expect(find('Six')).toMatchObject({ type: 'AAAA', values: [] });
});

it('an alias to another name keeps the name', () => {
  expect(find('Chain')).toMatchObject({
    alias: 'origin.example.com',
    values: [],
    evaluateTargetHealth: true,
  });
});

it('plain records keep values and TTL, and the wildcard is written as such', () => {
  expect(find('Text')).toMatchObject({ name: '*.example.com', ttl: 30, values: ['"a b"'] });
});

it('groups give one record set per entry, each with its policy', () => {
  expect(records.filter((it) => it.name === 'g.example.com').map((it) => it.policy)).toEqual([
    { kind: 'weighted', weight: 0 },
    { kind: 'failover', role: 'SECONDARY' },
    { kind: 'geolocation' },
    { kind: 'geolocation', continent: 'EU' },
    { kind: 'multivalue' },
  ]);
  expect(find('Group[0]')).toMatchObject({ ttl: 5, setIdentifier: '0' });
});

it('a place with its bias, and the networks of a location, are read', () => {
  expect(find('Near')?.policy).toEqual({
    ...{ kind: 'geoproximity', at: { region: 'eu-central-1' }, bias: -10 },
  });
  expect(find('Fromhere')?.policy).toEqual({ kind: 'ip-based', blocks: ['192.0.2.0/24'] });
  expect(find('FromElse')?.policy).toEqual({ kind: 'ip-based', blocks: undefined });
});

it('what is not served is listed with the reason; what does not exist is not', () => {
  expect(skipped).toEqual([
    {
      key: 'Service/Apex',
      name: 'example.com',
      reason: 'AliasTarget.DNSName: Service/Cdn has no address here',
    },
    {
      key: 'Service/Odd',
      name: 'odd.example.com',
      reason: 'records of type NAPTR are not served',
    },
    {
      key: 'Service/Local',
      name: 'l.example.com',
      reason: 'a Local Zone is not emulated',
    },
    {
      key: 'Service/Fromthere',
      name: 'i.example.com',
      reason: 'CidrRoutingConfig: its location is not in a template',
    },
    { key: 'Service/Nameless', name: undefined, reason: 'Name: is not text' },
  ]);
  expect(find('Absent')).toBeUndefined();
});
