import type { RunbookAlarm } from '../../../../lib/constructs/observability';
import { AlarmTopic, RunbookAlarms } from '../../../../lib/constructs/observability';
import { ACCOUNT, only, templateOf } from '../../../support/stack';

const TOPIC = 'arn:aws:sns:us-east-2:123456789012:meridian-alarms';
const METRIC = {
  namespace: 'AWS/Lambda',
  name: 'Errors',
  dimensions: { FunctionName: 'api' },
  statistic: 'Sum',
} as const;
const alarm = (changes: Partial<RunbookAlarm> = {}) =>
  only(
    templateOf((stack) => {
      const one: RunbookAlarm = {
        entry: 'function-errors',
        says: 'It fails.',
        metric: METRIC,
        is: 'above',
        threshold: 5,
        minutes: 3,
        silence: 'breaching',
        ...changes,
      };
      new RunbookAlarms(stack, 'Watch', { prefix: 'meridian', topicArn: TOPIC, alarms: [one] });
    }),
    'AWS::CloudWatch::Alarm',
  );

test('with minimal properties it is an alarm over one metric by the minute', () => {
  expect(alarm()).toEqual({
    AlarmName: 'meridian-function-errors',
    AlarmDescription: 'It fails. docs/runbook.md#function-errors',
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'FunctionName', Value: 'api' }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 3,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 5,
    TreatMissingData: 'breaching',
    AlarmActions: [TOPIC],
    OKActions: [TOPIC],
  });
});

test('with a subject its name is another and its entry the same', () => {
  expect(alarm({ subject: 'main', is: 'below' })).toMatchObject({
    AlarmName: 'meridian-function-errors-main',
    AlarmDescription: 'It fails. docs/runbook.md#function-errors',
    ComparisonOperator: 'LessThanThreshold',
  });
});

test('a percentile is an extended statistic', () => {
  const made = alarm({ metric: { ...METRIC, statistic: 'p99' } });
  expect(made).toMatchObject({ ExtendedStatistic: 'p99' });
  expect(made).not.toHaveProperty('Statistic');
});

test('a formula alone is compared, and its metrics are only read', () => {
  const made = alarm({ metric: { formula: 'MAX(METRICS())', metrics: { one: METRIC } } });
  expect(made.Metrics).toEqual([
    { Id: 'result', Expression: 'MAX(METRICS())', ReturnData: true },
    {
      Id: 'one',
      ReturnData: false,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Lambda',
          MetricName: 'Errors',
          Dimensions: [{ Name: 'FunctionName', Value: 'api' }],
        },
        Period: 60,
        Stat: 'Sum',
      },
    },
  ]);
  expect(made).not.toHaveProperty('MetricName');
});

test.each([
  ['breaching', 'breaching', undefined],
  ['unknown', 'missing', [TOPIC]],
  ['unchanged', 'ignore', undefined],
  ['healthy', 'notBreaching', undefined],
] as const)('silence that is %s', (silence, treated, told) => {
  const made = alarm({ silence });
  expect(made.TreatMissingData).toBe(treated);
  expect(made.InsufficientDataActions).toEqual(told);
});

test('only alarms of the account publish to the topic, which is encrypted', () => {
  const template = templateOf((stack) => {
    new AlarmTopic(stack, 'Topic', {
      topicName: 'meridian-alarms',
      topicArn: TOPIC,
      keyAlias: 'alias/meridian-data',
      account: ACCOUNT,
    });
  });
  expect(only(template, 'AWS::SNS::Topic')).toEqual({
    TopicName: 'meridian-alarms',
    KmsMasterKeyId: 'alias/meridian-data',
  });
  expect(only(template, 'AWS::SNS::TopicPolicy').PolicyDocument).toMatchObject({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: TOPIC,
        Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
      },
    ],
  });
});
