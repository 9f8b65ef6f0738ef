import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { BackupKind, RegionName } from '../../config';
import { takesDsql } from './private/dsql-statements';
import { restoresBuckets, takesBuckets } from './private/bucket-statements';
import { restoresClusters, takesClusters } from './private/cluster-statements';
import { restoresTables, takesTables } from './private/table-statements';
import type { Kept } from './private/kept';

export interface BackupRolesProps {
  /** Account whose jobs alone may assume them. */
  readonly account: string;
  /** Region of what is backed up. */
  readonly region: RegionName;
  /** What is backed up. */
  readonly targets: readonly { readonly kind: BackupKind; readonly arn: string }[];
  /** ARNs of the vaults that backups are kept in and copied to. */
  readonly vaults: readonly string[];
  /** Aliases of the keys of data and vaults, equal in every Region. */
  readonly keyAliases: readonly string[];
  /** Regions whose keys are used: the data's, and those that are copied to. */
  readonly keyRegions: readonly RegionName[];
}

/**
 * By which AWS Backup backs up what it is given and nothing else, and restores what it calls a test. In
 * place of the managed policies, which may back up and restore everything in the account.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html
 */
export class BackupRoles extends Construct {
  /** Takes backups and copies them. */
  public readonly backup: IRole;
  /** Restores what is tested. */
  public readonly restore: IRole;

  public constructor(scope: Construct, id: string, props: BackupRolesProps) {
    super(scope, id);
    this.backup = this.role('Backup', 'Backs up and copies data', props, takes(props));
    this.restore = this.role('Restore', 'Restores data for a test', props, restores(props));
  }

  private role(
    id: string,
    description: string,
    { account }: BackupRolesProps,
    statements: PolicyStatement[],
  ): IRole {
    const role = new Role(this, id, {
      description,
      assumedBy: new ServicePrincipal('backup.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    new Policy(this, `${id}Policy`, { roles: [role], statements });
    return role;
  }
}

function takes(props: BackupRolesProps): PolicyStatement[] {
  return [
    ...takesClusters(kept(props, 'cluster', 'graph')),
    ...takesDsql(kept(props, 'dsql')),
    ...takesTables(kept(props, 'table')),
    ...takesBuckets(kept(props, 'bucket')),
    new PolicyStatement({
      actions: ['backup:CopyIntoBackupVault', 'backup:DescribeBackupVault'],
      resources: [...props.vaults],
    }),
    ...useKeys(props),
  ];
}

function restores(props: BackupRolesProps): PolicyStatement[] {
  return [
    ...restoresClusters(kept(props, 'cluster', 'graph')),
    ...restoresTables(kept(props, 'table')),
    ...restoresBuckets(kept(props, 'bucket')),
    ...useKeys(props),
  ];
}

function kept(
  { account, region, keyRegions, targets }: BackupRolesProps,
  ...kinds: readonly BackupKind[]
): Kept {
  const arns = targets.filter(({ kind }) => kinds.includes(kind)).map(({ arn }) => arn);
  return { account, region, copied: [...new Set([region, ...keyRegions])], arns };
}

/**
 * IAM takes no alias as a resource, so the alias is a condition on any key of the account. Grants are
 * for AWS services alone: RDS asks for one to read and write the snapshot.
 */
function useKeys({ account, keyAliases, keyRegions }: BackupRolesProps): PolicyStatement[] {
  const resources = keyRegions.map((name) => `arn:aws:kms:${name}:${account}:key/*`);
  const aliased = { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [...keyAliases] } };
  return [
    new PolicyStatement({
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey*',
        'kms:ReEncrypt*',
      ],
      resources,
      conditions: aliased,
    }),
    new PolicyStatement({
      actions: ['kms:CreateGrant'],
      resources,
      conditions: { ...aliased, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  ];
}
