import type { Construct } from 'constructs';
import type { Backup } from '../config';
import { BackupVault, VaultKey } from '../constructs/backup';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

export interface VaultProps extends RegionalStackProps {
  /** The declared backup. */
  readonly backup: Backup;
}

/** A Region's vault of backups, equal in every Region: any may keep its own or copies of another's. */
export class Vault extends MeridianStack {
  public constructor(scope: Construct, id: string, props: VaultProps) {
    const { deployment, region, backup } = props;
    super(scope, id, {
      deployment,
      kind: 'vault',
      region: region.name,
      regional: true,
      stateful: true,
      description: `${deployment.name}: vault of backups in ${region.name}`,
    });
    const { protection } = deployment;
    const aliasName = this.names.backupKeyAlias();
    const { keyArn } = new VaultKey(this, 'Key', { aliasName, protection });
    new BackupVault(this, 'Backups', {
      vaultName: this.names.backupVault(),
      keyArn,
      protection,
      ...(backup.lock !== undefined && { lock: backup.lock }),
    });
  }
}
