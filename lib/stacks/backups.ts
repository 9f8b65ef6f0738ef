import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Backup, BackupSource } from '../config';
import { isRestoreTested } from '../config';
import type { BackupProof, WatchedBackup } from '../constructs/backup';
import {
  BackupPlan,
  BackupRoles,
  PROOF_METRICS,
  PROOF_NAMESPACE,
  ProofWatch,
  RestoreTest,
} from '../constructs/backup';
import { RunbookAlarms, backupAlarms } from '../constructs/observability';
import type { Artifacts } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

export interface BackupsProps extends RegionalStackProps {
  /** The declared backup. */
  readonly backup: Backup;
  /** What is backed up in this Region. */
  readonly targets: readonly BackupSource[];
  /** The Region's network, for clusters that are restored for a test. */
  readonly vpc: IVpc;
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'handlers'>;
}

/**
 * The plans of what is backed up in a Region (clusters where they were born), the tests of what they
 * keep, and whoever rings when either gives no proof. What is kept is the vaults' and outlives this.
 */
export class Backups extends MeridianStack {
  public constructor(scope: Construct, id: string, props: BackupsProps) {
    const { deployment, region, backup, targets } = props;
    super(scope, id, {
      deployment,
      kind: 'backups',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: backups of data of ${region.name}`,
    });
    const { names } = this;
    const roles = this.roles(props);
    for (const { subject, kind, arn, copies } of targets) {
      new BackupPlan(this, subject, {
        planName: `${deployment.name}-${subject}`,
        vaultName: names.backupVault(),
        ...{ backup, copies, kind, arn },
        role: roles.backup,
      });
    }
    const tested = targets.filter(isRestoreTested);
    if (backup.restoreTestDays !== undefined && tested.length > 0) {
      new RestoreTest(this, 'RestoreTest', {
        planName: names.restoreTest(),
        everyDays: backup.restoreTestDays,
        continuous: backup.continuous,
        vaultArn: names.backupVaultArn(region.name),
        ...{ targets: tested, vpc: props.vpc },
        role: roles.restore,
      });
    }
    this.watch(props);
  }

  private roles({ deployment, region, targets }: BackupsProps): BackupRoles {
    const { names } = this;
    const own = names.backupVaultArn(region.name);
    const vaults = [...new Set([own, ...targets.flatMap(({ copies }) => copies)])];
    // A key of another account is not ours to name; what is copied there is encrypted by its own role.
    const regions = vaults
      .map((arn) => arn.split(':'))
      .filter(([, , , , account]) => account === deployment.account)
      .map(([, , , name]) => name ?? '');
    return new BackupRoles(this, 'Roles', {
      account: deployment.account,
      region: region.name,
      ...{ targets, vaults },
      keyAliases: [names.keyAlias(), names.backupKeyAlias()],
      keyRegions: regions,
    });
  }

  private watch({ deployment, region, backup, targets, artifacts }: BackupsProps): void {
    const { names } = this;
    const watched = targets.map((target) => watchedOf(target, backup));
    new ProofWatch(this, 'Proofs', {
      scheduleName: `${deployment.name}-backup-proofs`,
      account: deployment.account,
      watched,
      handler: artifacts.handlers.proof,
    });
    const { backupHours, restoreHours } = backup.alarm;
    const hours = { backup: backupHours, copy: backupHours, restore: restoreHours };
    new RunbookAlarms(this, 'Watch', {
      prefix: deployment.name,
      topicArn: names.alarmTopicArn(region.name),
      alarms: watched.flatMap(({ subject, proofs }) =>
        backupAlarms({
          subject,
          namespace: PROOF_NAMESPACE,
          metrics: PROOF_METRICS,
          hours: Object.fromEntries(proofs.map((proof) => [proof, hours[proof]])),
        }),
      ),
    });
  }
}

function watchedOf(source: BackupSource, backup: Backup): WatchedBackup {
  const { subject, arn, copies } = source;
  const tested = backup.restoreTestDays !== undefined && isRestoreTested(source);
  const proofs: readonly BackupProof[] = [
    'backup',
    ...(copies.length > 0 ? (['copy'] as const) : []),
    ...(tested ? (['restore'] as const) : []),
  ];
  return { subject, arn, proofs };
}
