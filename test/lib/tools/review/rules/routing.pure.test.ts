import { describeCases, resource } from '../cases';
import type { Case, Stacks } from '../cases';

const REGIONS = ['eu-west-1', 'us-west-2'];
const other = (region: string): string => REGIONS.find((it) => it !== region)!;

/** Two Regions behind one latency-steered name, each with its own check and a switch. */
const application = (): Stacks =>
  Object.fromEntries(
    REGIONS.map((region) => [
      region,
      {
        region,
        template: {
          Resources: {
            Balancer: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
              Scheme: 'internet-facing',
            }),
            Listener: resource('AWS::ElasticLoadBalancingV2::Listener', {
              LoadBalancerArn: { Ref: 'Balancer' },
              DefaultActions: [{ Type: 'forward', TargetGroupArn: 'arn' }],
            }),
            Own: resource('AWS::Route53::RecordSet', {
              Name: `${region}.example.com.`,
              Type: 'A',
              AliasTarget: { DNSName: { 'Fn::GetAtt': ['Balancer', 'DNSName'] } },
            }),
            Global: resource('AWS::Route53::RecordSet', {
              Name: 'example.com',
              Type: 'A',
              Region: region,
              SetIdentifier: region,
              HealthCheckId: { Ref: 'Serving' },
              AliasTarget: {
                DNSName: {
                  'Fn::Join': ['', ['dualstack.', { 'Fn::GetAtt': ['Balancer', 'DNSName'] }]],
                },
                EvaluateTargetHealth: true,
              },
            }),
            Text: resource('AWS::Route53::RecordSet', {
              Name: 'geo.example.com',
              Type: 'TXT',
              TTL: '60',
              SetIdentifier: region,
              GeoLocation: region === 'eu-west-1' ? { CountryCode: '*' } : { ContinentCode: 'NA' },
              HealthCheckId: { Ref: 'Serving' },
              ResourceRecords: ['x'],
            }),
            Check: resource('AWS::Route53::HealthCheck', {
              HealthCheckConfig: {
                Type: 'HTTPS',
                FullyQualifiedDomainName: `${region}.example.com`,
                ResourcePath: '/readyz',
                RequestInterval: 10,
                FailureThreshold: 3,
              },
            }),
            Switch: resource('AWS::Route53::HealthCheck', {
              HealthCheckConfig: {
                Type: 'HTTPS',
                FullyQualifiedDomainName: `switches.s3.${other(region)}.amazonaws.com`,
                ResourcePath: `/drained/${region}`,
                Inverted: true,
                RequestInterval: 10,
              },
            }),
            Serving: resource('AWS::Route53::HealthCheck', {
              HealthCheckConfig: {
                Type: 'CALCULATED',
                HealthThreshold: 2,
                ChildHealthChecks: [{ Ref: 'Check' }, { Ref: 'Switch' }],
              },
            }),
          },
        },
      },
    ]),
  );

// prettier-ignore
const CASES: readonly Case[] = [
  ['steered-record-unchecked', 'a record that follows no health', 'eu-west-1/Global', (it) => {
    it.drop('eu-west-1/Global', 'HealthCheckId');
    it.set('eu-west-1/Global', 'AliasTarget.EvaluateTargetHealth', false);
  }],
  ['record-set-uneven', 'a record without the health check of its sibling', 'us-west-2/Global', (it) => {
    it.drop('us-west-2/Global', 'HealthCheckId');
  }],
  ['record-set-uneven', 'a second routing policy', 'us-west-2/Global', (it) => {
    it.drop('us-west-2/Global', 'Region');
    it.set('us-west-2/Global', 'Weight', 1);
  }],
  ['records-illegal', 'a Region that another record of the name has', 'us-west-2/Global', (it) => {
    it.set('us-west-2/Global', 'Region', 'eu-west-1');
  }],
  ['records-illegal', 'a record without an identifier of its own', 'eu-west-1/Global', (it) => {
    it.drop('eu-west-1/Global', 'SetIdentifier');
  }],
  ['geolocation-default-missing', 'locations without a default', 'eu-west-1/Text', (it) => {
    it.set('eu-west-1/Text', 'GeoLocation', { ContinentCode: 'EU' });
  }],
  ['record-points-elsewhere', "another Region's label", 'eu-west-1/Global', (it) => {
    it.set('eu-west-1/Global', 'Region', 'us-west-2');
  }],
  ['record-points-elsewhere', 'a set identifier twice', 'us-west-2/Global', (it) => {
    it.set('us-west-2/Global', 'SetIdentifier', 'eu-west-1');
  }],
  ['region-not-steered', 'a Region without a record', 'us-west-2/Balancer', (it) => {
    it.drop('us-west-2/Global');
  }],
  ['record-ttl-long', 'a TTL of five minutes', 'eu-west-1/Text', (it) => {
    it.set('eu-west-1/Text', 'TTL', '300');
  }],
  ['failover-edits-dns', 'a name that points to one Region', 'eu-west-1/Own', (it) => {
    it.drop('eu-west-1/Global');
    it.drop('us-west-2/Global');
  }],
  ['health-check-slow', 'checks every 30 s', 'eu-west-1/Check', (it) => {
    it.set('eu-west-1/Check', 'HealthCheckConfig.RequestInterval', 30);
  }],
  ['health-check-loop', 'a check of the steered name', 'eu-west-1/Check', (it) => {
    it.set('eu-west-1/Check', 'HealthCheckConfig.FullyQualifiedDomainName', 'example.com');
  }],
  ['health-check-other-region', "a check of another Region's endpoint", 'eu-west-1/Check', (it) => {
    it.set('eu-west-1/Check', 'HealthCheckConfig.FullyQualifiedDomainName', 'us-west-2.example.com');
  }],
  ['health-check-other-region', 'a switch that is not inverted', 'us-west-2/Switch', (it) => {
    it.set('us-west-2/Switch', 'HealthCheckConfig.Inverted', false);
  }],
  ['switch-in-own-region', 'a switch held in the Region that it switches', 'eu-west-1/Switch', (it) => {
    const own = 'switches.s3.eu-west-1.amazonaws.com';
    it.set('eu-west-1/Switch', 'HealthCheckConfig.FullyQualifiedDomainName', own);
  }],
  ['health-check-shared', "a switch that is another Region's too", 'us-west-2/Switch', (it) => {
    it.set('us-west-2/Switch', 'HealthCheckConfig', it.get('eu-west-1/Switch', 'HealthCheckConfig'));
  }],
  ['health-checkers-few', 'two checker Regions', 'eu-west-1/Check', (it) => {
    it.set('eu-west-1/Check', 'HealthCheckConfig.Regions', ['us-east-1', 'eu-west-1']);
  }],
  ['calculated-check-threshold', 'a switch that does not switch', 'eu-west-1/Serving', (it) => {
    it.set('eu-west-1/Serving', 'HealthCheckConfig.HealthThreshold', 1);
  }],
  ['calculated-check-threshold', 'a threshold that nothing reaches', 'eu-west-1/Serving', (it) => {
    it.set('eu-west-1/Serving', 'HealthCheckConfig.HealthThreshold', 3);
  }],
  ['calculated-check-threshold', 'a switch alone', 'eu-west-1/Serving', (it) => {
    it.set('eu-west-1/Serving', 'HealthCheckConfig.HealthThreshold', 1);
    it.drop('eu-west-1/Serving', 'HealthCheckConfig.ChildHealthChecks.0');
  }],
  ['calculated-check-inverted', 'an inverted whole', 'eu-west-1/Serving', (it) => {
    it.set('eu-west-1/Serving', 'HealthCheckConfig.Inverted', true);
  }],
  ['health-check-private-target', 'an internal load balancer', 'eu-west-1/Check', (it) => {
    it.set('eu-west-1/Balancer', 'Scheme', 'internal');
  }],
  ['health-path-mocked', 'a fixed answer', 'eu-west-1/Check', (it) => {
    it.set('eu-west-1/Listener', 'DefaultActions', [
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } },
    ]);
  }],
];

describeCases(application, CASES);
