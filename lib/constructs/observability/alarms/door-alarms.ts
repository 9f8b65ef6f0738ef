import type { AlarmMetric, RunbookAlarm } from '../runbook-alarms';

/** A Region's load balancer as CloudWatch knows it. */
export interface WatchedDoor {
  /** `app/NAME/ID` or `net/NAME/ID` */
  readonly loadBalancer: string;
  /** Whether servers stand in one of several groups in turn, so that others are empty. @default false */
  readonly inTurn?: boolean;
  /** Whether it counts connections, not requests. @default false */
  readonly network?: boolean;
  /** `targetgroup/NAME/ID` of each kind of compute. */
  readonly targetGroups: Readonly<Record<string, string>>;
}

/** Per cent of all answers. */
const MOST_ERRORS = 1;
const SLOWEST_SECONDS = 2;

/**
 * What users see of a Region. A network load balancer counts connections, not answers: there is no
 * alarm on slow answers then, and errors are connections that it or a server broke.
 */
export function doorAlarms({
  loadBalancer,
  targetGroups,
  network,
  inTurn,
}: WatchedDoor): RunbookAlarm[] {
  const namespace = network === true ? 'AWS/NetworkELB' : 'AWS/ApplicationELB';
  const metric: Metric = (name, statistic) => ({
    ...{ namespace, name, statistic },
    dimensions: { LoadBalancer: loadBalancer },
  });
  return [
    ...(network === true ? connectionAlarms(metric) : answerAlarms(metric)),
    ...Object.entries(targetGroups).map(([subject, targetGroup]): RunbookAlarm => ({
      entry: 'unhealthy-targets',
      subject,
      says: `The load balancer finds some of its ${subject} unhealthy.`,
      metric: {
        namespace,
        name: 'UnHealthyHostCount',
        dimensions: { LoadBalancer: loadBalancer, TargetGroup: targetGroup },
        statistic: 'Maximum',
      },
      is: 'above',
      threshold: 0,
      minutes: 5,
      // A group with any target reports: silence is a group without one, which is right for one of two
      // that take turns.
      silence: inTurn === true ? 'unchanged' : 'breaching',
    })),
  ];
}

type Metric = (name: string, statistic: AlarmMetric['statistic']) => AlarmMetric;

function answerAlarms(metric: Metric): readonly RunbookAlarm[] {
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
  ];
}

function connectionAlarms(metric: Metric): readonly RunbookAlarm[] {
  return [
    {
      entry: 'load-balancer-errors',
      says: `More than ${MOST_ERRORS} % of a Region's connections are broken by it.`,
      metric: {
        formula: '100 * (FILL(own, 0) + FILL(targets, 0)) / connections',
        metrics: {
          own: metric('TCP_ELB_Reset_Count', 'Sum'),
          targets: metric('TCP_Target_Reset_Count', 'Sum'),
          connections: metric('NewFlowCount', 'Sum'),
        },
      },
      is: 'above',
      threshold: MOST_ERRORS,
      minutes: 3,
      // As above: the checkers connect all the time.
      silence: 'breaching',
    },
  ];
}
