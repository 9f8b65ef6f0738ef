import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { FargateDeployment } from '../../../../lib/config';
import { FargateService, NetworkBalancer } from '../../../../lib/constructs/compute';
import { deploymentWith, directoryOf, only, templateOf } from '../../../support/stack';

const files = directoryOf({
  'server.mjs': 'export const server = 1;\n',
  'databases.pem': 'certificates\n',
});
const nameOf = ({ Properties }: Readonly<Record<string, unknown>>): unknown =>
  (Properties as { AlarmName: string }).AlarmName;

describe('with another strategy than a rolling update', () => {
  const shifted = (deployment: FargateDeployment, shift = true): Template => {
    const declaration = deploymentWith({
      services: { api: { loadBalancing: { kind: 'network' } } },
    });
    const [service] = declaration.services;
    return templateOf((stack) => {
      const vpc = stack.importedVpc();
      const balancer = new NetworkBalancer(stack, 'Balancer', {
        ...{ vpc, port: 443, targetPort: 8080, healthPath: '/healthz', alternate: true },
        ...{ by: TargetType.IP, securityGroups: [] },
      });
      const { alternateGroup, listenerArn } = balancer;
      new FargateService(stack, 'Servers', {
        ...{ deployment: declaration, region: 'us-east-2', service: service!, vpc },
        servers: { ...service!.compute.fargate!, deployment },
        files: { server: join(files, 'server.mjs'), certificates: join(files, 'databases.pem') },
        bootstrap: 'start()',
        securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Client', 'sg-client'),
        target: {
          ...{ group: balancer.targetGroup, callers: [], listener: balancer, label: '' },
          ...(shift && {
            shift: {
              ...{ alternate: alternateGroup!, listenerArn },
              metrics: {
                loadBalancer: 'net/door/1',
                targetGroups: ['targetgroup/one/1', 'targetgroup/two/2'],
              },
            },
          }),
        },
      });
    });
  };
  const minutes = { percent: 10, minutes: 5, bakeMinutes: 30 };
  const ALARMS = ['unhealthy', 'connections', 'errors', 'slow'].map(
    (subject) => `meridian-deployment-taken-back-${subject}`,
  );

  test('minimal: all connections move at once between two groups, by a role of its own', () => {
    const template = shifted({ strategy: 'blue-green', bakeMinutes: 10 });
    const groups = Object.keys(template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup'));
    const [listener = ''] = Object.keys(
      template.findResources('AWS::ElasticLoadBalancingV2::Listener'),
    );
    expect(groups).toHaveLength(2);
    expect(only(template, 'AWS::ECS::Service')).toMatchObject({
      DeploymentConfiguration: {
        ...{ Strategy: 'BLUE_GREEN', BakeTimeInMinutes: 10, MinimumHealthyPercent: 100 },
      },
      LoadBalancers: [
        {
          TargetGroupArn: { Ref: groups[0] },
          AdvancedConfiguration: {
            AlternateTargetGroupArn: { Ref: groups[1] },
            ProductionListenerRule: { Ref: listener },
            RoleArn: { 'Fn::GetAtt': [expect.stringContaining('Shift'), 'Arn'] },
          },
        },
      ],
    });
    expect(only(template, 'AWS::ElasticLoadBalancingV2::Listener')).toMatchObject({
      DefaultActions: [
        {
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: { Ref: groups[0] }, Weight: 1 },
              { TargetGroupArn: { Ref: groups[1] }, Weight: 0 },
            ],
          },
        },
      ],
    });
    const [policy] = Object.values(template.findResources('AWS::IAM::Role')).flatMap(
      ({ Properties }) => (Properties as { Policies?: unknown[] }).Policies ?? [],
    );
    expect(policy).toMatchObject({
      PolicyDocument: {
        Statement: [
          { Resource: '*' },
          {
            Action: [
              'elasticloadbalancing:DeregisterTargets',
              'elasticloadbalancing:RegisterTargets',
            ],
            Resource: [...groups].sort().map((Ref) => ({ Ref })),
          },
          { Action: 'elasticloadbalancing:ModifyListener', Resource: { Ref: listener } },
        ],
      },
    });
  });

  test('with every property a share goes first, or step follows step; nothing breaks the circuit', () => {
    const of = (deployment: FargateDeployment) =>
      only(shifted(deployment), 'AWS::ECS::Service')['DeploymentConfiguration'];
    expect(of({ strategy: 'canary', ...minutes })).toEqual({
      ...{ MinimumHealthyPercent: 100, MaximumPercent: 200 },
      ...{ Strategy: 'CANARY', BakeTimeInMinutes: 30 },
      Alarms: { Enable: true, Rollback: true, AlarmNames: ALARMS },
      CanaryConfiguration: { CanaryPercent: 10, CanaryBakeTimeInMinutes: 5 },
    });
    expect(of({ strategy: 'linear', ...minutes })).toMatchObject({
      Strategy: 'LINEAR',
      LinearConfiguration: { StepPercent: 10, StepBakeTimeInMinutes: 5 },
    });
  });

  test('alarms that stand before the service take it back, whatever the strategy', () => {
    for (const deployment of [
      { strategy: 'blue-green', bakeMinutes: 10 },
      { strategy: 'linear', ...minutes },
    ] as const) {
      const template = shifted(deployment);
      expect(only(template, 'AWS::ECS::Service')).toMatchObject({
        DeploymentConfiguration: { Alarms: { Enable: true, Rollback: true, AlarmNames: ALARMS } },
      });
      const alarms = template.findResources('AWS::CloudWatch::Alarm');
      expect(Object.values(alarms).map(nameOf)).toEqual(ALARMS);
      const [service] = Object.values(template.findResources('AWS::ECS::Service'));
      expect(service).toMatchObject({
        DependsOn: expect.arrayContaining(Object.keys(alarms)) as string[],
      });
    }
  });

  test('a share that goes first must not break more than half of itself', () => {
    const limits = (percent: number): unknown[] => {
      const template = shifted({ strategy: 'canary', ...minutes, percent });
      const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
      return alarms.map(({ Properties }) => (Properties as { Threshold: number }).Threshold);
    };
    expect(limits(5)).toEqual([0, 1, 1, 1]);
    expect(limits(0.5)).toEqual([0, 0.25, 0.25, 0.25]);
  });

  test('answers are counted from the log; live ones are slow by intention', () => {
    const template = shifted({ strategy: 'canary', ...minutes });
    const filters = Object.values(template.findResources('AWS::Logs::MetricFilter'));
    const [log] = Object.keys(template.findResources('AWS::Logs::LogGroup')).filter((id) =>
      id.startsWith('ServersLog'),
    );
    expect(
      filters.map(({ Properties }) => {
        const { LogGroupName, FilterPattern } = Properties as Record<string, unknown>;
        expect(LogGroupName).toEqual({ Ref: log });
        return FilterPattern;
      }),
    ).toEqual([
      '{ ($.message = "request") }',
      '{ ($.message = "request") && ($.status >= 500) }',
      '{ ($.message = "request") && ($.ms > 2000) && ($.path != "/api/stream*") && ($.path != "/api/ws") }',
    ]);
    const text = JSON.stringify(template.findResources('AWS::CloudWatch::Alarm'));
    for (const { Properties } of filters) {
      const [made] = (Properties as { MetricTransformations: [Record<string, unknown>] })
        .MetricTransformations;
      const { MetricNamespace: Namespace, MetricName } = made;
      expect(text).toContain(JSON.stringify({ MetricName, Namespace }).slice(1, -1));
    }
  });

  test('it is refused where there is nothing to move', () => {
    expect(() => shifted({ strategy: 'canary', ...minutes }, false)).toThrow('`target.shift`');
  });
});
