import type { StackFixture } from '../../assembly/fixture';

/** Regions of the little world, and the loopback address that stands for each one's load balancer. */
export const ADDRESSES: Readonly<Record<string, string>> = {
  'eu-central-1': '127.1.0.80',
  'us-east-2': '127.2.0.80',
  'ap-northeast-1': '127.3.0.80',
};
export const EDGE = '127.0.0.9';

const alias = (resource: string, attribute: string, more: object = {}) => ({
  DNSName: { 'Fn::Join': ['', ['dualstack.', { 'Fn::GetAtt': [resource, attribute] }]] },
  HostedZoneId: 'Z2',
  ...more,
});
const record = (Name: string, properties: object) => ({
  Type: 'AWS::Route53::RecordSet',
  Properties: { Name: `${Name}.`, Type: 'A', HostedZoneId: 'Z1', ...properties },
});
const check = (config: object) => ({
  Type: 'AWS::Route53::HealthCheck',
  Properties: { HealthCheckConfig: config },
});

function service(region: string, routed: object): StackFixture {
  return {
    region,
    template: {
      Resources: {
        Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: {} },
        Networks: {
          Type: 'AWS::Route53::CidrCollection',
          Properties: {
            Name: 'networks',
            Locations: [
              { LocationName: 'some', CidrList: ['2.0.0.0/8', '203.0.113.0/24'] },
              { LocationName: 'more', CidrList: ['2.16.0.0/13', '41.0.0.0/8'] },
            ],
          },
        },
        Own: record(`${region}.origin.example.com`, { AliasTarget: alias('Balancer', 'DNSName') }),
        Endpoint: check({
          Type: 'HTTPS',
          FullyQualifiedDomainName: `${region}.origin.example.com`,
          ResourcePath: '/readyz',
          Inverted: false,
        }),
        Switch: check({
          Type: 'HTTPS',
          FullyQualifiedDomainName: `switch-of-${region}.example.net`,
          ResourcePath: '/drained',
          Inverted: true,
        }),
        Serving: check({
          Type: 'CALCULATED',
          HealthThreshold: 2,
          ChildHealthChecks: [{ Ref: 'Endpoint' }, { Ref: 'Switch' }],
        }),
        Origin: record('origin.example.com', {
          SetIdentifier: region,
          HealthCheckId: { Ref: 'Serving' },
          AliasTarget: alias('Balancer', 'DNSName', { EvaluateTargetHealth: true }),
          ...routed,
        }),
      },
    },
  };
}

/**
 * Three Regions behind a CDN, as the reference has them.
 *
 * @param routed what makes a Region's record one of a policy; by default latency
 */
export function world(
  routed: (region: string, at: number) => object = (Region) => ({ Region }),
): Record<string, StackFixture> {
  const services = Object.keys(ADDRESSES).map(
    (region, at) => [`Service-${region}`, service(region, routed(region, at))] as const,
  );
  const edge: StackFixture = {
    region: 'us-east-1',
    template: {
      Resources: {
        Cdn: {
          Type: 'AWS::CloudFront::Distribution',
          Properties: { DistributionConfig: { Origins: [{ DomainName: 'origin.example.com' }] } },
        },
        Apex: record('example.com', {
          AliasTarget: { DNSName: { 'Fn::GetAtt': ['Cdn', 'DomainName'] }, HostedZoneId: 'Z3' },
        }),
      },
    },
  };
  return { ...Object.fromEntries(services), Edge: edge };
}
