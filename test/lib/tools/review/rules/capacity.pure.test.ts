import { Change } from '../change';
import { describeCases, resource } from '../cases';
import type { Case, Stacks } from '../cases';

const REGIONS = ['eu-west-1', 'us-west-2'];

const region = (name: string): Stacks[string] => ({
  region: name,
  template: {
    Resources: {
      ...Object.fromEntries(
        ['a', 'b', 'c'].map((zone) => [
          `Subnet${zone}`,
          resource('AWS::EC2::Subnet', {
            VpcId: { Ref: 'Vpc' },
            AvailabilityZone: `${name}${zone}`,
          }),
        ]),
      ),
      Vpc: resource('AWS::EC2::VPC', {}),
      Balancer: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        Subnets: [{ Ref: 'Subneta' }, { Ref: 'Subnetb' }, { Ref: 'Subnetc' }],
      }),
      Listener: resource('AWS::ElasticLoadBalancingV2::Listener', {
        DefaultActions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: { Ref: 'Servers' }, Weight: 3 },
                { TargetGroupArn: { Ref: 'Functions' }, Weight: 1 },
              ],
            },
          },
        ],
      }),
      Servers: resource('AWS::ElasticLoadBalancingV2::TargetGroup', {}),
      Functions: resource('AWS::ElasticLoadBalancingV2::TargetGroup', {
        Targets: [{ Id: { 'Fn::GetAtt': ['Function', 'Arn'] } }],
      }),
      Function: resource('AWS::Lambda::Function', { Runtime: 'nodejs24.x' }),
      Service: resource('AWS::ECS::Service', {
        ServiceName: 'api',
        AvailabilityZoneRebalancing: 'ENABLED',
        HealthCheckGracePeriodSeconds: 60,
        LoadBalancers: [{ TargetGroupArn: { Ref: 'Servers' } }],
        DeploymentConfiguration: {
          MinimumHealthyPercent: 100,
          DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        },
        NetworkConfiguration: {
          AwsvpcConfiguration: {
            Subnets: [{ Ref: 'Subneta' }, { Ref: 'Subnetb' }, { Ref: 'Subnetc' }],
          },
        },
      }),
      Target: resource('AWS::ApplicationAutoScaling::ScalableTarget', {
        ResourceId: 'service/cluster/api',
        MinCapacity: 6,
        MaxCapacity: 24,
      }),
      Policy: resource('AWS::ApplicationAutoScaling::ScalingPolicy', {
        ScalingTargetId: { Ref: 'Target' },
        TargetTrackingScalingPolicyConfiguration: {
          PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' },
          TargetValue: 6000,
        },
      }),
      Group: resource('AWS::AutoScaling::AutoScalingGroup', {
        MinSize: '3',
        MaxSize: '9',
        VPCZoneIdentifier: [{ Ref: 'Subneta' }, { Ref: 'Subnetb' }, { Ref: 'Subnetc' }],
        TargetGroupARNs: [{ Ref: 'Servers' }],
        HealthCheckType: 'ELB',
        HealthCheckGracePeriod: 60,
        MixedInstancesPolicy: { InstancesDistribution: { OnDemandBaseCapacity: 3 } },
      }),
    },
  },
});

const application = (): Stacks => Object.fromEntries(REGIONS.map((name) => [name, region(name)]));

// prettier-ignore
const CASES: readonly Case[] = [
  ['one-zone', 'a load balancer in one subnet', 'eu-west-1/Balancer', (it) => { it.set('eu-west-1/Balancer', 'Subnets', [{ Ref: 'Subneta' }]); }],
  ['one-zone', 'servers in two subnets of one zone', 'eu-west-1/Service', (it) => { it.set('eu-west-1/Subnetb', 'AvailabilityZone', 'eu-west-1a'); it.set('eu-west-1/Subnetc', 'AvailabilityZone', 'eu-west-1a'); }],
  ['one-zone', 'a group that leaves a zone out', 'eu-west-1/Group', (it) => { it.drop('eu-west-1/Group', 'VPCZoneIdentifier.2'); }],
  ['fewer-servers-than-zones', 'two servers in three zones', 'eu-west-1/Target', (it) => { it.set('eu-west-1/Target', 'MinCapacity', 2); }],
  ['fewer-servers-than-zones', 'a desired count beside scaling', 'eu-west-1/Service', (it) => { it.set('eu-west-1/Service', 'DesiredCount', 6); }],
  ['fewer-servers-than-zones', 'a group of one', 'us-west-2/Group', (it) => { it.set('us-west-2/Group', 'MinSize', '1'); }],
  ['capacity-after-region-loss', 'a floor that carries the peak of both Regions only together', 'eu-west-1/Target', (it) => { it.set('eu-west-1/Target', 'MinCapacity', 3); }],
  ['ecs-deployment-unsafe', 'a deployment at half', 'eu-west-1/Service', (it) => { it.set('eu-west-1/Service', 'DeploymentConfiguration.MinimumHealthyPercent', 50); }],
  ['ecs-deployment-unsafe', 'no circuit breaker', 'eu-west-1/Service', (it) => { it.drop('eu-west-1/Service', 'DeploymentConfiguration.DeploymentCircuitBreaker'); }],
  ['ecs-deployment-unsafe', 'a canary without alarms, whatever else guards it', 'eu-west-1/Service', (it) => { it.set('eu-west-1/Service', 'DeploymentConfiguration.Strategy', 'CANARY'); }],
  ['asg-health-unseen', 'a group that does not listen', 'eu-west-1/Group', (it) => { it.set('eu-west-1/Group', 'HealthCheckType', 'EC2'); }],
  ['spot-only', 'a group with two of three on Spot', 'eu-west-1/Group', (it) => { it.set('eu-west-1/Group', 'MixedInstancesPolicy.InstancesDistribution', { OnDemandBaseCapacity: 1, OnDemandPercentageAboveBaseCapacity: 0 }); }],
  ['spot-only', 'tasks on Spot', 'eu-west-1/Service', (it) => { it.set('eu-west-1/Service', 'CapacityProviderStrategy', [{ CapacityProvider: 'FARGATE_SPOT' }]); }],
  ['concurrency-capped', 'ten runs at once', 'eu-west-1/Function', (it) => { it.set('eu-west-1/Function', 'ReservedConcurrentExecutions', 10); }],
  ['concurrency-capped', 'no room above the floor', 'eu-west-1/Target', (it) => { it.set('eu-west-1/Target', 'MaxCapacity', 6); }],
];

describeCases(application, CASES, { peakRequestsPerSecond: 500 });

/** Deployed step by step, and taken back by an alarm. */
function gradual(): Stacks {
  const stacks = application();
  const change = new Change(stacks);
  for (const name of REGIONS)
    change.set(`${name}/Service`, 'DeploymentConfiguration', {
      Strategy: 'CANARY',
      Alarms: { AlarmNames: ['errors'], Enable: true, Rollback: true },
    });
  return stacks;
}

describe('a gradual deployment', () => {
  // prettier-ignore
  describeCases(gradual, [
    ['ecs-deployment-unsafe', 'alarms that only stop it', 'us-west-2/Service', (it) => { it.set('us-west-2/Service', 'DeploymentConfiguration.Alarms.Rollback', false); }],
  ]);
});
