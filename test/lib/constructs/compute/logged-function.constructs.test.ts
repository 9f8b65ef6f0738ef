import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LoggedFunction } from '../../../../lib/constructs/compute';
import { bundleFixture, only, statements, templateOf } from '../../../support/stack';

const bundle = bundleFixture();

describe('with minimal properties', () => {
  const template = templateOf((stack) => {
    new LoggedFunction(stack, 'Test', {
      description: 'Does nothing',
      code: Code.fromAsset(bundle),
      timeout: Duration.seconds(5),
      statements: [],
    });
  });

  test('it is Node.js 24 on Graviton outside of any VPC', () => {
    const properties = only(template, 'AWS::Lambda::Function');
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 256,
      Timeout: 5,
    });
    expect(properties).not.toHaveProperty('VpcConfig');
    expect(properties).not.toHaveProperty('Environment');
  });

  test('its log has a retention and goes with the stack', () => {
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { RetentionInDays: 30 },
      DeletionPolicy: 'Delete',
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('Log') } },
    });
  });

  test('its role may write that log and nothing else', () => {
    expect(only(template, 'AWS::IAM::Role')).not.toHaveProperty('ManagedPolicyArns');
    const [log, ...others] = statements(template);
    expect(log).toMatchObject({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] });
    expect(JSON.stringify(log)).not.toContain('"*"');
    expect(others).toEqual([]);
  });

  test('the function waits for its rights', () => {
    template.hasResource('AWS::Lambda::Function', {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('Policy')]),
    });
  });
});

test('with every property it runs in the private subnets with what it is given', () => {
  const template = templateOf((stack) => {
    const vpc = stack.importedVpc();
    new LoggedFunction(stack, 'Test', {
      description: 'Does something',
      code: Code.fromAsset(bundle),
      timeout: Duration.minutes(1),
      statements: [
        new PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/k'] }),
      ],
      memoryMiB: 1024,
      environment: { NAME: 'value' },
      network: { vpc, securityGroup: new SecurityGroup(stack, 'Group', { vpc }) },
      logRetention: RetentionDays.ONE_WEEK,
    });
  });
  expect(only(template, 'AWS::Lambda::Function')).toMatchObject({
    MemorySize: 1024,
    Environment: { Variables: { NAME: 'value' } },
    VpcConfig: { SubnetIds: ['subnet-private1', 'subnet-private2', 'subnet-private3'] },
  });
  expect(only(template, 'AWS::Logs::LogGroup')).toMatchObject({ RetentionInDays: 7 });
  const wildcards = statements(template).filter(({ Resource }) => Resource === '*');
  expect(wildcards).toHaveLength(1);
  for (const action of wildcards[0]!.Action as string[]) {
    expect(action).toMatch(/^ec2:(Assign|Create|Delete|Describe|Unassign)/);
  }
  expect(statements(template)).toContainEqual({
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::b/k',
  });
});
