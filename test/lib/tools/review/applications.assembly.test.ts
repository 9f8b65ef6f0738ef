import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  App,
  aws_cloudwatch,
  aws_dynamodb,
  aws_fis,
  aws_lambda,
  aws_rds,
  aws_route53,
  aws_s3,
  aws_sqs,
} from 'aws-cdk-lib';
import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { loadAssembly, loadTemplates } from '../../../../lib/tools/assembly';
import { review, ReviewPlugin } from '../../../../lib/tools/review';
import { scratch } from '../../../support/assembly';
import { ROOT } from '../../../support/root';
import { Fixtures } from '../assembly/fixture';

const ACCOUNT = '123456789012';
const [HERE, THERE] = ['eu-west-1', 'us-west-2'] as const;

function application(build: (stack: (id: string, region: string) => Stack) => void): string {
  const outdir = scratch();
  const app = new App({ outdir, stackTraces: false });
  build(
    (id, region) =>
      new Stack(app, id, { env: { account: ACCOUNT, region }, crossRegionReferences: true }),
  );
  app.synth();
  return outdir;
}

const rulesOf = (outdir: string): readonly string[] =>
  review(loadAssembly(outdir)).findings.map(
    ({ rule, resource }) => `${rule} ${resource.split('/')[0]}`,
  );

it.each<[string, string[], (stack: (id: string, region: string) => Stack) => void]>([
  [
    'a reference from one Region to another, as the CDK makes it',
    ['cross-region-reference Here', 'cross-region-reference There'],
    (stack) => {
      const queue = new aws_sqs.Queue(stack('Here', HERE), 'Queue');
      new CfnOutput(stack('There', THERE), 'Queue', { value: queue.queueArn });
    },
  ],
  [
    'latency records that share one health check',
    ['health-check-shared Global'],
    (stack) => {
      const global = stack('Global', HERE);
      const check = new aws_route53.CfnHealthCheck(global, 'Check', {
        healthCheckConfig: { type: 'HTTPS', fullyQualifiedDomainName: 'api.example.com' },
      });
      for (const region of [HERE, THERE]) {
        new aws_route53.CfnRecordSet(global, region, {
          name: 'example.com', type: 'CNAME', ttl: '60', region, setIdentifier: region,
          hostedZoneId: 'Z1', healthCheckId: check.ref,
          resourceRecords: [`app.${region}.elb.amazonaws.com`],
        });
      }
    },
  ],
  [
    'a table that is destroyed with its stack and sessions that never end',
    ['stateful-not-retained Data', 'table-never-expires Data', 'table-unprotected Data'],
    (stack) => {
      new aws_dynamodb.TableV2(stack('Data', HERE), 'Table', {
        tableName: 'sessions', removalPolicy: RemovalPolicy.DESTROY,
        partitionKey: { name: 'id', type: aws_dynamodb.AttributeType.STRING },
      });
    },
  ],
  [
    'a global database without a second Region, watched by the wrong metric',
    ['global-database-alone Data', 'rpo-unwatched Data', 'deletion-unprotected Data'],
    (stack) => {
      const data = stack('Data', HERE);
      const cluster = new aws_rds.CfnDBCluster(data, 'Cluster', {
        engine: 'aurora-postgresql', masterUsername: 'x', dbClusterIdentifier: 'main', storageEncrypted: true,
      });
      new aws_rds.CfnGlobalCluster(data, 'Global', { globalClusterIdentifier: 'all', sourceDbClusterIdentifier: cluster.ref });
      new aws_cloudwatch.CfnAlarm(data, 'Lag', {
        namespace: 'AWS/RDS', metricName: 'AuroraReplicaLag', comparisonOperator: 'GreaterThanThreshold', evaluationPeriods: 1,
        dimensions: [{ name: 'DBClusterIdentifier', value: 'main' }], alarmActions: ['arn:aws:sns:eu-west-1:123456789012:x'],
      });
    },
  ],
  [
    'an experiment on a tag that nothing bears, an alarm that calls nobody, servers bound to another Region',
    ['experiment-hits-nothing Drills', 'experiment-without-stop Drills', 'alarm-without-action Drills', 'other-region-on-request-path App'],
    (stack) => {
      const drills = stack('Drills', HERE);
      new aws_fis.CfnExperimentTemplate(drills, 'Zone', {
        description: 'zone', roleArn: 'arn:aws:iam::123456789012:role/x', stopConditions: [{ source: 'none' }], tags: {},
        targets: { subnets: { resourceType: 'aws:ec2:subnet', selectionMode: 'ALL', resourceTags: { drill: 'zone' } } },
        actions: { cut: { actionId: 'aws:network:disrupt-connectivity', targets: { Subnets: 'subnets' } } },
      });
      new aws_cloudwatch.CfnAlarm(drills, 'Alarm', {
        namespace: 'AWS/Lambda', metricName: 'Errors', comparisonOperator: 'GreaterThanThreshold', evaluationPeriods: 1,
      });
      new aws_lambda.CfnFunction(stack('App', THERE), 'Function', {
        runtime: 'nodejs24.x', handler: 'x', role: 'arn:aws:iam::123456789012:role/x', code: { zipFile: 'x' },
        environment: { variables: { DATABASE: 'main.eu-west-1.rds.amazonaws.com' } },
      });
    },
  ],
])('finds %s', (_, wanted, build) => {
  expect(rulesOf(application(build))).toEqual(expect.arrayContaining(wanted));
}); // prettier-ignore

it('finds no error in a small application that has none of the defects', () => {
  const outdir = application((stack) => {
    new aws_s3.Bucket(stack('Data', HERE), 'Bucket', {
      removalPolicy: RemovalPolicy.RETAIN,
      blockPublicAccess: aws_s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
    });
  });
  expect(review(loadAssembly(outdir)).findings).toEqual([]);
});

it('is a plug-in of any CDK application: the report names rule, template and logical id', () => {
  const app = new App({ outdir: scratch(), stackTraces: false });
  const data = new Stack(app, 'Data', { env: { account: ACCOUNT, region: HERE } });
  new aws_rds.CfnDBCluster(data, 'Cluster', { engine: 'aurora-postgresql' });
  const seen: ReturnType<ReviewPlugin['validate']>[] = [];
  const plugin = new ReviewPlugin();
  Validations.of(app).addPlugins({
    name: plugin.name,
    validate: (context) => {
      const report = plugin.validate(context);
      seen.push(report);
      return { ...report, success: true, violations: [] };
    },
  });
  app.synth();
  expect(seen[0]?.success).toBe(false);
  const found = seen[0]?.violations.find(({ ruleName }) => ruleName === 'deletion-unprotected');
  expect(found?.violatingResources[0]).toMatchObject({
    resourceLogicalId: 'Cluster',
    templatePath: expect.stringMatching(/Data\.template\.json$/) as string,
  });
});

describe('templates that this project did not make', () => {
  const fixtures = new Fixtures();
  afterAll(() => {
    fixtures.remove();
  });

  /** A warm standby as tutorials have it: two Regions, failover records, one of them without a check. */
  const standby = (failover: string): string => `
AWSTemplateFormatVersion: '2010-09-09'
Description: Warm standby
Parameters:
  Zone: { Type: String, Default: example.com. }
Resources:
  LoadBalancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Scheme: internet-facing
      Subnets: !Split [',', !ImportValue public-subnets]
  Probe:
    Type: AWS::Route53::HealthCheck
    Properties:
      HealthCheckConfig: { Type: HTTPS, FullyQualifiedDomainName: !Sub 'www.\${Zone}', RequestInterval: 30, FailureThreshold: 5 }
  Www:
    Type: AWS::Route53::RecordSet
    Properties:
      HostedZoneName: !Ref Zone
      Name: !Sub 'www.\${Zone}'
      Type: A
      SetIdentifier: !Ref AWS::Region
      Failover: ${failover}
      ${failover === 'PRIMARY' ? 'HealthCheckId: !Ref Probe' : ''}
      AliasTarget: { DNSName: !GetAtt LoadBalancer.DNSName, HostedZoneId: !GetAtt LoadBalancer.CanonicalHostedZoneID }
  Database:
    Type: AWS::RDS::DBInstance
    Properties: { Engine: postgres, DBInstanceClass: db.m6g.large, AllocatedStorage: '20', PubliclyAccessible: true }
`;

  it('finds the loop, the slow check, the public database and the missing web ACL of a YAML standby', () => {
    const directory = fixtures.write({
      'eu-west-1/app.yaml': standby('PRIMARY'),
      'us-west-2/app.yaml': standby('SECONDARY'),
    });
    const found = review(loadTemplates(directory)).findings.map(
      ({ rule, resource }) => `${rule} ${resource}`,
    );
    expect(found).toEqual(
      expect.arrayContaining([
        'health-check-loop eu-west-1/app/Probe',
        'health-check-slow eu-west-1/app/Probe',
        'web-acl-missing eu-west-1/app/LoadBalancer',
        'security-baseline us-west-2/app/Database',
        'database-one-instance us-west-2/app/Database',
        'deletion-unprotected us-west-2/app/Database',
      ]),
    );
  });

  it("reads AWS's own template of the CDK's bootstrap stack, and finds who is an administrator there", () => {
    const template = readFileSync(
      join(ROOT, 'node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml'),
      'utf8',
    );
    const directory = fixtures.write({
      'eu-west-1/bootstrap.yaml': template,
      'us-west-2/bootstrap.yaml': template,
    });
    const { findings, summary } = review(loadTemplates(directory));
    expect([summary.stacks, summary.regions]).toEqual([2, ['eu-west-1', 'us-west-2']]);
    const found = findings.map(({ rule, resource }) => `${rule} ${resource}`);
    for (const region of summary.regions) {
      expect(found).toContain(`policy-allows-all ${region}/bootstrap/CloudFormationExecutionRole`);
    }
    expect(found.filter((it) => /(deletion|stack)-unprotected/.test(it))).toEqual([]);
  });
});
