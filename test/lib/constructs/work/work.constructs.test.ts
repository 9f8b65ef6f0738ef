import { Match } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Job, Protection } from '../../../../lib/config';
import {
  DeadLetters,
  QueueConsumer,
  ScheduledJob,
  WorkQueue,
} from '../../../../lib/constructs/work';
import type { ScheduledJobProps } from '../../../../lib/constructs/work';
import { bundleFixture, only, statements, templateOf } from '../../../support/stack';
import type { TestStack } from '../../../support/stack';

const BUNDLE = bundleFixture();
const KEY = 'arn:aws:kms:us-east-2:123456789012:key/1';
const QUEUE_ARN = 'arn:aws:sqs:us-east-2:123456789012:meridian-events.fifo';
const DEAD_ARN = 'arn:aws:sqs:us-east-2:123456789012:meridian-jobs-dead';
const JOB: Job = {
  name: 'sweep',
  schedule: 'rate(1 hour)',
  timeZone: 'UTC',
  flexibleMinutes: undefined,
  bundle: 'unused',
  memoryMiB: 512,
  timeoutSeconds: 300,
  retries: 2,
  maxAgeSeconds: 3_600,
};

const queueWith = (more: Differences) =>
  templateOf((stack) => {
    const key = Key.fromKeyArn(stack, 'Key', KEY);
    const { fifo = false, protection = 'production', name = 'meridian-mails' } = more;
    const ending = fifo ? '.fifo' : '';
    new WorkQueue(stack, 'Queue', {
      queueName: `${name}${ending}`,
      deadLetters: new DeadLetters(stack, 'Dead', {
        queueName: `${name}-dead${ending}`,
        key,
        protection,
        fifo,
      }),
      fifo,
      retentionDays: more.retentionDays ?? 4,
      maxReceives: more.maxReceives ?? 5,
      visibilitySeconds: 180,
      key,
      protection,
    });
  });

interface Differences {
  readonly name?: string;
  readonly fifo?: boolean;
  readonly protection?: Protection;
  readonly retentionDays?: number;
  readonly maxReceives?: number;
}

const functionOf = (stack: TestStack) => ({
  description: 'work',
  bundle: BUNDLE,
  environment: { MERIDIAN_REGION: 'us-east-2' },
  statements: [new PolicyStatement({ actions: ['sqs:ReceiveMessage'], resources: [QUEUE_ARN] })],
  vpc: stack.importedVpc(),
  securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Client', 'sg-client'),
});

const jobWith = (more: Partial<Job>, figures?: ScheduledJobProps['figures']) =>
  templateOf((stack) => {
    new ScheduledJob(stack, 'Job', {
      ...functionOf(stack),
      scheduleName: 'meridian-sweep',
      job: { ...JOB, ...more },
      ...(figures && { figures }),
      account: '123456789012',
      deadLettersArn: DEAD_ARN,
      keyStatement: new PolicyStatement({ actions: ['kms:Decrypt'], resources: [KEY] }),
    });
  });

describe('a queue', () => {
  test('minimal: is encrypted with our key, and gives what it cannot have processed to dead letters', () => {
    const template = queueWith({});
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'meridian-mails',
      KmsMasterKeyId: KEY,
      VisibilityTimeout: 180,
      MessageRetentionPeriod: 4 * 86_400,
      FifoQueue: Match.absent(),
      RedrivePolicy: { maxReceiveCount: 5 },
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'meridian-mails-dead',
      KmsMasterKeyId: KEY,
      MessageRetentionPeriod: 14 * 86_400,
      RedrivePolicy: Match.absent(),
    });
    template.allResources('AWS::SQS::Queue', { DeletionPolicy: 'Retain' });
  });

  test('every property: FIFO by group, and nothing is left behind where that is wanted', () => {
    const template = queueWith({
      name: 'meridian-events',
      fifo: true,
      retentionDays: 14,
      maxReceives: 2,
      protection: 'ephemeral',
    });
    template.allResourcesProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
    template.allResources('AWS::SQS::Queue', { DeletionPolicy: 'Delete' });
    template.hasResourceProperties('AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 2 } });
  });

  test('and its dead letters are reached over TLS only', () => {
    const template = queueWith({});
    template.resourceCountIs('AWS::SQS::QueuePolicy', 2);
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sqs:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      },
    });
  });
});

test('dead letters of jobs are a plain queue with our key', () => {
  const template = templateOf((stack) => {
    const key = Key.fromKeyArn(stack, 'Key', KEY);
    new DeadLetters(stack, 'Dead', { queueName: 'jobs-dead', key, protection: 'production' });
  });
  expect(only(template, 'AWS::SQS::Queue')).toMatchObject({
    QueueName: 'jobs-dead',
    KmsMasterKeyId: KEY,
    MessageRetentionPeriod: 14 * 86_400,
  });
});

describe('a consumer', () => {
  const template = templateOf((stack) => {
    new QueueConsumer(stack, 'Consumer', {
      ...functionOf(stack),
      queueArn: QUEUE_ARN,
      consumer: {
        bundle: 'unused',
        memoryMiB: 1024,
        timeoutSeconds: 60,
        batchSize: 7,
        maxConcurrency: 20,
      },
    });
  });

  test('answers for each message of a batch, so many at a time', () => {
    expect(only(template, 'AWS::Lambda::EventSourceMapping')).toMatchObject({
      EventSourceArn: QUEUE_ARN,
      BatchSize: 7,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 20 },
    });
  });

  test('runs in the service’s network and may do what it was given, no more', () => {
    expect(only(template, 'AWS::Lambda::Function')).toMatchObject({
      Timeout: 60,
      MemorySize: 1024,
      VpcConfig: { SecurityGroupIds: ['sg-client'] },
    });
    const sqs = statements(template).filter(({ Action }) => String(Action).startsWith('sqs:'));
    expect(sqs).toEqual([{ Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: QUEUE_ARN }]);
  });
});

describe('a job', () => {
  test('minimal: is called on its schedule with its name, repeated, and a dead letter at last', () => {
    expect(only(jobWith({}), 'AWS::Scheduler::Schedule')).toMatchObject({
      Name: 'meridian-sweep',
      ScheduleExpression: 'rate(1 hour)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Input: '{"job":"sweep"}',
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3_600 },
        DeadLetterConfig: { Arn: DEAD_ARN },
      },
    });
  });

  test('every property', () => {
    const template = jobWith({
      schedule: 'cron(0 3 * * ? *)',
      timeZone: 'Europe/Berlin',
      flexibleMinutes: 30,
      retries: 0,
      maxAgeSeconds: 60,
      timeoutSeconds: 900,
      memoryMiB: 2048,
    });
    expect(only(template, 'AWS::Scheduler::Schedule')).toMatchObject({
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 30 },
      Target: { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
    });
    expect(only(template, 'AWS::Lambda::Function')).toMatchObject({
      Timeout: 900,
      MemorySize: 2048,
    });
  });

  test('its figures are metrics, of its own line of the log', () => {
    jobWith({}).resourceCountIs('AWS::Logs::MetricFilter', 0);
    const figures = { namespace: 'Meridian/meridian/check', metrics: { repaired: 'Repaired' } };
    expect(only(jobWith({ name: 'check' }, figures), 'AWS::Logs::MetricFilter')).toMatchObject({
      LogGroupName: { Ref: expect.stringMatching(/^JobCodeLog/) as string },
      FilterPattern: '{ ($.message = "job done") && ($.job = "check") }',
      MetricTransformations: [
        {
          MetricNamespace: 'Meridian/meridian/check',
          MetricName: 'Repaired',
          MetricValue: '$.repaired',
        },
      ],
    });
  });

  test('is called by schedules of this account, which may call nothing else', () => {
    const template = jobWith({});
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
          }),
        ],
      },
    });
    const calls = statements(template).filter(({ Action }) => Action === 'lambda:InvokeFunction');
    expect(calls).toHaveLength(1);
    expect(JSON.stringify(calls)).toMatch(/JobCodeFunction/);
  });
});
