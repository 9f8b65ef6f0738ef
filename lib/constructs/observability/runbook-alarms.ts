import type { CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { IDependable } from 'constructs';

/** One metric of CloudWatch. */
export interface AlarmMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum' | 'p95' | 'p99';
}

/** Several metrics, and a formula over their ids. */
export interface AlarmExpression {
  readonly formula: string;
  readonly metrics: Readonly<Record<string, AlarmMetric>>;
}

/**
 * What a minute without a datapoint means; decided for each alarm, because silence is seldom health.
 *
 * - `breaching`: whoever is well reports here all the time.
 * - `unknown`: silence has a meaning that a person should judge; the topic is told of it as well.
 * - `unchanged`: without traffic there is nothing to measure, and what was last measured stands.
 * - `healthy`: the metric exists only while there is something bad to report.
 */
export type Silence = 'breaching' | 'unknown' | 'unchanged' | 'healthy';

/** An alarm, and where the runbook says what to do. */
export interface RunbookAlarm {
  /** Anchor of the entry in docs/runbook.md; with `subject` the name of the alarm. */
  readonly entry: string;
  /** Which of several things of one kind. @default there is one only */
  readonly subject?: string;
  /** What is the case when it rings, in one sentence. */
  readonly says: string;
  readonly metric: AlarmMetric | AlarmExpression;
  readonly is: 'above' | 'below';
  readonly threshold: number;
  /** Minutes that must be so in a row. */
  readonly minutes: number;
  /** Minutes of one period, which divide `minutes`: how often the metric is told. @default 1 */
  readonly periodMinutes?: number;
  readonly silence: Silence;
  /** Whether nobody is told of it: an alarm over it is what rings. @default the topic is told */
  readonly quiet?: boolean;
}

export interface RunbookAlarmsProps {
  /** Prefix of the alarms' names. */
  readonly prefix: string;
  /** ARN of the topic that is told when an alarm rings and when it ends. */
  readonly topicArn: string;
  /** The alarms; `entry` and `subject` together are unique. */
  readonly alarms: readonly RunbookAlarm[];
}

const MISSING_DATA: Readonly<Record<Silence, string>> = {
  breaching: 'breaching',
  unknown: 'missing',
  unchanged: 'ignore',
  healthy: 'notBreaching',
};

/**
 * Alarms that somebody hears and knows what to do about: each has the Region's topic as its action and
 * names its entry of docs/runbook.md; a quiet one is heard through an alarm over it. Costs 0.10 USD a month for each metric of each alarm.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export class RunbookAlarms extends Construct {
  /** Names of the alarms, in their order. */
  public readonly names: readonly string[];
  private readonly alarms: ReadonlyMap<string, CfnAlarm>;

  public constructor(scope: Construct, id: string, props: RunbookAlarmsProps) {
    super(scope, id);
    const { prefix, topicArn } = props;
    const alarms = new Map<string, CfnAlarm>();
    for (const alarm of props.alarms) {
      const { entry, silence, periodMinutes = 1 } = alarm;
      const periods = alarm.minutes / periodMinutes;
      const name = nameOf(alarm);
      const ownName = alarmName(prefix, alarm);
      const resource = new CfnAlarm(this, name, {
        alarmName: ownName,
        alarmDescription: `${alarm.says} docs/runbook.md#${entry}`,
        ...measured(alarm.metric, periodMinutes * 60),
        comparisonOperator: alarm.is === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
        threshold: alarm.threshold,
        evaluationPeriods: periods,
        datapointsToAlarm: periods,
        treatMissingData: MISSING_DATA[silence],
        ...(alarm.quiet !== true && { alarmActions: [topicArn], okActions: [topicArn] }),
        ...(silence === 'unknown' && { insufficientDataActions: [topicArn] }),
      });
      alarms.set(ownName, resource);
    }
    this.alarms = alarms;
    this.names = [...alarms.keys()];
  }

  /** @throws RangeError where there is no alarm of this name */
  public alarm(name: string): IDependable {
    const found = this.alarms.get(name);
    if (found === undefined) throw new RangeError(`there is no alarm ${name}`);
    return found;
  }
}

/** Name of an alarm in its Region. */
export function alarmName(prefix: string, alarm: Pick<RunbookAlarm, 'entry' | 'subject'>): string {
  return `${prefix}-${nameOf(alarm)}`;
}

function nameOf({ entry, subject }: Pick<RunbookAlarm, 'entry' | 'subject'>): string {
  return subject === undefined ? entry : `${entry}-${subject}`;
}

function measured(metric: AlarmMetric | AlarmExpression, period: number): Partial<CfnAlarmProps> {
  return 'formula' in metric
    ? { metrics: computed(metric, period) }
    : { ...single(metric), period };
}

function single({ namespace, name, dimensions, statistic }: AlarmMetric): Partial<CfnAlarmProps> {
  return {
    namespace,
    metricName: name,
    dimensions: listed(dimensions),
    ...(/^p\d/.test(statistic) ? { extendedStatistic: statistic } : { statistic }),
  };
}

function computed(
  { formula, metrics }: AlarmExpression,
  period: number,
): CfnAlarm.MetricDataQueryProperty[] {
  const parts = Object.entries(metrics).map(([id, { namespace, name, dimensions, statistic }]) => ({
    id,
    returnData: false,
    metricStat: {
      metric: { namespace, metricName: name, dimensions: listed(dimensions) },
      period,
      stat: statistic,
    },
  }));
  return [{ id: 'result', expression: formula, returnData: true }, ...parts];
}

function listed(dimensions: Readonly<Record<string, string>>): CfnAlarm.DimensionProperty[] {
  return Object.entries(dimensions).map(([name, value]) => ({ name, value }));
}
