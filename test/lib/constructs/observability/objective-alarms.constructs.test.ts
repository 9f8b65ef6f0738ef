import { runInNewContext } from 'node:vm';
import { RunbookAlarms, objectiveAlarms } from '../../../../lib/constructs/observability';
import { templateOf } from '../../../support/stack';

const DOOR = 'app/meridian/0123';
const TOPIC = 'arn:aws:sns:us-east-2:123456789012:meridian-alarms';
/** CloudWatch refuses more, of periods below an hour and of others. */
const [A_DAY, A_WEEK] = [86_400, 604_800];

type Resolved = Readonly<Record<string, unknown>> & {
  readonly AlarmName: string;
  readonly EvaluationPeriods: number;
  readonly Metrics?: readonly {
    readonly Expression?: string;
    readonly MetricStat?: { readonly Period: number };
  }[];
};

const alarmsOf = (objectives: Parameters<typeof objectiveAlarms>[1]): readonly Resolved[] =>
  Object.values(
    templateOf((stack) => {
      const alarms = objectiveAlarms(DOOR, objectives);
      new RunbookAlarms(stack, 'Watch', { prefix: 'm', topicArn: TOPIC, alarms });
    }).findResources('AWS::CloudWatch::Alarm'),
  ).map(({ Properties }) => Properties as Resolved);

test('each window is one period of CloudWatch, within what it evaluates, and calls nobody by itself', () => {
  const windows = alarmsOf({ availability: 0.999, latency: undefined });
  const told = windows.map(({ AlarmName, EvaluationPeriods, Metrics = [], ...it }) => {
    const periods = new Set(Metrics.flatMap(({ MetricStat }) => MetricStat?.Period ?? []));
    const [period = 0] = periods;
    expect([periods.size, EvaluationPeriods, Metrics.length <= 10]).toEqual([1, 1, true]);
    expect(period % 60).toBe(0);
    expect(period * EvaluationPeriods).toBeLessThanOrEqual(period < 3_600 ? A_DAY : A_WEEK);
    expect([it['AlarmActions'], it['OKActions']]).toEqual([undefined, undefined]);
    return [AlarmName, period, it['Threshold'], it['TreatMissingData']];
  });
  expect(told).toEqual([
    ['m-error-budget-fast-1h', 3600, 14.4, 'ignore'],
    ['m-error-budget-fast-5m', 300, 14.4, 'ignore'],
    ['m-error-budget-slow-6h', 21600, 6, 'ignore'],
    ['m-error-budget-slow-30m', 1800, 6, 'ignore'],
  ]);
});

test.each([
  [0.999, 0.001],
  [0.99999, 0.00001],
  [0.9, 0.1],
])(
  'of %d a share of %d of the answers may be errors, and the burn is measured in it',
  (availability, share) => {
    const [window] = alarmsOf({ availability, latency: undefined });
    const [{ Expression = '' } = {}] = window!.Metrics!;
    const burn = (own: number, targets: number, requests: number): unknown =>
      runInNewContext(Expression, { own, targets, requests, FILL: (it: number) => it });
    // As many as are allowed burn at 1, from wherever they come.
    expect(burn(share * 600_000, share * 400_000, 1_000_000)).toBeCloseTo(1, 6);
    expect(burn(0, 0, 1_000_000)).toBe(0);
  },
);

test('answers are late by the percentile that is promised, and the topic is told', () => {
  const of = (latency: { percentile: 95 | 99; milliseconds: number }) =>
    alarmsOf({ availability: 0.99, latency }).at(-1);
  expect(of({ percentile: 95, milliseconds: 250 })).toMatchObject({
    AlarmName: 'm-late-answers',
    ...{ MetricName: 'TargetResponseTime', ExtendedStatistic: 'p95', Threshold: 0.25 },
    ...{ Period: 300, EvaluationPeriods: 3, AlarmActions: [TOPIC] },
    Dimensions: [{ Name: 'LoadBalancer', Value: DOOR }],
  });
  expect(of({ percentile: 99, milliseconds: 1_000 })).toMatchObject({
    ...{ ExtendedStatistic: 'p99', Threshold: 1 },
  });
});
