import { ACCOUNT } from '../../assembly/fixture';
import { describeCases, resource } from '../cases';
import type { Case, Stacks } from '../cases';

const REGIONS = ['eu-west-1', 'us-west-2'];
const topic = (region: string): string => `arn:aws:sns:${region}:${ACCOUNT}:alarms`;

const alarm = (
  region: string,
  Namespace: string,
  MetricName: string,
  dimension: [string, unknown],
  rest = {},
) =>
  resource('AWS::CloudWatch::Alarm', {
    Namespace,
    MetricName,
    Dimensions: [{ Name: dimension[0], Value: dimension[1] }],
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 1,
    AlarmActions: [topic(region)],
    ...rest,
  });

const region = (name: string): Stacks[string] => ({
  region: name,
  template: {
    Resources: {
      Balancer: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {}),
      Cluster: resource('AWS::RDS::DBCluster', {
        DBClusterIdentifier: `main-${name}`,
        GlobalClusterIdentifier: 'main',
      }),
      Lag: alarm(name, 'AWS/RDS', 'AuroraGlobalDBRPOLag', ['DBClusterIdentifier', `main-${name}`], {
        Threshold: 5000,
      }),
      Slow: alarm(name, 'AWS/ApplicationELB', 'TargetResponseTime', [
        'LoadBalancer',
        { 'Fn::GetAtt': ['Balancer', 'LoadBalancerFullName'] },
      ]),
      Behind: resource('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/DynamoDB',
        MetricName: 'ReplicationLatency',
        Dimensions: [
          { Name: 'TableName', Value: 'sessions' },
          { Name: 'ReceivingRegion', Value: REGIONS.find((it) => it !== name) },
        ],
        ComparisonOperator: 'GreaterThanThreshold',
        AlarmActions: [topic(name)],
      }),
      Rule: resource('AWS::Events::Rule', {
        EventPattern: {
          'detail-type': ['CloudWatch Alarm State Change'],
          resources: [{ 'Fn::GetAtt': ['Lag', 'Arn'] }],
        },
      }),
      Role: resource('AWS::IAM::Role', {}),
      Caller: resource('AWS::Lambda::Function', { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } }),
      Both: resource('AWS::CloudWatch::CompositeAlarm', {
        AlarmRule: { 'Fn::Sub': 'ALARM("${Lag}") AND ALARM("${Slow}")' },
        AlarmActions: [topic(name)],
      }),
      Record: resource('AWS::Route53::RecordSet', {
        Name: 'example.com',
        Type: 'A',
        Region: name,
        SetIdentifier: name,
        HealthCheckId: { Ref: 'Check' },
        AliasTarget: { DNSName: { 'Fn::GetAtt': ['Balancer', 'DNSName'] } },
      }),
      Check: resource('AWS::Route53::HealthCheck', {
        HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName: `${name}.example.com` },
      }),
    },
    Outputs: { Check: { Value: { Ref: 'Check' }, Export: { Name: 'check' } } },
  },
});

const application = (): Stacks => ({
  ...Object.fromEntries(REGIONS.map((name) => [name, region(name)])),
  global: {
    region: 'us-east-1',
    template: {
      Resources: {
        Global: resource('AWS::RDS::GlobalCluster', {
          GlobalClusterIdentifier: 'main',
          SourceDBClusterIdentifier: 'main-eu-west-1',
        }),
        Table: resource('AWS::DynamoDB::GlobalTable', {
          TableName: 'sessions',
          Replicas: REGIONS.map((Region) => ({ Region })),
        }),
        ...Object.fromEntries(
          REGIONS.map((name) => [
            `Out${name.replaceAll('-', '')}`,
            alarm(
              'us-east-1',
              'AWS/Route53',
              'HealthCheckStatus',
              [
                'HealthCheckId',
                {
                  'Fn::GetStackOutput': {
                    StackName: `name-of-${name}`,
                    OutputName: 'Check',
                    Region: name,
                  },
                },
              ],
              { ComparisonOperator: 'LessThanThreshold' },
            ),
          ]),
        ),
      },
    },
  },
});

// prettier-ignore
const CASES: readonly Case[] = [
  ['health-alarm-region', 'an alarm where the metric is not', 'eu-west-1/Out', (it) => { it.add('eu-west-1/Out', alarm('eu-west-1', 'AWS/Route53', 'HealthCheckStatus', ['HealthCheckId', { Ref: 'Check' }], { ComparisonOperator: 'LessThanThreshold' })); }],
  ['health-check-unwatched', 'a Region that may leave unseen', 'eu-west-1/Check', (it) => { it.drop('global/Outeuwest1'); }],
  ['alarm-on-nothing', 'a metric that is none', 'eu-west-1/Slow', (it) => { it.set('eu-west-1/Slow', 'MetricName', 'ResponseTime'); }],
  ['alarm-on-nothing', 'a dimension that is none', 'eu-west-1/Slow', (it) => { it.set('eu-west-1/Slow', 'Dimensions.0.Name', 'Balancer'); }],
  ['alarm-on-other-region', "another Region's cluster", 'us-west-2/Lag', (it) => { it.set('us-west-2/Lag', 'Dimensions.0.Value', 'main-eu-west-1'); }],
  ['alarm-inverted', 'an alarm on speed', 'eu-west-1/Slow', (it) => { it.set('eu-west-1/Slow', 'ComparisonOperator', 'LessThanThreshold'); }],
  ['alarm-inverted', 'an alarm on health', 'global/Outeuwest1', (it) => { it.set('global/Outeuwest1', 'ComparisonOperator', 'GreaterThanOrEqualToThreshold'); }],
  ['alarm-inverted', 'a composite alarm that rings while all is well', 'eu-west-1/Both', (it) => { it.set('eu-west-1/Both', 'AlarmRule', 'NOT ALARM("a") AND NOT ALARM("b")'); }],
  ['alarm-without-action', 'an alarm that calls nobody', 'eu-west-1/Behind', (it) => { it.set('eu-west-1/Behind', 'AlarmActions', []); }],
  ['alarm-without-action', 'a part, by its name, of an alarm that calls nobody', 'eu-west-1/Behind', (it) => { it.set('eu-west-1/Behind', 'AlarmActions', []); it.set('eu-west-1/Behind', 'AlarmName', 'behind'); it.add('eu-west-1/Over', resource('AWS::CloudWatch::CompositeAlarm', { AlarmRule: 'ALARM("behind")' })); }],
  ['alarm-without-action', "another Region's topic", 'eu-west-1/Slow', (it) => { it.set('eu-west-1/Slow', 'AlarmActions', [topic('us-west-2')]); }],
  ['database-failover-automatic', 'a rule that matches any alarm', 'eu-west-1/Rule', (it) => { it.drop('eu-west-1/Rule', 'EventPattern.resources'); }],
  ['database-failover-automatic', 'an alarm that fails over', 'eu-west-1/Lag', (it) => {
    it.set('eu-west-1/Role', 'Policies', [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'rds:FailoverGlobalCluster', Resource: '*' } } }]);
    it.set('eu-west-1/Lag', 'AlarmActions', [{ 'Fn::GetAtt': ['Caller', 'Arn'] }]);
  }],
  ['rpo-unwatched', 'in-cluster lag in place of global lag', 'us-west-2/Cluster', (it) => { it.set('us-west-2/Lag', 'MetricName', 'AuroraReplicaLag'); }],
  ['rpo-unwatched', 'a threshold above the objective', 'us-west-2/Lag', (it) => { it.set('us-west-2/Lag', 'Threshold', 60_000); }],
  ['table-replication-unwatched', 'a Region without an alarm', 'global/Table', (it) => { it.drop('us-west-2/Behind'); }],
];

describeCases(application, CASES, { objectives: { rtoSeconds: 300, rpoSeconds: 5 } });
