import type { AlarmMetric, RunbookAlarm } from '../runbook-alarms';

const MOST_ERRORS = 5;
const MOST_CPU = 80;

/** Of a function by its name. */
export function functionAlarms(functionName: string): readonly RunbookAlarm[] {
  const metric = (name: string): AlarmMetric => ({
    namespace: 'AWS/Lambda',
    name,
    dimensions: { FunctionName: functionName },
    statistic: 'Sum',
  });
  return [
    {
      entry: 'function-errors',
      says: `More than ${MOST_ERRORS} invocations a minute end in an error or run out of time.`,
      metric: metric('Errors'),
      is: 'above',
      threshold: MOST_ERRORS,
      minutes: 3,
      // It was not invoked; that requests arrive at all is watched at the load balancer.
      silence: 'unchanged',
    },
    {
      entry: 'function-throttles',
      says: 'Invocations are refused because the account runs as many as it may.',
      metric: metric('Throttles'),
      is: 'above',
      threshold: 0,
      minutes: 3,
      silence: 'unchanged',
    },
  ];
}

/** A service on Fargate as CloudWatch knows it. */
export interface WatchedServers {
  readonly cluster: string;
  readonly service: string;
  readonly minTasks: number;
}

export function serverAlarms({
  cluster,
  service,
  minTasks,
}: WatchedServers): readonly RunbookAlarm[] {
  const dimensions = { ClusterName: cluster, ServiceName: service };
  return [
    {
      entry: 'too-few-servers',
      says: `Fewer than ${minTasks} tasks run, which carry the peak without one Region and one zone.`,
      metric: {
        namespace: 'ECS/ContainerInsights',
        name: 'RunningTaskCount',
        dimensions,
        statistic: 'Minimum',
      },
      is: 'below',
      threshold: minTasks,
      minutes: 5,
      // Reported for as long as the service is there.
      silence: 'breaching',
    },
    {
      entry: 'busy-servers',
      says: `Servers use more than ${MOST_CPU} % of their processors although tasks are added at 50 %.`,
      metric: {
        namespace: 'AWS/ECS',
        name: 'CPUUtilization',
        dimensions,
        statistic: 'Average',
      },
      is: 'above',
      threshold: MOST_CPU,
      minutes: 10,
      // Every task that runs reports.
      silence: 'breaching',
    },
  ];
}

/** An Auto Scaling group as CloudWatch knows it. */
export interface WatchedInstances {
  readonly group: string;
  readonly minInstances: number;
  /** What its instances are. */
  readonly subject: 'instances' | 'balancers';
}

export function instanceAlarms({
  group,
  minInstances,
  subject,
}: WatchedInstances): readonly RunbookAlarm[] {
  const dimensions = { AutoScalingGroupName: group };
  return [
    {
      entry: 'too-few-servers',
      subject,
      says: `Fewer than ${minInstances} ${subject} serve, which carry the peak without one Region and one zone.`,
      metric: {
        namespace: 'AWS/AutoScaling',
        name: 'GroupInServiceInstances',
        dimensions,
        statistic: 'Minimum',
      },
      is: 'below',
      threshold: minInstances,
      minutes: 5,
      // Reported for as long as the group is there.
      silence: 'breaching',
    },
    {
      entry: 'busy-servers',
      subject,
      says: `The ${subject} use more than ${MOST_CPU} % of their processors although scaling adds some.`,
      metric: { namespace: 'AWS/EC2', name: 'CPUUtilization', dimensions, statistic: 'Average' },
      is: 'above',
      threshold: MOST_CPU,
      minutes: 10,
      // Every instance that runs reports.
      silence: 'breaching',
    },
  ];
}
