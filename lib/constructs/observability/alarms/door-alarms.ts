import type { AlarmMetric, RunbookAlarm } from '../runbook-alarms';

/** A Region's load balancer as CloudWatch knows it. */
export interface WatchedDoor {
  /** `app/NAME/ID` */
  readonly loadBalancer: string;
  /** `targetgroup/NAME/ID` of each kind of compute. */
  readonly targetGroups: Readonly<Record<string, string>>;
}

/** Per cent of all answers. */
const MOST_ERRORS = 1;
const SLOWEST_SECONDS = 2;

/** What users see of a Region. */
export function doorAlarms({ loadBalancer, targetGroups }: WatchedDoor): readonly RunbookAlarm[] {
  const metric = (name: string, statistic: AlarmMetric['statistic']): AlarmMetric => ({
    namespace: 'AWS/ApplicationELB',
    name,
    dimensions: { LoadBalancer: loadBalancer },
    statistic,
  });
  return [
    {
      entry: 'load-balancer-errors',
      says: `More than ${MOST_ERRORS} % of a Region's answers are errors of the server.`,
      metric: {
        formula: '100 * (FILL(own, 0) + FILL(targets, 0)) / requests',
        metrics: {
          own: metric('HTTPCode_ELB_5XX_Count', 'Sum'),
          targets: metric('HTTPCode_Target_5XX_Count', 'Sum'),
          requests: metric('RequestCount', 'Sum'),
        },
      },
      is: 'above',
      threshold: MOST_ERRORS,
      minutes: 3,
      // The checkers of Route 53 ask all the time: without any request nobody reaches the Region.
      silence: 'breaching',
    },
    {
      entry: 'slow-answers',
      says: `One answer in a hundred takes more than ${SLOWEST_SECONDS} s.`,
      metric: metric('TargetResponseTime', 'p99'),
      is: 'above',
      threshold: SLOWEST_SECONDS,
      minutes: 5,
      // Nothing was answered, which is what load-balancer-errors is about.
      silence: 'unchanged',
    },
    ...Object.entries(targetGroups).map(([subject, targetGroup]): RunbookAlarm => ({
      entry: 'unhealthy-targets',
      subject,
      says: `The load balancer finds some of its ${subject} unhealthy.`,
      metric: {
        namespace: 'AWS/ApplicationELB',
        name: 'UnHealthyHostCount',
        dimensions: { LoadBalancer: loadBalancer, TargetGroup: targetGroup },
        statistic: 'Maximum',
      },
      is: 'above',
      threshold: 0,
      minutes: 5,
      // A group with any target reports: silence is a group without one.
      silence: 'breaching',
    })),
  ];
}
