import type { FargateDeployment } from '../../../config';
import type { AlarmExpression, AlarmMetric, RunbookAlarm } from '../runbook-alarms';

/** A service whose connections move to new tasks, as CloudWatch knows it. */
export interface WatchedDeployment {
  /** How they move. */
  readonly deployment: FargateDeployment;
  /** `net/NAME/ID` */
  readonly loadBalancer: string;
  /** `targetgroup/NAME/ID` of the groups that tasks register with in turn. */
  readonly targetGroups: readonly string[];
  /** Where the service's answers are counted. */
  readonly namespace: string;
}

/** Names of what is counted of a service's answers. */
export const ANSWERS = { all: 'Answers', failed: 'FailedAnswers', slow: 'SlowAnswers' } as const;
/** An answer that takes longer is slow. */
export const SLOW_MILLISECONDS = 2000;

/** Per cent of all, as the alarms of a Region's door have it. */
const MOST_PERCENT = 1;
/** Two in a row: a single minute is chance, and a share that goes first waits for ten as a rule. */
const MINUTES = 2;

/**
 * What ends a deployment and takes it back. Measured over both versions: half of the share that goes
 * first is more than a sound version may break. No data means that nothing is wrong with the new version,
 * so that an alarm is over when its tasks are gone and the next deployment is not held against it.
 */
export function deploymentAlarms(watched: WatchedDeployment): readonly RunbookAlarm[] {
  const { loadBalancer, targetGroups, namespace } = watched;
  const most = mostPercent(watched.deployment);
  const door = (name: string): AlarmMetric => ({
    ...{ namespace: 'AWS/NetworkELB', name, statistic: 'Sum' },
    dimensions: { LoadBalancer: loadBalancer },
  });
  const answers = (name: string): AlarmMetric => ({
    ...{ namespace, name, dimensions: {}, statistic: 'Sum' },
  });
  return [
    alarm('unhealthy', 0, `A task is unhealthy`, unhealthy(loadBalancer, targetGroups)),
    alarm('connections', most, `More than ${most} % of the connections are broken`, {
      formula: '100 * (FILL(own, 0) + FILL(targets, 0)) / connections',
      metrics: {
        own: door('TCP_ELB_Reset_Count'),
        targets: door('TCP_Target_Reset_Count'),
        connections: door('NewFlowCount'),
      },
    }),
    alarm('errors', most, `More than ${most} % of the answers are errors of the server`, {
      formula: '100 * FILL(failed, 0) / answers',
      metrics: { failed: answers(ANSWERS.failed), answers: answers(ANSWERS.all) },
    }),
    alarm(
      'slow',
      most,
      `More than ${most} % of the answers take longer than ${SLOW_MILLISECONDS / 1000} s`,
      {
        formula: '100 * FILL(slow, 0) / answers',
        metrics: { slow: answers(ANSWERS.slow), answers: answers(ANSWERS.all) },
      },
    ),
  ];
}

function alarm(
  subject: string,
  threshold: number,
  finding: string,
  metric: AlarmExpression,
): RunbookAlarm {
  return {
    entry: 'deployment-taken-back',
    subject,
    says: `${finding}; a deployment under way is taken back.`,
    metric,
    is: 'above',
    threshold,
    minutes: MINUTES,
    silence: 'healthy',
  };
}

/** In whichever of the groups: new tasks stand in one and the next time in the other. */
function unhealthy(loadBalancer: string, targetGroups: readonly string[]): AlarmExpression {
  return {
    formula: 'MAX(METRICS())',
    metrics: Object.fromEntries(
      targetGroups.map((TargetGroup, index) => [
        `group${index + 1}`,
        {
          ...{ namespace: 'AWS/NetworkELB', name: 'UnHealthyHostCount', statistic: 'Maximum' },
          dimensions: { LoadBalancer: loadBalancer, TargetGroup },
        },
      ]),
    ),
  };
}

function mostPercent(deployment: FargateDeployment): number {
  return deployment.strategy === 'canary'
    ? Math.min(MOST_PERCENT, deployment.percent / 2)
    : MOST_PERCENT;
}
