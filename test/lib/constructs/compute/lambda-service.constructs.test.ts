import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ServiceDeclaration } from '../../../../lib/config';
import { LambdaService, workloadEnvironment } from '../../../../lib/constructs/compute';
import {
  bundleFixture,
  deploymentWith,
  only,
  statements,
  templateOf,
} from '../../../support/stack';

const bundle = bundleFixture();
const service = (declared: ServiceDeclaration = {}) => {
  const deployment = deploymentWith({ services: { api: declared } });
  return templateOf((stack) => {
    const vpc = stack.importedVpc();
    new LambdaService(stack, 'Workload', {
      deployment,
      region: 'us-east-2',
      service: deployment.services[0]!,
      bundle,
      vpc,
      securityGroup: new SecurityGroup(stack, 'Group', { vpc }),
    });
  });
};
const variables = (template: ReturnType<typeof service>) =>
  (only(template, 'AWS::Lambda::Function').Environment as { Variables: object }).Variables;

test('with minimal properties its environment is the workload contract and the certificates', () => {
  expect(variables(service())).toEqual({
    ...workloadEnvironment(deploymentWith(), 'us-east-2'),
    NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem',
  });
});

test('with every property it has the declared variables and memory as well', () => {
  const template = service({ environment: { FEATURE: 'on' }, memoryMiB: 1024 });
  expect(variables(template)).toMatchObject({ FEATURE: 'on', MERIDIAN_REGION: 'us-east-2' });
  expect(only(template, 'AWS::Lambda::Function')).toMatchObject({ MemorySize: 1024 });
});

test('it answers before the load balancer gives up', () => {
  expect(only(service(), 'AWS::Lambda::Function').Timeout).toBeLessThan(60);
});

test('it reaches other Regions for the topology document alone, and cannot change that', () => {
  const foreign = statements(service()).filter((statement) =>
    /us-east-1|us-west-2|eu-central-1|ap-northeast-1/.test(JSON.stringify(statement.Resource)),
  );
  expect(foreign).toEqual([
    {
      Effect: 'Allow',
      Action: 'dynamodb:GetItem',
      Resource: ['us-east-1', 'us-east-2', 'us-west-2'].map(
        (region) => `arn:aws:dynamodb:${region}:123456789012:table/meridian-topology`,
      ),
    },
  ]);
});

test("it reads the domains' secrets but no master's", () => {
  const text = JSON.stringify(statements(service()));
  expect(text).toContain('secret:meridian/domain/identity-??????');
  expect(text).toContain('secret:meridian/origin-??????');
  expect(text).not.toContain('master');
});

test('without a declared rollout it is the function itself that serves', () => {
  service().resourceCountIs('AWS::Lambda::Alias', 0);
});

test('instances are kept ready under a name, and more of them as they are used', () => {
  const template = service({ compute: { lambda: { provisioned: { min: 5, max: 20 } } } });
  expect(only(template, 'AWS::Lambda::Alias')).toMatchObject({
    Name: 'live',
    ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 5 },
  });
  expect(only(template, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
    ...{ MinCapacity: 5, MaxCapacity: 20 },
    ScalableDimension: 'lambda:function:ProvisionedConcurrency',
  });
  template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
});

test.each([
  ['canary-10-percent-5-minutes', 'CodeDeployDefault.LambdaCanary10Percent5Minutes'],
  ['linear-10-percent-every-1-minute', 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute'],
] as const)(
  'with %s a new version gets a part first, and an alarm takes it back',
  (rollout, name) => {
    const template = service({ compute: { lambda: { rollout } } });
    expect(only(template, 'AWS::CodeDeploy::DeploymentGroup')).toMatchObject({
      DeploymentConfigName: name,
      AlarmConfiguration: { Enabled: true },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: expect.arrayContaining(['DEPLOYMENT_STOP_ON_ALARM']) as string[],
      },
    });
    const [alias] = Object.values(template.findResources('AWS::Lambda::Alias'));
    expect(alias).toHaveProperty('UpdatePolicy.CodeDeployLambdaAliasUpdate');
    expect(only(template, 'AWS::CloudWatch::Alarm')).toMatchObject({ MetricName: 'Errors' });
  },
);
const actions = (declared: ServiceDeclaration): unknown[] =>
  statements(service(declared))
    .map(({ Action }) => Action)
    .filter((action) => !/logs:|ec2:/.test(JSON.stringify(action)));

test('a service without grants may do nothing but log', () => {
  expect(actions({ grants: [] })).toEqual([]);
});

test('a service that is granted a secret may use the key of secrets, but not write with it', () => {
  expect(actions({ grants: ['signing-secret'] })).toEqual([
    'secretsmanager:GetSecretValue',
    ['kms:Decrypt', 'kms:DescribeKey'],
  ]);
});

test('a grant of its own holds for its own Region', () => {
  const resources = ['arn:aws:sqs:{region}:123456789012:greetings'];
  const own = statements(service({ grants: [{ actions: ['sqs:SendMessage'], resources }] })).at(-1);
  expect(own).toEqual({
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    Resource: 'arn:aws:sqs:us-east-2:123456789012:greetings',
  });
});
