import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SecretRotation } from '../../../../lib/constructs/security';
import { templateOf } from '../../../support/stack';

const rotation = (
  days: number,
  secrets: Readonly<Record<string, string>> = { Signing: 'm/signing' },
) =>
  templateOf((stack) => {
    new SecretRotation(stack, 'Rotation', {
      function: new LambdaFunction(stack, 'Function', {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline('exports.handler = () => {}'),
      }),
      account: '123456789012',
      days,
      secrets,
    });
  });
const TYPE = 'AWS::SecretsManager::RotationSchedule';

test('each secret is rotated on the schedule, and once at deployment', () => {
  const template = rotation(30, { Signing: 'm/signing', DomainContent: 'm/domain/content' });
  template.resourceCountIs(TYPE, 2);
  template.hasResourceProperties(TYPE, {
    SecretId: 'm/domain/content',
    RotationRules: { ScheduleExpression: 'rate(30 days)' },
    RotateImmediatelyOnUpdate: true,
  });
});

test('one day is written in the singular, which the service demands', () => {
  rotation(1).hasResourceProperties(TYPE, {
    RotationRules: { ScheduleExpression: 'rate(1 day)' },
  });
});

test('only Secrets Manager of the own account may call the function, before any schedule exists', () => {
  const template = rotation(30);
  template.hasResourceProperties('AWS::Lambda::Permission', {
    Principal: 'secretsmanager.amazonaws.com',
    SourceAccount: '123456789012',
  });
  const [permission] = Object.keys(template.findResources('AWS::Lambda::Permission'));
  template.hasResource(TYPE, { DependsOn: [permission] });
});

test.each([0, 366, 1.5])('refuses %p days', (days) => {
  expect(() => rotation(days)).toThrow(
    `\`days\` must be an integer between 1 and 365, got: ${days}`,
  );
});
