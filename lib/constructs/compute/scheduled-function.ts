import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnScheduleProps } from 'aws-cdk-lib/aws-scheduler';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { SchedulerRole } from '../security';

export interface ScheduledCallProps {
  /** What is called. */
  readonly functionArn: string;
  /** Whose calls these are: what the role is described by. */
  readonly caller: string;
  /** Account whose schedules alone may call. */
  readonly account: string;
  /** What the scheduler may do beside calling. @default nothing */
  readonly statements?: readonly PolicyStatement[];
  /** When; the window is `OFF` where none is given. */
  readonly schedule: Omit<CfnScheduleProps, 'target' | 'flexibleTimeWindow'> &
    Partial<Pick<CfnScheduleProps, 'flexibleTimeWindow'>>;
  /** With what it is called, and what becomes of a call that fails. */
  readonly target: Omit<CfnSchedule.TargetProperty, 'arn' | 'roleArn'>;
}

/**
 * What EventBridge Scheduler calls, in a role that may do nothing else.
 *
 * Costs 1 USD for a million calls.
 */
export abstract class ScheduledFunction extends Construct {
  protected callOnSchedule(props: ScheduledCallProps): void {
    const { functionArn: arn, caller: description, account, statements = [] } = props;
    const role = new SchedulerRole(this, 'Caller', { description, account });
    new Policy(this, 'Calls', {
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [arn] }),
        ...statements,
      ],
    });
    new CfnSchedule(this, 'Resource', {
      flexibleTimeWindow: { mode: 'OFF' },
      ...props.schedule,
      target: { arn, roleArn: role.roleArn, ...props.target },
    }).node.addDependency(role);
  }
}
