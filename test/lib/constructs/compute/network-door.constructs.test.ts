import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { LoadBalancingDeclaration } from '../../../../lib/config';
import type { NetworkDoorProps } from '../../../../lib/constructs/compute';
import { NetworkDoor } from '../../../../lib/constructs/compute';
import { deploymentWith, only, templateOf } from '../../../support/stack';

const PREFIX = 'AWS::ElasticLoadBalancingV2::';
const balancing = (of: LoadBalancingDeclaration): NetworkDoorProps['loadBalancing'] => {
  const [service] = deploymentWith({ services: { api: { loadBalancing: of } } }).services;
  return service!.loadBalancing as NetworkDoorProps['loadBalancing'];
};
const door = (changes: Partial<NetworkDoorProps> = {}) =>
  templateOf((stack) => {
    new NetworkDoor(stack, 'Door', {
      vpc: stack.importedVpc(),
      zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
        ...{ hostedZoneId: 'Z1', zoneName: 'example.com' },
      }),
      hosts: ['us-east-2.origin.example.com', 'origin.example.com'],
      behind: 'servers',
      healthPath: '/healthz',
      cloudFrontPrefixList: 'pl-b6a144df',
      healthCheckers: ['15.177.0.0/18'],
      peers: ['192.0.2.1/32'],
      logBucket: 'logs',
      loadBalancing: balancing({ kind: 'network' }),
      ...changes,
    });
  });
type Found = Record<string, { Properties: Record<string, unknown> }>;
const groupsOf = (template: ReturnType<typeof door>): Record<string, unknown>[] =>
  Object.values(template.findResources(`${PREFIX}TargetGroup`) as Found).map(
    ({ Properties }) => Properties,
  );
const listenersOf = (template: ReturnType<typeof door>): Record<string, unknown>[] =>
  Object.values(template.findResources(`${PREFIX}Listener`) as Found).map(
    ({ Properties }) => Properties,
  );

test('with minimal properties it ends TLS in public, for CloudFront, checkers and peers alone', () => {
  const template = door();
  expect(only(template, `${PREFIX}LoadBalancer`)).toMatchObject({
    ...{ Type: 'network', Scheme: 'internet-facing' },
    Subnets: ['subnet-public1', 'subnet-public2', 'subnet-public3'],
  });
  expect(only(template, `${PREFIX}Listener`)).toMatchObject({ Port: 443, Protocol: 'TLS' });
  expect(groupsOf(template)).toEqual([
    expect.objectContaining({ Port: 8080, TargetType: 'ip', HealthCheckPath: '/healthz' }),
  ]);
  const text = JSON.stringify(template.toJSON());
  expect(text).toContain('"SourcePrefixListId":"pl-b6a144df"');
  expect(text).not.toContain('"CidrIp":"0.0.0.0/0","Description":"Clients');
});

test('with every property balancers get the connections, and instances are only asked for health', () => {
  const template = door({
    behind: 'balancers',
    openHosts: ['api.example.com'],
    loadBalancing: balancing({
      ...{ kind: 'software', crossZone: false, zonalShift: false, deregistrationSeconds: 5 },
    }),
  });
  expect(groupsOf(template)).toEqual([
    expect.objectContaining({ TargetType: 'instance', HealthCheckPath: '/-/balancer' }),
    expect.objectContaining({ TargetType: 'instance', HealthCheckPath: '/healthz' }),
  ]);
  expect(listenersOf(template).map(({ Port, Protocol }) => [Port, Protocol])).toEqual([
    [443, 'TLS'],
    [8081, 'TCP'],
  ]);
  // Nobody may connect where servers are watched.
  const text = JSON.stringify(template.toJSON());
  expect(text).not.toContain('"FromPort":8081');
  expect(text).toContain('"Description":"Clients of the API"');
  expect(text).toContain('"Key":"deregistration_delay.timeout_seconds","Value":"5"');
  expect(text).toContain('"Key":"zonal_shift.config.enabled","Value":"false"');
});
