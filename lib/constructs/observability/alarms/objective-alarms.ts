import type { ServiceObjectives } from '../../../config';
import type { CompositeAlarm } from '../composite-alarms';
import type { AlarmMetric, RunbookAlarm } from '../runbook-alarms';
import { alarmName } from '../runbook-alarms';

interface Burn {
  readonly entry: string;
  /** Times as quick as would use up the budget in 30 days. */
  readonly rate: number;
  /** By the long one enough is lost to call somebody; by the short one it is being lost now. */
  readonly windows: readonly { readonly name: string; readonly minutes: number }[];
  readonly says: string;
}

/** @see https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts */
const BURNS: readonly Burn[] = [
  {
    entry: 'error-budget-fast',
    rate: 14.4,
    windows: [
      { name: '1h', minutes: 60 },
      { name: '5m', minutes: 5 },
    ],
    says: 'Errors use up a fiftieth of the 30 days that are allowed to have some in an hour.',
  },
  {
    entry: 'error-budget-slow',
    rate: 6,
    windows: [
      { name: '6h', minutes: 360 },
      { name: '30m', minutes: 30 },
    ],
    says: 'Errors use up a twentieth of what is allowed in 30 days in six hours.',
  },
];

const LATE_PERIOD_MINUTES = 5;
const LATE_MINUTES = 15;

/**
 * What is measured of a Region's objectives at its load balancer: how quickly the errors that are allowed are used
 * up, in windows that nobody is told of by themselves, and whether answers are late. CloudWatch evaluates
 * a window as one period, which moves on with each look.
 *
 * @param loadBalancer `app/NAME/ID`
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html
 */
export function objectiveAlarms(
  loadBalancer: string,
  { availability, latency }: ServiceObjectives,
): readonly RunbookAlarm[] {
  const metric = (name: string, statistic: AlarmMetric['statistic']): AlarmMetric => ({
    ...{ namespace: 'AWS/ApplicationELB', name, statistic },
    dimensions: { LoadBalancer: loadBalancer },
  });
  const windows = BURNS.flatMap(({ entry, rate, windows: each }) =>
    each.map(({ name, minutes }): RunbookAlarm => ({
      ...{ entry, subject: name, minutes, periodMinutes: minutes, quiet: true },
      says: `Over ${name} errors come more than ${rate} times as often as ${availability} allows.`,
      metric: {
        formula: `(FILL(own, 0) + FILL(targets, 0)) / requests / ${allowed(availability)}`,
        metrics: {
          own: metric('HTTPCode_ELB_5XX_Count', 'Sum'),
          targets: metric('HTTPCode_Target_5XX_Count', 'Sum'),
          requests: metric('RequestCount', 'Sum'),
        },
      },
      ...{ is: 'above', threshold: rate },
      // Without any request nothing is used up; that nobody comes is told by others.
      silence: 'unchanged',
    })),
  );
  return latency === undefined ? windows : [...windows, lateAnswers(metric, latency)];
}

function lateAnswers(
  metric: (name: string, statistic: AlarmMetric['statistic']) => AlarmMetric,
  { percentile, milliseconds }: NonNullable<ServiceObjectives['latency']>,
): RunbookAlarm {
  return {
    entry: 'late-answers',
    says: `For a quarter of an hour p${percentile} of the answers was above the promised ${milliseconds} ms.`,
    metric: metric('TargetResponseTime', `p${percentile}`),
    ...{ is: 'above', threshold: milliseconds / 1_000 },
    ...{ minutes: LATE_MINUTES, periodMinutes: LATE_PERIOD_MINUTES },
    // Nothing was answered, which the other alarms of the load balancer are about.
    silence: 'unchanged',
  };
}

/** Share of errors that is allowed, without the dust of binary fractions. */
function allowed(availability: number): number {
  return Number((1 - availability).toFixed(6));
}

/** Somebody is called where both windows of a burn ring: enough is lost, and it goes on. */
export function burnAlarms(prefix: string): readonly CompositeAlarm[] {
  return BURNS.map(({ entry, says, windows }) => ({
    ...{ entry, says, when: 'every' },
    signals: windows.map(({ name: subject }) => ({
      alarms: [alarmName(prefix, { entry, subject })],
    })),
  }));
}
