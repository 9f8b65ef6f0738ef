import { CfnBackupVault } from 'aws-cdk-lib/aws-backup';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { BackupLock, Protection } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface BackupVaultProps {
  /** Computed name, the same in every Region. */
  readonly vaultName: string;
  /** ARN of its key. */
  readonly keyArn: string;
  /** What it refuses, whoever asks. @default nothing */
  readonly lock?: BackupLock;
  /** Whether it survives its stack. */
  readonly protection: Protection;
}

/** What takes a backup away before its time, or puts its time forward. */
const TAKE_AWAY = [
  'backup:DeleteRecoveryPoint',
  'backup:DisassociateRecoveryPoint',
  'backup:UpdateRecoveryPointLifecycle',
];

/**
 * A Region's vault. Its policy lets nobody delete what it holds: a backup goes when its time is up. The
 * lock holds against those who may change the policy, too.
 *
 * Costs what it holds, by the GB.
 *
 * @stateful retained in production; AWS deletes no vault that holds anything
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
 */
export class BackupVault extends Construct {
  public constructor(scope: Construct, id: string, props: BackupVaultProps) {
    super(scope, id);
    const { lock } = props;
    const keep = new PolicyStatement({
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: TAKE_AWAY,
      resources: ['*'],
    });
    const vault = new CfnBackupVault(this, 'Resource', {
      backupVaultName: props.vaultName,
      encryptionKeyArn: props.keyArn,
      accessPolicy: new PolicyDocument({ statements: [keep] }),
      ...(lock !== undefined && { lockConfiguration: lockOf(lock) }),
    });
    vault.applyRemovalPolicy(lifecycleOf(props.protection).removalPolicy);
  }
}

/** Days of grace are what makes a lock one of mode compliance. */
function lockOf({
  minDays,
  maxDays,
  graceDays,
}: BackupLock): CfnBackupVault.LockConfigurationTypeProperty {
  return {
    minRetentionDays: minDays,
    maxRetentionDays: maxDays,
    ...(graceDays !== undefined && { changeableForDays: graceDays }),
  };
}
