import { Account } from './client';
import { Emulator } from './emulator';

jest.setTimeout(60_000);

type Properties = Readonly<Record<string, unknown>>;

const REGION = 'eu-central-1';
const ROLE = 'arn:aws:iam::123456789012:role/backup';
const CLUSTER = 'arn:aws:rds:eu-central-1:123456789012:cluster:main';
const vaultArn = (name: string, region = REGION): string =>
  `arn:aws:backup:${region}:123456789012:backup-vault:${name}`;

let emulator: Emulator;
let account: Account;
let made = 0;

beforeAll(async () => {
  emulator = await Emulator.start();
  account = new Account(emulator);
  const resources = { Vault: resource('BackupVault', { BackupVaultName: 'kept' }) };
  await account.create(REGION, 'vault', { Resources: resources });
}, 60_000);

afterAll(async () => {
  await (emulator as Emulator | undefined)?.stop();
});

function resource(type: string, properties: Properties): Properties {
  return { Type: `AWS::Backup::${type}`, Properties: properties };
}

async function refusal(type: string, properties: Properties): Promise<string | undefined> {
  made += 1;
  const resources = { Subject: resource(type, properties) };
  return await account.create(REGION, `subject-${made}`, { Resources: resources });
}

const plan = (...rules: readonly Properties[]): Properties => ({
  BackupPlan: { BackupPlanName: 'plan', BackupPlanRule: rules },
});
const rule = (more: Properties = {}): Properties => ({
  ...{ RuleName: 'daily', TargetBackupVault: 'kept', ...more },
});
const TESTS = {
  RestoreTestingPlanName: 'weekly',
  ScheduleExpression: 'cron(0 9 ? * MON *)',
  RecoveryPointSelection: {
    Algorithm: 'LATEST_WITHIN_WINDOW',
    IncludeVaults: [vaultArn('kept')],
    RecoveryPointTypes: ['SNAPSHOT'],
  },
};
const TESTED = {
  RestoreTestingPlanName: 'weekly',
  RestoreTestingSelectionName: 'main_s0',
  ProtectedResourceType: 'Aurora',
  ProtectedResourceArns: [CLUSTER],
  IamRoleArn: ROLE,
};
const lock = (LockConfiguration: Properties): Properties => ({
  BackupVaultName: 'locked',
  LockConfiguration,
});

test.each<[string, string, Properties, RegExp]>([
  ['a vault of a bad name', 'BackupVault', { BackupVaultName: 'a b' }, /BackupVaultName: 'a b'/],
  [
    'a lock whose least is more than its most',
    'BackupVault',
    lock({ MinRetentionDays: 9, MaxRetentionDays: 8 }),
    /9 must not be more than MaxRetentionDays 8/,
  ],
  [
    'a lock with two days of grace',
    'BackupVault',
    lock({ MinRetentionDays: 7, ChangeableForDays: 2 }),
    /ChangeableForDays: '?2/,
  ],
  ['a plan without a rule', 'BackupPlan', plan(), /at least one rule/],
  ['two rules of one name', 'BackupPlan', plan(rule(), rule()), /each RuleName must be its own/],
  [
    'a rule into no vault',
    'BackupPlan',
    plan(rule({ TargetBackupVault: 'none' })),
    /vault none does not exist/,
  ],
  [
    'a start within minutes',
    'BackupPlan',
    plan(rule({ StartWindowMinutes: 30 })),
    /at least 60, got: 30/,
  ],
  [
    'a continuous backup for 36 days',
    'BackupPlan',
    plan(rule({ EnableContinuousBackup: true, Lifecycle: { DeleteAfterDays: 36 } })),
    /1 to 35 days, got: 36/,
  ],
  [
    'a copy into the same vault',
    'BackupPlan',
    plan(rule({ CopyActions: [{ DestinationBackupVaultArn: vaultArn('kept') }] })),
    /cannot be copied into itself/,
  ],
  [
    'a copy to a name',
    'BackupPlan',
    plan(rule({ CopyActions: [{ DestinationBackupVaultArn: 'kept' }] })),
    /'kept' is no ARN/,
  ],
  [
    'a selection of nothing',
    'BackupSelection',
    { BackupPlanId: 'p', BackupSelection: { SelectionName: 's', IamRoleArn: ROLE } },
    /must say what is backed up/,
  ],
  [
    'a test plan with a hyphen',
    'RestoreTestingPlan',
    { ...TESTS, RestoreTestingPlanName: 'a-b' },
    /RestoreTestingPlanName: 'a-b'/,
  ],
  [
    "a test of another Region's vault",
    'RestoreTestingPlan',
    {
      ...TESTS,
      RecoveryPointSelection: {
        ...TESTS.RecoveryPointSelection,
        IncludeVaults: [vaultArn('kept', 'us-east-2')],
      },
    },
    /us-east-2.* does not exist in this Region/,
  ],
  [
    'a test of a plan that is not there',
    'RestoreTestingSelection',
    TESTED,
    /Restore testing plan weekly does not exist/,
  ],
])('%s is refused', async (...[, type, properties, reason]) => {
  expect(await refusal(type, properties)).toMatch(reason);
});

test('what is not refused is created, and the API shows it', async () => {
  expect(
    await account.create(REGION, 'legal', {
      Resources: {
        Plan: resource('BackupPlan', plan(rule({ Lifecycle: { DeleteAfterDays: 35 } }))),
        Selection: resource('BackupSelection', {
          BackupPlanId: { Ref: 'Plan' },
          BackupSelection: { SelectionName: 's', IamRoleArn: ROLE, Resources: [CLUSTER] },
        }),
        Tests: resource('RestoreTestingPlan', TESTS),
        Tested: resource('RestoreTestingSelection', {
          ...TESTED,
          RestoreTestingPlanName: { Ref: 'Tests' },
        }),
      },
    }),
  ).toBeUndefined();
  const created = await account.resources(REGION, 'legal');
  const planId = created.find(({ LogicalResourceId }) => LogicalResourceId === 'Plan');
  const url = `${emulator.url}/backup/plans/${planId!.PhysicalResourceId}/selections`;
  const region = `AWS4-HMAC-SHA256 Credential=123456789012/20261128/${REGION}/backup/aws4_request`;
  const answer = await fetch(url, { headers: { authorization: region } });
  expect(await answer.text()).toContain('"SelectionName": "s"');
  expect(await account.delete(REGION, 'legal')).toBeUndefined();
});
