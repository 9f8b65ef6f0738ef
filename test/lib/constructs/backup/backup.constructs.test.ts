import { Role } from 'aws-cdk-lib/aws-iam';
import type { Backup, BackupKind, Protection } from '../../../../lib/config';
import {
  BackupPlan,
  BackupRoles,
  BackupVault,
  ProofWatch,
  RestoreTest,
  VaultKey,
} from '../../../../lib/constructs/backup';
import type { BackupVaultProps, RestoreTestProps } from '../../../../lib/constructs/backup';
import {
  ACCOUNT,
  bundleFixture,
  deploymentWith,
  only,
  statements,
  templateOf,
} from '../../../support/stack';
import type { TestStack } from '../../../support/stack';

const BUNDLE = bundleFixture();
const CLUSTER = `arn:aws:rds:us-east-2:${ACCOUNT}:cluster:meridian-main-s0-us-east-2`;
const TABLE = `arn:aws:dynamodb:us-east-2:${ACCOUNT}:table/meridian-topology`;
const BUCKET = `arn:aws:s3:::meridian-${ACCOUNT}-us-east-2-uploads`;
const LEDGER = `arn:aws:dsql:us-east-2:${ACCOUNT}:cluster/abc`;
const ALL = [
  { subject: 'main-s0', kind: 'cluster', arn: CLUSTER },
  { subject: 'control', kind: 'table', arn: TABLE },
  { subject: 'uploads', kind: 'bucket', arn: BUCKET },
] as const;
const vault = (region: string, account = ACCOUNT): string =>
  `arn:aws:backup:${region}:${account}:backup-vault:meridian-backups`;
const roleOf = (stack: TestStack) =>
  Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${ACCOUNT}:role/backup`);

describe('BackupVault', () => {
  const vaultWith = (more: Partial<BackupVaultProps> = {}) =>
    templateOf((stack) => {
      new BackupVault(stack, 'Vault', {
        vaultName: 'meridian-backups',
        keyArn: 'arn:aws:kms:us-east-2:123456789012:key/1',
        protection: 'production',
        ...more,
      });
    });

  test('with minimal properties lets nobody delete what it holds', () => {
    const template = vaultWith();
    const properties = only(template, 'AWS::Backup::BackupVault');
    expect(properties).toMatchObject({
      BackupVaultName: 'meridian-backups',
      EncryptionKeyArn: 'arn:aws:kms:us-east-2:123456789012:key/1',
      AccessPolicy: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: expect.arrayContaining(['backup:DeleteRecoveryPoint']) as unknown,
          },
        ],
      },
    });
    expect(properties).not.toHaveProperty('LockConfiguration');
  });

  test('with a lock of mode governance has no days of grace', () => {
    const lock = { minDays: 7, maxDays: 365, graceDays: undefined };
    expect(only(vaultWith({ lock }), 'AWS::Backup::BackupVault').LockConfiguration).toEqual({
      MinRetentionDays: 7,
      MaxRetentionDays: 365,
    });
  });

  test('with a lock of mode compliance has them', () => {
    const lock = { minDays: 7, maxDays: 365, graceDays: 3 };
    expect(only(vaultWith({ lock }), 'AWS::Backup::BackupVault').LockConfiguration).toEqual({
      MinRetentionDays: 7,
      MaxRetentionDays: 365,
      ChangeableForDays: 3,
    });
  });

  test('is retained in production, and deletable where ephemeral', () => {
    const type = 'AWS::Backup::BackupVault';
    vaultWith().hasResource(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    vaultWith({ protection: 'ephemeral' }).hasResource(type, { DeletionPolicy: 'Delete' });
  });
});

test('VaultKey rotates, is found by its alias, and is retained with it in production', () => {
  const keyOf = (protection: Protection) =>
    templateOf((stack) => {
      new VaultKey(stack, 'Key', { aliasName: 'alias/meridian-backups', protection });
    });
  const template = keyOf('production');
  expect(only(template, 'AWS::KMS::Key')).toMatchObject({ EnableKeyRotation: true });
  expect(only(template, 'AWS::KMS::Alias').AliasName).toBe('alias/meridian-backups');
  for (const type of ['AWS::KMS::Key', 'AWS::KMS::Alias']) {
    template.hasResource(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    keyOf('ephemeral').hasResource(type, { DeletionPolicy: 'Delete' });
  }
});

describe('BackupPlan', () => {
  const planOf = (
    more: Partial<Backup> = {},
    copies: readonly string[] = [],
    kind: BackupKind = 'cluster',
  ) =>
    templateOf((stack) => {
      new BackupPlan(stack, 'Plan', {
        planName: 'meridian-main-s0',
        backup: { ...deploymentWith().backup!, ...more },
        vaultName: 'meridian-backups',
        copies,
        ...{ kind, arn: CLUSTER },
        role: roleOf(stack),
      });
    });
  const rulesOf = (template: ReturnType<typeof planOf>) =>
    (only(template, 'AWS::Backup::BackupPlan').BackupPlan as { BackupPlanRule: object[] })
      .BackupPlanRule;

  test('with minimal properties keeps one snapshot a day and copies nothing', () => {
    expect(rulesOf(planOf())).toEqual([
      {
        RuleName: 'snapshot',
        TargetBackupVault: 'meridian-backups',
        ScheduleExpression: 'cron(0 3 * * ? *)',
        ScheduleExpressionTimezone: 'Etc/UTC',
        StartWindowMinutes: 60,
        CompletionWindowMinutes: 720,
        Lifecycle: { DeleteAfterDays: 35 },
        CopyActions: [],
      },
    ]);
  });

  test('with every property copies to each vault, and keeps a continuous backup', () => {
    const backup = { everyHours: 6, retentionDays: 30, copyRetentionDays: 90, continuous: true };
    const copies = [vault('eu-central-1'), vault('us-east-2', '210987654321')];
    const [snapshot, continuous] = rulesOf(planOf(backup, copies));
    expect(snapshot).toMatchObject({
      ScheduleExpression: 'cron(0 0/6 * * ? *)',
      Lifecycle: { DeleteAfterDays: 30 },
      CopyActions: copies.map((DestinationBackupVaultArn) => ({
        DestinationBackupVaultArn,
        Lifecycle: { DeleteAfterDays: 90 },
      })),
    });
    expect(continuous).toMatchObject({
      EnableContinuousBackup: true,
      Lifecycle: { DeleteAfterDays: 14 },
    });
    expect(continuous).not.toHaveProperty('CopyActions');
  });

  test('keeps a continuous backup of uploads, and none of a table, which AWS Backup refuses', () => {
    const names = (kind: BackupKind) =>
      rulesOf(planOf({ continuous: true }, [], kind)).map((rule) =>
        'EnableContinuousBackup' in rule ? 'continuous' : 'snapshot',
      );
    expect(names('bucket')).toEqual(['snapshot', 'continuous']);
    expect(names('table')).toEqual(['snapshot']);
  });

  test('selects exactly what it is given', () => {
    expect(only(planOf(), 'AWS::Backup::BackupSelection')).toMatchObject({
      BackupPlanId: { Ref: expect.stringMatching(/^Plan/) as unknown },
      BackupSelection: { SelectionName: 'meridian-main-s0', Resources: [CLUSTER] },
    });
  });
});

describe('RestoreTest', () => {
  const testOf = (
    everyDays: 1 | 7,
    continuous: boolean,
    targets: RestoreTestProps['targets'] = ALL.slice(0, 1),
  ) =>
    templateOf((stack) => {
      new RestoreTest(stack, 'Test', {
        planName: 'meridian_restore_test',
        everyDays,
        continuous,
        vaultArn: vault('us-east-2'),
        targets,
        vpc: stack.importedVpc(),
        role: roleOf(stack),
      });
    });

  test('each week restores the latest snapshot where nobody reaches it', () => {
    const template = testOf(7, false);
    expect(only(template, 'AWS::Backup::RestoreTestingPlan')).toMatchObject({
      RestoreTestingPlanName: 'meridian_restore_test',
      ScheduleExpression: 'cron(0 9 ? * MON *)',
      RecoveryPointSelection: {
        Algorithm: 'LATEST_WITHIN_WINDOW',
        IncludeVaults: [vault('us-east-2')],
        RecoveryPointTypes: ['SNAPSHOT'],
        SelectionWindowDays: 7,
      },
    });
    expect(only(template, 'AWS::Backup::RestoreTestingSelection')).toMatchObject({
      RestoreTestingSelectionName: 'main_s0',
      ProtectedResourceType: 'Aurora',
      ProtectedResourceArns: [CLUSTER],
      RestoreMetadataOverrides: { dbSubnetGroupName: { Ref: expect.any(String) as unknown } },
    });
    expect(only(template, 'AWS::EC2::SecurityGroup')).not.toHaveProperty('SecurityGroupIngress');
    expect(only(template, 'AWS::RDS::DBSubnetGroup').SubnetIds).toEqual(
      ['1', '2', '3'].map((zone) => `subnet-isolated${zone}`),
    );
  });

  test('restores tables and buckets as what they are, and no network for them alone', () => {
    const template = testOf(7, false, ALL.slice(1));
    const selections = Object.values(
      template.findResources('AWS::Backup::RestoreTestingSelection'),
    ) as { Properties: Record<string, unknown> }[];
    expect(
      selections.map(({ Properties: it }) => [
        it.ProtectedResourceType,
        it.ProtectedResourceArns,
        it.RestoreMetadataOverrides,
      ]),
    ).toEqual([
      ['DynamoDB', [TABLE], undefined],
      ['S3', [BUCKET], undefined],
    ]);
    template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
    template.resourceCountIs('AWS::RDS::DBSubnetGroup', 0);
  });

  test('refuses what AWS Backup does not test', () => {
    const ledger = { subject: 'ledger-dsql', kind: 'dsql', arn: LEDGER } as const;
    expect(() => testOf(7, false, [ledger])).toThrow(
      '`targets` must be what AWS Backup tests, got: ledger-dsql (dsql)',
    );
  });

  test('each day restores continuous backups too', () => {
    const plan = only(testOf(1, true), 'AWS::Backup::RestoreTestingPlan');
    expect(plan).toMatchObject({
      ScheduleExpression: 'cron(0 9 * * ? *)',
      RecoveryPointSelection: { RecoveryPointTypes: ['SNAPSHOT', 'CONTINUOUS'] },
    });
  });
});

describe('BackupRoles', () => {
  const template = templateOf((stack) => {
    new BackupRoles(stack, 'Roles', {
      account: ACCOUNT,
      region: 'us-east-2',
      targets: ALL,
      vaults: [vault('us-east-2'), vault('eu-central-1')],
      keyAliases: ['alias/meridian-data', 'alias/meridian-backups'],
      keyRegions: ['us-east-2', 'eu-central-1'],
    });
  });
  const allowed = (action: string) =>
    statements(template).filter(({ Action }) => [Action].flat().includes(action));

  test('back up these clusters and no others', () => {
    const resources = allowed('rds:ModifyDBCluster').map(({ Resource }) => Resource);
    expect(resources).toEqual([CLUSTER]);
    expect(allowed('backup:CopyIntoBackupVault').map(({ Resource }) => Resource)).toEqual([
      [vault('eu-central-1'), vault('us-east-2')],
    ]);
  });

  test('delete nothing but what a test restored, and their own snapshots', () => {
    const of = (action: string) => allowed(action).flatMap(({ Resource }) => Resource);
    expect(of('rds:DeleteDBCluster')).toEqual([
      `arn:aws:rds:us-east-2:${ACCOUNT}:cluster:awsbackup-restore-test-*`,
    ]);
    expect(of('rds:DeleteDBClusterSnapshot')).toEqual(
      ['eu-central-1', 'us-east-2'].map(
        (region) => `arn:aws:rds:${region}:${ACCOUNT}:cluster-snapshot:awsbackup:*`,
      ),
    );
  });

  test('back up this table by advanced backups alone, and restore into tables of a test', () => {
    const of = (action: string) => allowed(action).flatMap(({ Resource }) => Resource);
    expect(of('dynamodb:StartAwsBackupJob')).toEqual([TABLE]);
    expect(allowed('dynamodb:CreateBackup')).toEqual([]);
    expect(of('dynamodb:RestoreTableFromAwsBackup')).toEqual([
      `arn:aws:dynamodb:us-east-2:${ACCOUNT}:table/awsbackup-restore-test-*`,
    ]);
  });

  test('read the versions of this bucket, and write into buckets of a test alone', () => {
    const of = (action: string) => allowed(action).flatMap(({ Resource }) => Resource);
    expect(of('s3:PutInventoryConfiguration')).toEqual([BUCKET]);
    expect(of('s3:GetObjectVersion')).toEqual([
      `${BUCKET}/*`,
      'arn:aws:s3:::awsbackup-restore-test-*/*',
    ]);
    expect(of('s3:PutObject')).toEqual(['arn:aws:s3:::awsbackup-restore-test-*/*']);
    expect(of('events:PutRule')).toEqual([
      `arn:aws:events:us-east-2:${ACCOUNT}:rule/AwsBackupManagedRule*`,
    ]);
  });

  test('back up this cluster of DSQL and tag what is kept of it, and restore none', () => {
    const dsql = templateOf((stack) => {
      new BackupRoles(stack, 'Roles', {
        ...{ account: ACCOUNT, region: 'us-east-2', keyAliases: ['alias/meridian-backups'] },
        targets: [{ kind: 'dsql', arn: LEDGER }],
        vaults: [vault('us-east-2'), vault('us-east-1')],
        keyRegions: ['us-east-2', 'us-east-1'],
      });
    });
    const found = statements(dsql).filter((it) => /"(dsql|backup):/.test(JSON.stringify(it)));
    expect(found).toEqual([
      expect.objectContaining({
        Action: [
          ...['dsql:GetBackupJob', 'dsql:GetCluster', 'dsql:ListTagsForResource'],
          ...['dsql:StartBackupJob', 'dsql:StopBackupJob'],
        ],
        Resource: LEDGER,
      }),
      expect.objectContaining({
        Action: 'backup:TagResource',
        Resource: ['us-east-1', 'us-east-2'].map(
          (region) => `arn:aws:backup:${region}:${ACCOUNT}:recovery-point:*`,
        ),
      }),
      expect.objectContaining({ Action: 'dsql:ListClusters', Resource: '*' }),
      expect.objectContaining({
        Action: ['backup:CopyIntoBackupVault', 'backup:DescribeBackupVault'],
      }),
    ]);
    expect(JSON.stringify(statements(dsql))).not.toMatch(/"(rds|s3|dynamodb|events):/);
  });

  test('of clusters alone know nothing of tables and buckets', () => {
    const clusters = templateOf((stack) => {
      new BackupRoles(stack, 'Roles', {
        ...{ account: ACCOUNT, region: 'us-east-2', targets: ALL.slice(0, 1) },
        vaults: [vault('us-east-2')],
        ...{ keyAliases: ['alias/meridian-backups'], keyRegions: ['us-east-2'] },
      });
    });
    expect(JSON.stringify(statements(clusters))).not.toMatch(/"(s3|dynamodb|dsql|events):/);
  });

  test('use the keys of data and vaults alone, and give grants to AWS services alone', () => {
    for (const { Condition } of [...allowed('kms:Decrypt'), ...allowed('kms:CreateGrant')]) {
      expect(Condition).toMatchObject({
        'ForAnyValue:StringEquals': {
          'kms:ResourceAliases': ['alias/meridian-data', 'alias/meridian-backups'],
        },
      });
    }
    for (const { Condition } of allowed('kms:CreateGrant')) {
      expect(Condition).toMatchObject({ Bool: { 'kms:GrantIsForAWSResource': 'true' } });
    }
    expect(allowed('kms:CreateGrant')).toHaveLength(2);
  });

  test("are assumed by the account's own jobs", () => {
    const roles = Object.values(template.findResources('AWS::IAM::Role')) as {
      Properties: { AssumeRolePolicyDocument: { Statement: unknown } };
    }[];
    expect(roles).toHaveLength(2);
    for (const { Properties } of roles) {
      expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'backup.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
        },
      ]);
    }
  });
});

test('ProofWatch asks each hour for what it is given, and tells one namespace alone', () => {
  const watched = [{ subject: 'main-s0', arn: CLUSTER, proofs: ['backup', 'copy'] }] as const;
  const template = templateOf((stack) => {
    new ProofWatch(stack, 'Proofs', {
      scheduleName: 'meridian-backup-proofs',
      account: ACCOUNT,
      watched,
      handler: BUNDLE,
    });
  });
  expect(only(template, 'AWS::Lambda::Function').Environment).toEqual({
    Variables: { WATCHED: JSON.stringify(watched) },
  });
  expect(only(template, 'AWS::Scheduler::Schedule')).toMatchObject({
    ScheduleExpression: 'cron(0 * * * ? *)',
  });
  const put = statements(template).find(({ Action }) => Action === 'cloudwatch:PutMetricData')!;
  expect(put.Condition).toEqual({ StringEquals: { 'cloudwatch:namespace': 'Meridian/Backup' } });
});
