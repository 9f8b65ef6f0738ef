import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';

export interface BackupRolesProps {
  /** Account whose jobs alone may assume them. */
  readonly account: string;
  /** Region of the clusters. */
  readonly region: RegionName;
  /** ARNs of the clusters that are backed up. */
  readonly clusters: readonly string[];
  /** ARNs of the vaults that backups are kept in and copied to. */
  readonly vaults: readonly string[];
  /** Aliases of the keys of clusters and vaults, equal in every Region. */
  readonly keyAliases: readonly string[];
  /** Regions whose keys are used: the clusters', and those that are copied to. */
  readonly keyRegions: readonly RegionName[];
}

/** What AWS Backup calls its snapshots of clusters, and clusters that it restores for a test. */
const SNAPSHOTS = 'cluster-snapshot:awsbackup:*';
const RESTORED = 'cluster:awsbackup-restore-test-*';

/**
 * By which AWS Backup backs up these clusters and no others, and restores what it calls a test. In place
 * of the managed policies, which may back up and restore everything in the account.
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
    this.backup = this.role('Backup', 'Backs up and copies clusters', props, takes(props));
    this.restore = this.role('Restore', 'Restores clusters for a test', props, restores(props));
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

function takes({
  account,
  region,
  clusters,
  vaults,
  ...keys
}: BackupRolesProps): PolicyStatement[] {
  const snapshots = [...new Set([region, ...keys.keyRegions])].map(
    (name) => `arn:aws:rds:${name}:${account}:${SNAPSHOTS}`,
  );
  return [
    new PolicyStatement({
      actions: ['rds:CreateDBClusterSnapshot', 'rds:ListTagsForResource', 'rds:ModifyDBCluster'],
      resources: [...clusters],
    }),
    new PolicyStatement({
      actions: [
        'rds:AddTagsToResource',
        'rds:CopyDBClusterSnapshot',
        'rds:CreateDBClusterSnapshot',
        'rds:DeleteDBClusterSnapshot',
        'rds:ListTagsForResource',
        'rds:ModifyDBClusterSnapshotAttribute',
      ],
      resources: snapshots,
    }),
    look(region, account, 'cluster-auto-backup'),
    new PolicyStatement({
      actions: ['backup:CopyIntoBackupVault', 'backup:DescribeBackupVault'],
      resources: [...vaults],
    }),
    ...useKeys({ account, ...keys }),
  ];
}

function restores({ account, region, ...keys }: BackupRolesProps): PolicyStatement[] {
  const at = (rest: string): string => `arn:aws:rds:${region}:${account}:${rest}`;
  return [
    new PolicyStatement({
      actions: ['rds:RestoreDBClusterFromSnapshot', 'rds:RestoreDBClusterToPointInTime'],
      resources: [
        ...keys.clusters,
        ...[RESTORED, SNAPSHOTS, 'cluster-pg:*', 'og:*', 'subgrp:*'].map(at),
      ],
    }),
    new PolicyStatement({
      actions: ['rds:AddTagsToResource', 'rds:DeleteDBCluster', 'rds:ListTagsForResource'],
      resources: [at(RESTORED)],
    }),
    look(region, account),
    ...useKeys({ account, ...keys }),
  ];
}

/** AWS Backup lists what there is before it names one. */
function look(region: RegionName, account: string, ...more: readonly string[]): PolicyStatement {
  const kinds = ['cluster', 'cluster-snapshot', ...more];
  return new PolicyStatement({
    actions: [
      'rds:DescribeDBClusterSnapshots',
      'rds:DescribeDBClusters',
      ...(more.length > 0 ? ['rds:DescribeDBClusterAutomatedBackups'] : []),
    ],
    resources: kinds.map((kind) => `arn:aws:rds:${region}:${account}:${kind}:*`),
  });
}

/**
 * IAM takes no alias as a resource, so the alias is a condition on any key of the account. Grants are
 * for AWS services alone: RDS asks for one to read and write the snapshot.
 */
function useKeys({
  account,
  keyAliases,
  keyRegions,
}: Pick<BackupRolesProps, 'account' | 'keyAliases' | 'keyRegions'>): PolicyStatement[] {
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
