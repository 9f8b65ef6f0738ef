import { Duration } from 'aws-cdk-lib';
import { CfnAlias, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Protection } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface VaultKeyProps {
  /** Computed alias, so that whoever copies into the vault can name the key. */
  readonly aliasName: string;
  /** Whether it survives its stack. */
  readonly protection: Protection;
}

/**
 * The key of a Region's vault, apart from that of its data: whoever gets hold of the data key cannot
 * read copies, and losing one of the two loses nothing of the other. Costs 1 USD a month.
 *
 * @stateful backups encrypted with a deleted key are lost
 */
export class VaultKey extends Key {
  public constructor(scope: Construct, id: string, props: VaultKeyProps) {
    const { aliasName, protection } = props;
    const { removalPolicy } = lifecycleOf(protection);
    super(scope, id, {
      description: `${aliasName}: backups in this Region`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy,
    });
    const alias = new CfnAlias(this, 'Alias', { aliasName, targetKeyId: this.keyArn });
    alias.applyRemovalPolicy(removalPolicy);
  }
}
