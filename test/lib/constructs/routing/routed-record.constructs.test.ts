import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { HealthCheck, HealthCheckType, HostedZone } from 'aws-cdk-lib/aws-route53';
import {
  CidrCollection,
  DelegatedSubdomain,
  RoutedRecord,
} from '../../../../lib/constructs/routing';
import type { RoutedRecordProps } from '../../../../lib/constructs/routing';
import type { SteeringPolicy } from '../../../../lib/config';
import type { TestStack } from '../../../support/stack';
import { only, templateOf } from '../../../support/stack';

const COLLECTION = '01234567-89ab-cdef-0123-456789abcdef';
const zoneOf = (stack: TestStack) =>
  HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
    hostedZoneId: 'Z1',
    zoneName: 'example.com',
  });
const checkOf = (stack: TestStack) =>
  new HealthCheck(stack, 'Check', { type: HealthCheckType.TCP, fqdn: 'x', port: 1 });
const balancerOf = (stack: TestStack) =>
  new ApplicationLoadBalancer(stack, 'Balancer', { vpc: stack.importedVpc() });

const templateWith = (make: (stack: TestStack) => Omit<RoutedRecordProps, 'zone' | 'name'>) =>
  templateOf((stack) => {
    const name = 'www.example.com';
    new RoutedRecord(stack, 'Record', { zone: zoneOf(stack), name, ...make(stack) });
  });
const recordOf = (policy: SteeringPolicy): Record<string, unknown> => {
  const template = templateWith(() => ({
    ...{ setIdentifier: 'one', policy, target: { name: 'other.example.com' } },
    cidrCollectionId: COLLECTION,
  }));
  if (policy.kind !== 'geoproximity') return only(template, 'AWS::Route53::RecordSet');
  const { RecordSets } = only(template, 'AWS::Route53::RecordSetGroup');
  return (RecordSets as Record<string, unknown>[])[0]!;
};

test('minimal: an alias with the health of its target, and nothing more', () => {
  const template = templateWith((stack) => ({
    ...{ setIdentifier: 'one', policy: { kind: 'latency', region: 'us-east-2' } },
    target: { loadBalancer: balancerOf(stack) },
  }));
  const { AliasTarget, ...rest } = only(template, 'AWS::Route53::RecordSet');
  expect(AliasTarget).toMatchObject({ EvaluateTargetHealth: true });
  expect(rest).toEqual({
    ...{ HostedZoneId: 'Z1', Name: 'www.example.com.', Type: 'A' },
    ...{ Region: 'us-east-2', SetIdentifier: 'one' },
  });
  expect(Object.keys(template.findResources('AWS::Route53::RecordSet'))).toEqual([
    expect.stringMatching(/^Record[0-9A-F]{8}$/),
  ]);
});

test('every property: addresses with a TTL, a check, a comment', () => {
  const template = templateWith((stack) => ({
    ...{ setIdentifier: 'one', policy: { kind: 'multivalue' }, comment: 'Why' },
    target: { addresses: ['192.0.2.1', '192.0.2.2'], ttlSeconds: 30 },
    healthCheck: checkOf(stack),
    cidrCollectionId: COLLECTION,
  }));
  expect(only(template, 'AWS::Route53::RecordSet')).toEqual({
    ...{ HostedZoneId: 'Z1', Name: 'www.example.com.', Type: 'A', TTL: '30', Comment: 'Why' },
    ...{
      MultiValueAnswer: true,
      SetIdentifier: 'one',
      ResourceRecords: ['192.0.2.1', '192.0.2.2'],
    },
    HealthCheckId: { Ref: expect.stringMatching(/^Check/) as string },
  });
});

test('geoproximity, every property: a group of one with bias, check and alias', () => {
  const template = templateWith((stack) => ({
    ...{ setIdentifier: 'one', comment: 'Why', healthCheck: checkOf(stack) },
    policy: { kind: 'geoproximity', region: 'us-east-2', bias: -99 },
    target: { loadBalancer: balancerOf(stack) },
  }));
  expect(only(template, 'AWS::Route53::RecordSetGroup')).toEqual({
    ...{ HostedZoneId: 'Z1', Comment: 'Why' },
    RecordSets: [
      {
        ...{ Name: 'www.example.com.', Type: 'A', SetIdentifier: 'one' },
        GeoProximityLocation: { AWSRegion: 'us-east-2', Bias: -99 },
        HealthCheckId: { Ref: expect.stringMatching(/^Check/) as string },
        AliasTarget: {
          DNSName: { 'Fn::Join': ['', ['dualstack.', expect.anything()]] },
          HostedZoneId: { 'Fn::GetAtt': [expect.anything(), 'CanonicalHostedZoneID'] },
          EvaluateTargetHealth: true,
        },
      },
    ],
  });
});

test.each<[SteeringPolicy, object]>([
  [{ kind: 'weighted', weight: 0 }, { Weight: 0 }],
  [{ kind: 'failover', role: 'PRIMARY' }, { Failover: 'PRIMARY' }],
  [{ kind: 'failover', role: 'SECONDARY' }, { Failover: 'SECONDARY' }],
  [{ kind: 'geolocation', place: { continent: 'AF' } }, { GeoLocation: { ContinentCode: 'AF' } }],
  [{ kind: 'geolocation', place: { country: 'AF' } }, { GeoLocation: { CountryCode: 'AF' } }],
  [{ kind: 'geolocation', place: { everybodyElse: true } }, { GeoLocation: { CountryCode: '*' } }],
  [
    { kind: 'ip-based', location: 'here' },
    { CidrRoutingConfig: { CollectionId: COLLECTION, LocationName: 'here' } },
  ],
  [
    { kind: 'ip-based', location: '*' },
    { CidrRoutingConfig: { CollectionId: COLLECTION, LocationName: '*' } },
  ],
  [
    { kind: 'geoproximity', region: 'us-east-2', bias: 5 },
    { GeoProximityLocation: { AWSRegion: 'us-east-2', Bias: 5 } },
  ],
])('%j', (policy, expected) => {
  expect(recordOf(policy)).toMatchObject({
    ...{ SetIdentifier: 'one', ...expected },
    AliasTarget: { DNSName: 'other.example.com.', HostedZoneId: 'Z1', EvaluateTargetHealth: true },
  });
});

test.each<[string, SteeringPolicy, RoutedRecordProps['target'], RegExp]>([
  [
    'multivalue with an alias',
    { kind: 'multivalue' },
    { name: 'a.example.com' },
    /must have addresses/,
  ],
  [
    'a bias out of bounds',
    { kind: 'geoproximity', region: 'us-east-2', bias: 100 },
    { name: 'a.example.com' },
    /-99 to 99, got: a bias of 100/,
  ],
  [
    'a weight out of bounds',
    { kind: 'weighted', weight: 256 },
    { name: 'a.example.com' },
    /0 to 255, got: a weight of 256/,
  ],
  [
    'a primary of addresses that nobody checks',
    { kind: 'failover', role: 'PRIMARY' },
    { addresses: ['192.0.2.1'] },
    /must have a health check/,
  ],
  [
    'networks without a collection',
    { kind: 'ip-based', location: '*' },
    { name: 'a.example.com' },
    /`cidrCollectionId` must be given/,
  ],
])('refused: %s', (_, policy, target, message) => {
  expect(() => templateWith(() => ({ setIdentifier: 'one', policy, target }))).toThrow(message);
});

test('a CIDR collection has a location for each Region that has networks', () => {
  const template = templateOf((stack) => {
    new CidrCollection(stack, 'Networks', {
      collectionName: 'meridian',
      networks: { 'us-east-2': ['192.0.2.0/24'], 'eu-central-1': [] },
    });
  });
  expect(only(template, 'AWS::Route53::CidrCollection')).toEqual({
    Name: 'meridian',
    Locations: [{ LocationName: 'us-east-2', CidrList: ['192.0.2.0/24'] }],
  });
});

test('a subdomain is handed to its name servers, for an hour at a time', () => {
  const template = templateOf((stack) => {
    new DelegatedSubdomain(stack, 'Subdomain', {
      zone: zoneOf(stack),
      name: 'dev.example.com',
      nameServers: ['ns-1.example.net', 'ns-2.example.net'],
    });
  });
  expect(only(template, 'AWS::Route53::RecordSet')).toMatchObject({
    ...{ HostedZoneId: 'Z1', Name: 'dev.example.com.', Type: 'NS', TTL: '3600' },
    ResourceRecords: ['ns-1.example.net.', 'ns-2.example.net.'],
  });
});
