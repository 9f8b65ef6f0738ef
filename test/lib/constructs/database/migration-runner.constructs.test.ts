import { Match } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { topologySeed } from '../../../../lib/config';
import { MigrationRunner } from '../../../../lib/constructs/database';
import {
  bundleFixture,
  deploymentWith,
  directoryOf,
  only,
  statements,
  templateOf,
} from '../../../support/stack';

const deployment = deploymentWith();
const clusters = { 'main.s0': { writer: 'w:5432', reader: 'r:5432', masterSecret: 'm' } };
const runner = (bundle: string) =>
  templateOf((stack) => {
    const vpc = stack.importedVpc();
    new MigrationRunner(stack, 'Runner', {
      deployment,
      region: 'us-east-2',
      bundle,
      vpc,
      securityGroup: new SecurityGroup(stack, 'Group', { vpc }),
      clusters,
    });
  });
const bundle = bundleFixture();
const other = directoryOf({ 'index.mjs': 'export const handler = () => 1;\n' });
const template = runner(bundle);
const TYPE = 'Custom::MeridianMigration';

test('it passes the seed as text, the clusters and a version, with a time limit', () => {
  const properties = only(template, TYPE);
  expect(properties).toMatchObject({ Clusters: clusters, ServiceTimeout: '900' });
  expect(JSON.parse(properties.Seed as string)).toEqual(topologySeed(deployment));
});

test('its version is the hash of the bundle, so that new migrations run', () => {
  const { Version } = only(template, TYPE);
  expect(Version).toMatch(/^[0-9a-f]{64}$/);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Code: Match.objectLike({ S3Key: `${String(Version)}.zip` }),
  });
  expect(only(runner(other), TYPE).Version).not.toBe(Version);
});

test('it runs in the private subnets with the migration environment alone', () => {
  template.hasResourceProperties('AWS::Lambda::Function', {
    Handler: 'index.handler',
    Timeout: 600,
    VpcConfig: Match.objectLike({ SubnetIds: Match.arrayWith(['subnet-private1']) }),
    Environment: {
      Variables: {
        NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem',
        MERIDIAN_REGION: 'us-east-2',
        TOPOLOGY_TABLE: 'meridian-topology',
        TOPOLOGY_REGIONS: 'us-east-2,us-east-1,us-west-2',
        DATABASE_TLS: 'verify-full',
        SERVING_REGIONS: 'us-east-2,eu-central-1,ap-northeast-1',
        SCHEMA_PARAMETERS: '/meridian/schema/service,/meridian/schema/work',
      },
    },
  });
});

test('it reads master secrets of its Region, roles wherever they rotate, and replaces the topology document', () => {
  const all = statements(template);
  expect(all).toContainEqual(
    expect.objectContaining({
      Action: 'secretsmanager:GetSecretValue',
      Resource: [
        'arn:aws:secretsmanager:*:123456789012:secret:meridian/domain/content-??????',
        'arn:aws:secretsmanager:*:123456789012:secret:meridian/domain/identity-??????',
        'arn:aws:secretsmanager:*:123456789012:secret:meridian/domain/social-??????',
        'arn:aws:secretsmanager:us-east-2:123456789012:secret:meridian/main/s0/master-??????',
      ],
    }),
  );
  expect(all).toContainEqual(
    expect.objectContaining({ Action: ['dynamodb:GetItem', 'dynamodb:PutItem'] }),
  );
});

test('it reads what the code of every Region knows, before it removes anything', () => {
  const parameter = 'arn:aws:ssm:*:123456789012:parameter/meridian/schema';
  expect(statements(template)).toContainEqual({
    Action: 'ssm:GetParameter',
    Effect: 'Allow',
    Resource: [`${parameter}/service`, `${parameter}/work`],
  });
});

test('every function of it has a log with a retention', () => {
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  template.allResourcesProperties('AWS::Lambda::Function', {
    LoggingConfig: { LogGroup: Match.anyValue() },
  });
});
