import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnMetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Job } from '../../config';
import { LoggedFunction, ScheduledFunction } from '../compute';
import { workFunction } from './private/work-function';
import type { WorkFunctionProps } from './queue-consumer';

export interface ScheduledJobProps extends WorkFunctionProps {
  /** Computed name of the schedule. */
  readonly scheduleName: string;
  /** The declared job. */
  readonly job: Job;
  /** Account whose schedules alone may call. */
  readonly account: string;
  /** ARN of the queue of calls that failed for good. */
  readonly deadLettersArn: string;
  /** Namespace of the metrics that its figures become, by their name in the line of the log. @default none */
  readonly figures?: {
    readonly namespace: string;
    readonly metrics: Readonly<Record<string, string>>;
  };
  /** Lets the scheduler use the key of that queue. */
  readonly keyStatement: PolicyStatement;
}

/**
 * A function that EventBridge Scheduler calls, repeated while it fails, at last a dead letter. The call
 * is `{"job": NAME}`. In every Region: what it has to do there, it knows from who writes there.
 *
 * Costs 1 USD for a million calls, and what they cost as invocations.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-retry-policy.html
 */
export class ScheduledJob extends ScheduledFunction {
  public constructor(scope: Construct, id: string, props: ScheduledJobProps) {
    super(scope, id);
    const { job } = props;
    const code = new LoggedFunction(this, 'Code', workFunction(props, job));
    this.callOnSchedule({
      ...{ functionArn: code.function.functionArn, caller: props.description },
      account: props.account,
      statements: [
        new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [props.deadLettersArn] }),
        props.keyStatement,
      ],
      schedule: {
        name: props.scheduleName,
        description: props.description,
        scheduleExpression: job.schedule,
        scheduleExpressionTimezone: job.timeZone,
        ...(job.flexibleMinutes !== undefined && {
          flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: job.flexibleMinutes },
        }),
      },
      target: {
        input: JSON.stringify({ job: job.name }),
        retryPolicy: {
          maximumRetryAttempts: job.retries,
          maximumEventAgeInSeconds: job.maxAgeSeconds,
        },
        deadLetterConfig: { arn: props.deadLettersArn },
      },
    });
    this.tell(props, code.logGroupName);
  }

  /** The line that the sample workload writes at the end of a job. */
  private tell({ job, figures }: ScheduledJobProps, logGroupName: string): void {
    for (const [figure, metricName] of Object.entries(figures?.metrics ?? {}))
      new CfnMetricFilter(this, metricName, {
        logGroupName,
        filterPattern: `{ ($.message = "job done") && ($.job = "${job.name}") }`,
        metricTransformations: [
          { metricNamespace: figures?.namespace ?? '', metricName, metricValue: `$.${figure}` },
        ],
      });
  }
}
