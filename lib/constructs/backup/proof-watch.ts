import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { LoggedFunction, ScheduledFunction } from '../compute';

export interface ProofWatchProps {
  /** Computed name of the schedule. */
  readonly scheduleName: string;
  /** Account whose schedules alone may call. */
  readonly account: string;
  /** Whose proofs are looked for. */
  readonly watched: readonly WatchedBackup[];
  /** Directory of the bundled handler lib/handlers/proof. */
  readonly handler: string;
}

/** One cluster, table or bucket, and the proofs that its backup is to give. */
export interface WatchedBackup {
  /** Such as store and shard: the dimension `Cluster` of the metrics, also of what is no cluster. */
  readonly subject: string;
  readonly arn: string;
  readonly proofs: readonly BackupProof[];
}

export type BackupProof = 'backup' | 'copy' | 'restore';

/** Where the ages are told, in hours. */
export const PROOF_NAMESPACE = 'Meridian/Backup';
/** Metric of each proof. */
export const PROOF_METRICS: Readonly<Record<BackupProof, string>> = {
  backup: 'BackupAge',
  copy: 'CopyAge',
  restore: 'RestoreAge',
};

/**
 * Each hour asks AWS Backup when each of them was last backed up, copied and restored for a test, and
 * tells the ages as metrics. AWS's own count jobs of a whole vault, so that one that nobody backs up
 * hides behind the others, and an alarm on them sees one week at most.
 *
 * Costs 0.30 USD a month for each metric.
 */
export class ProofWatch extends ScheduledFunction {
  public constructor(scope: Construct, id: string, props: ProofWatchProps) {
    super(scope, id);
    const code = new LoggedFunction(this, 'Code', {
      description: `${props.scheduleName}: tells how old the last proofs of backups are`,
      code: Code.fromAsset(props.handler),
      timeout: Duration.minutes(5),
      environment: { WATCHED: Stack.of(this).toJsonString(props.watched) },
      statements: [
        // Lists of jobs have no resource that they could be bound to.
        new PolicyStatement({
          actions: [
            'backup:ListBackupJobs',
            'backup:ListCopyJobs',
            'backup:ListRestoreJobsByProtectedResource',
          ],
          resources: ['*'],
        }),
        new PolicyStatement({
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          conditions: { StringEquals: { 'cloudwatch:namespace': PROOF_NAMESPACE } },
        }),
      ],
    });
    const { scheduleName: name, account } = props;
    this.callOnSchedule({
      ...{ functionArn: code.function.functionArn, caller: name, account },
      schedule: {
        name,
        description: 'Looks for proofs of backups',
        // The twin, which takes no backups, leaves it out by what it may ask for.
        scheduleExpression: 'cron(0 * * * ? *)',
      },
      // A call that fails for good rings by its silence: it needs no dead letter.
      target: { retryPolicy: { maximumRetryAttempts: 3 } },
    });
  }
}
