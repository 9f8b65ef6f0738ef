import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface SchedulerRoleProps {
  /** What is called. */
  readonly description: string;
  /** Account whose schedules alone may take it. */
  readonly account: string;
}

/**
 * In which EventBridge Scheduler calls, for schedules of one account.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export class SchedulerRole extends Role {
  public constructor(scope: Construct, id: string, props: SchedulerRoleProps) {
    super(scope, id, {
      description: `${props.description}: the scheduler`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': props.account } },
      }),
    });
  }
}
