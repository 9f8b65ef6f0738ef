import { backupTargetsOf, resolveDeployment } from '../../../lib/config';
import type { BackupDeclaration } from '../../../lib/config';
import loadBalanced from '../../../lib/config/declarations/load-balanced';
import reference from '../../../lib/config/declarations/multi-region';
import replicated from '../../../lib/config/declarations/replicated';
import sharded from '../../../lib/config/declarations/sharded';
import strong from '../../../lib/config/declarations/strong';
import singleServer from '../../../lib/config/declarations/single-server';
import { faultsIn } from '../../support/faults';

const ELSEWHERE = 'arn:aws:backup:{region}:210987654321:backup-vault:central';
const VAULT = 'arn:aws:backup:us-east-2:123456789012:backup-vault:meridian-backups';

const faultsOf = (declared: object) =>
  faultsIn(declared)
    .map(({ path }) => path)
    .sort();

const withBackup = (backup: unknown, base: object = reference): object => ({ ...base, backup });

test('by default backups are daily, copied, locked and tested, from stage multi-region on', () => {
  const { backup } = resolveDeployment(reference);
  expect(backup).toEqual({
    everyHours: 24,
    retentionDays: 35,
    continuous: false,
    copyRegion: undefined,
    copyRetentionDays: 35,
    accountVault: undefined,
    lock: { minDays: 7, maxDays: 365, graceDays: undefined },
    restoreTestDays: 7,
    alarm: { backupHours: 36, restoreHours: 216 },
  });
  expect(resolveDeployment(sharded).backup).toEqual(backup);
});

test.each([
  ['single-server', singleServer],
  ['load-balanced', loadBalanced],
  ['replicated', replicated],
  ['what is ephemeral', { ...reference, protection: 'ephemeral' }],
  ['who declares none', { ...reference, backup: false }],
])('%s has none by default', (_, declaration) => {
  const deployment = resolveDeployment(declaration);
  expect(deployment.backup).toBeUndefined();
  expect(backupTargetsOf(deployment)).toEqual([]);
});

test('every property is taken as declared', () => {
  const backup: BackupDeclaration = {
    everyHours: 6,
    retentionDays: 30,
    continuous: true,
    copyRegion: 'ap-northeast-1',
    copyRetentionDays: 90,
    accountVault: ELSEWHERE,
    lock: { mode: 'compliance', minDays: 14, maxDays: 100, graceDays: 10 },
    restoreTest: 'day',
    alarm: { backupHours: 8, restoreHours: 50 },
  };
  expect(resolveDeployment(withBackup(backup)).backup).toEqual({
    everyHours: 6,
    retentionDays: 30,
    continuous: true,
    copyRegion: 'ap-northeast-1',
    copyRetentionDays: 90,
    accountVault: ELSEWHERE,
    lock: { minDays: 14, maxDays: 100, graceDays: 10 },
    restoreTestDays: 1,
    alarm: { backupHours: 8, restoreHours: 50 },
  });
});

test('copies go to a Region that holds the shard already', () => {
  const [main] = backupTargetsOf(resolveDeployment(reference));
  expect(main).toEqual({
    subject: 'main-s0',
    kind: 'cluster',
    arn: 'arn:aws:rds:eu-central-1:123456789012:cluster:meridian-main-s0-eu-central-1',
    region: 'eu-central-1',
    copies: [VAULT],
  });
  const targets = backupTargetsOf(resolveDeployment(sharded));
  expect(targets.filter(({ kind }) => kind === 'cluster')).toHaveLength(17);
  const s15 = targets.find(({ subject }) => subject === 'main-s15');
  expect(s15).toMatchObject({ region: 'af-south-1' });
  expect(s15!.copies).toEqual([VAULT.replace('us-east-2', 'eu-central-1')]);
});

test('the control table is backed up where a Region of it serves, and uploads where they began', () => {
  const [, ...others] = backupTargetsOf(resolveDeployment(reference));
  expect(others).toEqual([
    {
      ...{ subject: 'control', kind: 'table', region: 'us-east-2' },
      arn: 'arn:aws:dynamodb:us-east-2:123456789012:table/meridian-topology',
      copies: [VAULT.replace('us-east-2', 'eu-central-1')],
    },
    {
      ...{ subject: 'uploads', kind: 'bucket', region: 'eu-central-1' },
      arn: 'arn:aws:s3:::meridian-123456789012-eu-central-1-uploads',
      copies: [VAULT],
    },
  ]);
  const controlRegions = ['eu-west-1', 'eu-west-2', 'eu-central-1'];
  const of = (changes: object) =>
    backupTargetsOf(resolveDeployment({ ...reference, ...changes })).map(
      ({ subject, region }) => `${subject} ${region}`,
    );
  expect(of({ controlRegions })).toContain('control eu-central-1');
  expect(of({ controlRegions: ['ap-northeast-2', 'ap-northeast-3', 'ap-northeast-1'] })).toContain(
    'control ap-northeast-1',
  );
  expect(of({ regions: { 'eu-west-1': {}, 'sa-east-1': {} }, uploads: false })).toEqual([
    'main-s0 eu-west-1',
  ]);
});

test('tables, graphs and DSQL of other stores are backed up in the first of their Regions', () => {
  const targets = backupTargetsOf(resolveDeployment(strong));
  const found = targets.map(({ subject, kind, region }) => [subject, kind, region]);
  expect(found).toEqual([
    ['main-s0', 'cluster', 'us-east-1'],
    ['limits-reservations', 'table', 'us-east-1'],
    ['ledger-dsql', 'dsql', 'us-east-1'],
    ['circles-graph', 'graph', 'us-east-1'],
    ['control', 'table', 'us-east-1'],
    ['uploads', 'bucket', 'us-east-1'],
  ]);
  for (const { copies } of targets) expect(copies).toEqual([VAULT]);
});

test('a copy of DSQL goes to its peer whatever is declared, and to no Region of another set', () => {
  const regions = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1'];
  const copiesTo = (copyRegion: string | undefined, store: object): readonly string[] => {
    const declared = resolveDeployment({
      ...reference,
      regions: Object.fromEntries(regions.map((name) => [name, {}])),
      stores: { main: { engine: 'aurora' }, ledger: { engine: 'dsql', ...store } },
      backup: copyRegion === undefined ? {} : { copyRegion },
    });
    const ledger = backupTargetsOf(declared).find(({ subject }) => subject === 'ledger-dsql');
    expect(ledger).toMatchObject({ kind: 'dsql', store: 'ledger', region: 'us-east-1' });
    expect(ledger).not.toHaveProperty('arn');
    return ledger!.copies.map((arn) => arn.split(':')[3]!);
  };
  const peers = { regions: ['us-east-1', 'us-east-2'], witnessRegion: 'us-west-2' };
  expect(copiesTo(undefined, peers)).toEqual(['us-east-2']);
  expect(copiesTo('us-west-2', peers)).toEqual(['us-east-2', 'us-west-2']);
  expect(copiesTo('eu-west-1', peers)).toEqual(['us-east-2']);
  const alone = { regions: ['us-east-1'] };
  expect(copiesTo(undefined, alone)).toEqual([]);
  expect(copiesTo('us-west-2', alone)).toEqual(['us-west-2']);
  expect(copiesTo('eu-west-1', alone)).toEqual([]);
});

test('what AWS does not restore for a test is not counted among what one plan tests', () => {
  const stores = Object.fromEntries(
    Array.from({ length: 3 }, (_, at) => [
      `ledger${at}`,
      { engine: 'dsql', regions: ['us-east-2'] },
    ]),
  );
  const shards = Object.fromEntries(
    Array.from({ length: 28 }, (_, at) => [`s${at}`, { home: 'us-east-2' }]),
  );
  const declared = {
    ...{ ...strong, regions: { 'us-east-2': {}, 'us-east-1': {} }, shards, backup: {} },
    stores: { main: { engine: 'aurora' }, ...stores },
  };
  expect(faultsOf(declared)).toEqual([]);
});

test('a declared Region takes the copies of all that are not born in it', () => {
  const targets = backupTargetsOf(
    resolveDeployment(withBackup({ copyRegion: 'us-east-2', accountVault: ELSEWHERE }, sharded)),
  );
  const copies = (name: string) => targets.find(({ subject }) => subject === name)!.copies;
  expect(copies('main-s1')).toEqual([VAULT, ELSEWHERE.replace('{region}', 'eu-central-1')]);
  expect(copies('main-s4')[0]).toBe(VAULT.replace('us-east-2', 'eu-central-1'));
});

test('in one Region backups are kept there, or copied to another account', () => {
  const kept = resolveDeployment(withBackup({}, replicated));
  expect(backupTargetsOf(kept).flatMap(({ copies }) => copies)).toEqual([]);
  const copied = resolveDeployment(withBackup({ accountVault: ELSEWHERE }, replicated));
  expect(new Set(backupTargetsOf(copied).flatMap(({ copies }) => copies))).toEqual(
    new Set([ELSEWHERE.replace('{region}', 'eu-central-1')]),
  );
});

test.each<[string, unknown, readonly string[]]>([
  ['something else', 'daily', ['backup']],
  ['an unknown property', { keep: 1 }, ['backup.keep']],
  ['an interval that no day divides into', { everyHours: 5 }, ['backup.everyHours']],
  ['no retention', { retentionDays: 0 }, ['backup.retentionDays']],
  ['continuous as text', { continuous: 'yes' }, ['backup.continuous']],
  ['less than the lock keeps', { retentionDays: 6 }, ['backup.retentionDays']],
  ['more than the lock keeps', { retentionDays: 366 }, ['backup.retentionDays']],
  ['copies outside the lock', { copyRetentionDays: 400 }, ['backup.copyRetentionDays']],
  [
    'a continuous backup that the lock refuses',
    { continuous: true, lock: { minDays: 15 } },
    ['backup.continuous'],
  ],
  [
    'a lock that contradicts itself',
    { retentionDays: 30, lock: { minDays: 30, maxDays: 20 } },
    ['backup.lock.minDays', 'backup.retentionDays'],
  ],
  ['a lock of no kind', { lock: { mode: 'legal' } }, ['backup.lock.mode']],
  ['grace of a lock that needs none', { lock: { graceDays: 5 } }, ['backup.lock.graceDays']],
  [
    'less grace than AWS gives',
    { lock: { mode: 'compliance', graceDays: 2 } },
    ['backup.lock.graceDays'],
  ],
  ['a Region of no deployment', { copyRegion: 'us-west-2' }, ['backup.copyRegion']],
  ['copies where the backups are', { copyRegion: 'eu-central-1' }, ['backup.copyRegion']],
  ['a vault by its name', { accountVault: 'central' }, ['backup.accountVault']],
  [
    'a vault of the same account',
    { accountVault: ELSEWHERE.replace('210987654321', '123456789012') },
    ['backup.accountVault'],
  ],
  [
    'a vault of another account in another Region',
    { accountVault: ELSEWHERE.replace('{region}', 'us-east-2') },
    ['backup.accountVault'],
  ],
  ['tests each month', { restoreTest: 'month' }, ['backup.restoreTest']],
  [
    'an alarm before the next backup is due',
    { alarm: { backupHours: 25 } },
    ['backup.alarm.backupHours'],
  ],
  [
    'an alarm before the next test is due',
    { alarm: { restoreHours: 190 } },
    ['backup.alarm.restoreHours'],
  ],
  [
    'an alarm beyond what AWS lists',
    { alarm: { restoreHours: 673 } },
    ['backup.alarm.restoreHours'],
  ],
  [
    'an alarm on tests that are not made',
    { restoreTest: false, alarm: { restoreHours: 200 } },
    ['backup.alarm.restoreHours'],
  ],
])('%s is refused', (_, backup, paths) => {
  expect(faultsOf(withBackup(backup))).toEqual(paths);
});

test('all faults are told at once', () => {
  const backup = { everyHours: 5, retentionDays: 3, copyRegion: 'x', restoreTest: 1, other: 1 };
  expect(faultsOf(withBackup(backup))).toEqual(
    ['copyRegion', 'everyHours', 'other', 'restoreTest', 'retentionDays'].map(
      (name) => `backup.${name}`,
    ),
  );
});

test('a retention of copies without copies is refused', () => {
  expect(faultsOf(withBackup({ copyRetentionDays: 30 }, replicated))).toEqual([
    'backup.copyRetentionDays',
  ]);
});

test('more clusters than one testing plan takes are refused', () => {
  const shards = Object.fromEntries(Array.from({ length: 31 }, (_, at) => [`s${at}`, {}]));
  expect(faultsOf({ ...reference, shards, backup: { restoreTest: 'week' } })).toEqual([
    'backup.restoreTest',
  ]);
});

test('nobody backs up what leaves nothing behind, nor a server that has snapshots', () => {
  expect(faultsOf(withBackup({}, singleServer))).toEqual(['backup']);
  expect(faultsOf(withBackup({}, { ...reference, protection: 'ephemeral' }))).toEqual(['backup']);
});
