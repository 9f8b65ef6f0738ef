import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { NetworkBalancerProps } from '../../../../lib/constructs/compute';
import { NetworkBalancer } from '../../../../lib/constructs/compute';
import { only, templateOf } from '../../../support/stack';

const PREFIX = 'AWS::ElasticLoadBalancingV2::';
const balancer = (changes: Partial<NetworkBalancerProps> = {}) =>
  templateOf((stack) => {
    new NetworkBalancer(stack, 'Balancer', {
      ...{ vpc: stack.importedVpc(), port: 80, targetPort: 8080, healthPath: '/-/balancer' },
      securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Clients', 'sg-clients')],
      ...changes,
    });
  });
const attributes = (of: Record<string, unknown>, name: string): Record<string, string> =>
  Object.fromEntries(
    (of[name] as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  );

test('with minimal properties it is internal, spreads flows, and a zone can be left', () => {
  const template = balancer();
  const resource = only(template, `${PREFIX}LoadBalancer`);
  expect(resource).toMatchObject({
    ...{ Type: 'network', Scheme: 'internal', SecurityGroups: ['sg-clients'] },
    Subnets: ['subnet-private1', 'subnet-private2', 'subnet-private3'],
  });
  expect(attributes(resource, 'LoadBalancerAttributes')).toMatchObject({
    'load_balancing.cross_zone.enabled': 'true',
    'zonal_shift.config.enabled': 'true',
  });
  const group = only(template, `${PREFIX}TargetGroup`);
  expect(group).toMatchObject({ Port: 8080, Protocol: 'TCP', TargetType: 'instance' });
  const of = attributes(group, 'TargetGroupAttributes');
  expect(of).toMatchObject({
    'deregistration_delay.timeout_seconds': '60',
    'deregistration_delay.connection_termination.enabled': 'true',
    'preserve_client_ip.enabled': 'true',
  });
  expect(of).not.toHaveProperty(['stickiness.enabled']);
  expect(only(template, `${PREFIX}Listener`)).toMatchObject({ Port: 80, Protocol: 'TCP' });
});

test('with every property it keeps a client by its address with one target', () => {
  const template = balancer({
    ...{ affinity: 'source-ip', internetFacing: true, crossZone: false, zonalShift: false },
    deregistrationSeconds: 5,
  });
  const resource = only(template, `${PREFIX}LoadBalancer`);
  expect(resource).toMatchObject({ Scheme: 'internet-facing' });
  expect(attributes(resource, 'LoadBalancerAttributes')).toMatchObject({
    'load_balancing.cross_zone.enabled': 'false',
    'zonal_shift.config.enabled': 'false',
  });
  expect(attributes(only(template, `${PREFIX}TargetGroup`), 'TargetGroupAttributes')).toMatchObject(
    {
      'stickiness.enabled': 'true',
      'stickiness.type': 'source_ip',
      'deregistration_delay.timeout_seconds': '5',
    },
  );
});

test('where TLS ends with it, it takes the certificate, writes a log, and has no affinity', () => {
  const tls: Partial<NetworkBalancerProps> = {
    ...{ port: 443, by: TargetType.IP, logBucket: 'logs' },
    certificate: { certificateArn: 'arn:aws:acm:certificate' } as ICertificate,
    minimumHealthy: {
      routing: { count: 1, percentage: 33 },
      dns: { count: 2, percentage: undefined },
    },
  };
  const template = balancer(tls);
  expect(only(template, `${PREFIX}Listener`)).toMatchObject({
    ...{ Port: 443, Protocol: 'TLS', SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09' },
    Certificates: [{ CertificateArn: 'arn:aws:acm:certificate' }],
  });
  expect(
    attributes(only(template, `${PREFIX}LoadBalancer`), 'LoadBalancerAttributes'),
  ).toMatchObject({ 'access_logs.s3.enabled': 'true', 'access_logs.s3.bucket': 'logs' });
  const group = only(template, `${PREFIX}TargetGroup`);
  expect(group).toMatchObject({ TargetType: 'ip' });
  expect(attributes(group, 'TargetGroupAttributes')).toMatchObject({
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': '33',
    'target_group_health.dns_failover.minimum_healthy_targets.count': '2',
  });
  expect(() => balancer({ ...tls, affinity: 'source-ip' })).toThrow('got: "source-ip"');
});

test('an impossible delay is refused', () => {
  expect(() => balancer({ deregistrationSeconds: 4000 })).toThrow('got: 4000');
});
