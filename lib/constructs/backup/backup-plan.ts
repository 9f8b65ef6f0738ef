import { CfnBackupPlan, CfnBackupSelection } from 'aws-cdk-lib/aws-backup';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Backup, BackupKind } from '../../config';
import { CONTINUOUS_DAYS } from '../../config';

export interface BackupPlanProps {
  /** Computed name of the plan. */
  readonly planName: string;
  /** The declared backup. */
  readonly backup: Backup;
  /** Name of the Region's vault. */
  readonly vaultName: string;
  /** ARNs of the vaults that each backup is copied to. */
  readonly copies: readonly string[];
  /** ARN of exactly what is backed up. */
  readonly arn: string;
  /** What that is. */
  readonly kind: BackupKind;
  /** By which AWS Backup does it. */
  readonly role: IRole;
}

const START_MINUTES = 60;
const COMPLETION_MINUTES = 720;

/** Of which AWS Backup keeps what restores to any second. */
const CONTINUOUS: readonly BackupKind[] = ['cluster', 'bucket'];

/**
 * When one cluster, table or bucket is backed up, for how long that is kept and where it is copied to. A
 * continuous backup has a rule of its own, because a copy of it would be a snapshot all the same.
 *
 * Costs by the GB and month (`meridian cost` tells how much), and traffic between Regions once for each
 * copy.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html
 */
export class BackupPlan extends Construct {
  public constructor(scope: Construct, id: string, props: BackupPlanProps) {
    super(scope, id);
    const { backup, vaultName } = props;
    const plan = new CfnBackupPlan(this, 'Resource', {
      backupPlan: {
        backupPlanName: props.planName,
        backupPlanRule: [
          {
            ruleName: 'snapshot',
            targetBackupVault: vaultName,
            scheduleExpression: schedule(backup.everyHours),
            scheduleExpressionTimezone: 'Etc/UTC',
            startWindowMinutes: START_MINUTES,
            completionWindowMinutes: COMPLETION_MINUTES,
            lifecycle: { deleteAfterDays: backup.retentionDays },
            copyActions: props.copies.map((destinationBackupVaultArn) => ({
              destinationBackupVaultArn,
              lifecycle: { deleteAfterDays: backup.copyRetentionDays },
            })),
          },
          ...(backup.continuous && CONTINUOUS.includes(props.kind) ? [continuous(vaultName)] : []),
        ],
      },
    });
    new CfnBackupSelection(this, 'Selection', {
      backupPlanId: plan.ref,
      backupSelection: {
        selectionName: props.planName,
        iamRoleArn: props.role.roleArn,
        resources: [props.arn],
      },
    });
  }
}

/** By UTC, from midnight on; once a day at three. */
function schedule(everyHours: number): string {
  return everyHours === 24 ? 'cron(0 3 * * ? *)' : `cron(0 0/${everyHours} * * ? *)`;
}

function continuous(targetBackupVault: string): CfnBackupPlan.BackupRuleResourceTypeProperty {
  return {
    ruleName: 'continuous',
    targetBackupVault,
    enableContinuousBackup: true,
    scheduleExpression: 'cron(0 4 * * ? *)',
    scheduleExpressionTimezone: 'Etc/UTC',
    startWindowMinutes: START_MINUTES,
    completionWindowMinutes: COMPLETION_MINUTES,
    lifecycle: { deleteAfterDays: CONTINUOUS_DAYS },
  };
}
