import { HealthCheck, HealthCheckType, HostedZone } from 'aws-cdk-lib/aws-route53';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PublicZone, RegionalHealth, RegionalRecords } from '../../../../lib/constructs/routing';
import { steeringRecords } from '../../../../lib/config';
import { only, templateOf } from '../../../support/stack';

describe('PublicZone', () => {
  const zone = (protection: 'production' | 'ephemeral') =>
    templateOf((stack) => {
      new PublicZone(stack, 'Zone', { zoneName: 'example.com', protection });
    });

  test('has accelerated recovery', () => {
    expect(only(zone('production'), 'AWS::Route53::HostedZone')).toMatchObject({
      Name: 'example.com.',
      HostedZoneFeatures: { EnableAcceleratedRecovery: true },
    });
  });

  test('is retained in production, and deleted where ephemeral', () => {
    zone('production').hasResource('AWS::Route53::HostedZone', { DeletionPolicy: 'Retain' });
    zone('ephemeral').hasResource('AWS::Route53::HostedZone', { DeletionPolicy: 'Delete' });
  });
});

describe('RegionalHealth', () => {
  const template = templateOf((stack) => {
    new RegionalHealth(stack, 'Health', {
      host: 'us-east-2.origin.example.com',
      readyPath: '/readyz',
      switchHost: 'a-switch.s3.ap-northeast-1.amazonaws.com',
      switchKey: 'drained/us-east-2',
    });
  });
  const checks = Object.entries(template.findResources('AWS::Route53::HealthCheck')).map(
    ([id, { Properties }]) => ({
      id,
      config: (Properties as { HealthCheckConfig: Record<string, unknown> }).HealthCheckConfig,
    }),
  );
  const [endpoint, drained, serving] = checks;

  test("looks at the Region's own name, never at the one it steers, every 10 s", () => {
    expect(endpoint?.config).toMatchObject({
      Type: 'HTTPS',
      FullyQualifiedDomainName: 'us-east-2.origin.example.com',
      ResourcePath: '/readyz',
      RequestInterval: 10,
      FailureThreshold: 3,
      Inverted: false,
    });
  });

  test('looks at the switch in another Region upside down', () => {
    expect(drained?.config).toMatchObject({
      FullyQualifiedDomainName: 'a-switch.s3.ap-northeast-1.amazonaws.com',
      ResourcePath: '/drained/us-east-2',
      Inverted: true,
    });
  });

  test('is healthy only while both are, checked from every checker Region', () => {
    expect(serving?.config).toMatchObject({
      Type: 'CALCULATED',
      HealthThreshold: 2,
      ChildHealthChecks: [{ Ref: endpoint?.id }, { Ref: drained?.id }],
    });
    for (const { config } of checks) expect(config).not.toHaveProperty('Regions');
  });
});

describe('RegionalRecords', () => {
  const template = templateOf((stack) => {
    new RegionalRecords(stack, 'Records', {
      zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
        hostedZoneId: 'Z1',
        zoneName: 'example.com',
      }),
      region: 'us-east-2',
      regionalHost: 'us-east-2.origin.example.com',
      steering: steeringRecords({ policy: 'latency' }, 'us-east-2', 'origin.example.com'),
      loadBalancer: new ApplicationLoadBalancer(stack, 'Balancer', { vpc: stack.importedVpc() }),
      healthCheck: new HealthCheck(stack, 'Check', {
        type: HealthCheckType.TCP,
        fqdn: 'x',
        port: 1,
      }),
    });
  });
  const record = (name: string) =>
    Object.values(template.findResources('AWS::Route53::RecordSet'))
      .map(({ Properties }) => Properties as Record<string, unknown>)
      .find(({ Name }) => Name === name);

  test("the Region's own name is answered whatever its health", () => {
    const regional = record('us-east-2.origin.example.com.');
    expect(regional).toMatchObject({ Type: 'A', HostedZoneId: 'Z1' });
    for (const property of ['Region', 'SetIdentifier', 'HealthCheckId', 'TTL']) {
      expect(regional).not.toHaveProperty(property);
    }
  });

  test('the common name is a latency alias with a health check and a set identifier of its own', () => {
    const origin = record('origin.example.com.');
    expect(origin).toMatchObject({
      Type: 'A',
      Region: 'us-east-2',
      SetIdentifier: 'us-east-2',
      AliasTarget: { EvaluateTargetHealth: true },
    });
    expect(origin?.HealthCheckId).toEqual({
      Ref: Object.keys(template.findResources('AWS::Route53::HealthCheck'))[0],
    });
  });
});
