import type { Backup, BackupLock } from '../backup-declaration';
import type { BackedUp as Held } from '../backups';
import { backupTargetsOf } from '../backups';
import { clustersOf } from '../clusters';
import type { Deployment } from '../deployment';
import { GROWTH_STAGES } from '../growth-stages';
import type { Field, Properties } from './field';
import { checkBackup } from './backup-checks';
import { flag, integer, number, oneOf, text } from './rules';

const BACKUP = [
  'everyHours',
  'retentionDays',
  'continuous',
  'copyRegion',
  'copyRetentionDays',
  'accountVault',
  'lock',
  'restoreTest',
  'alarm',
];
const LOCK = ['mode', 'minDays', 'maxDays', 'graceDays'];
/** Most that AWS Backup takes. */
const MOST_DAYS = 36_500;
const DAYS = integer(1, MOST_DAYS);
const HOURS = [1, 2, 3, 4, 6, 8, 12, 24];
const EVERY = number((value) => HOURS.includes(value), `of hours: ${HOURS.join(', ')}`);
const VAULT = text(
  /^arn:aws:backup:(\{region\}|[a-z]{2}(?:-[a-z]+)+-\d):\d{12}:backup-vault:[\w-]{2,50}$/,
  'the ARN of a vault, such as "arn:aws:backup:{region}:210987654321:backup-vault:central"',
);
const DAYS_BETWEEN_TESTS = { day: 1, week: 7 } as const;
/** AWS Backup lists jobs of the last 30 days. */
const MOST_TEST_HOURS = 28 * 24;
/** What a test may take beyond its interval before somebody is called, and by default. */
const TEST_SLACK_HOURS = 24;
const BACKUP_SLACK_HOURS = 12;

/** What the section is held against. */
export type BackedUp = Omit<Held, 'backup'> & Pick<Deployment, 'stage' | 'protection'>;

/** Backups beside those that the clusters keep; `undefined` for none. */
export function readBackup(field: Field, of: BackedUp): Backup | undefined {
  if (field.value === false) return undefined;
  const { stage, protection } = of;
  if (stage === 'single-server') {
    if (field.present) field.reject('false (at stage single-server): `server` has snapshots');
    return undefined;
  }
  if (protection === 'ephemeral') {
    if (field.present) {
      field.reject(
        'false (with protection "ephemeral"): a vault that holds backups is not deleted',
      );
    }
    return undefined;
  }
  if (!field.present && !GROWTH_STAGES[stage].backup) return undefined;
  const at = field.present ? field.properties(BACKUP) : undefined;
  const backup = backupOf(at, of);
  if (at !== undefined) {
    const targets = backupTargetsOf({ ...of, backup });
    checkBackup(at, backup, { ...of, clusters: clustersOf(of), targets });
  }
  return backup;
}

function backupOf(at: Properties | undefined, { regions }: BackedUp): Backup {
  const retentionDays = at?.('retentionDays').optional(DAYS, 35) ?? 35;
  const everyHours = at?.('everyHours').optional(EVERY, 24) ?? 24;
  const restoreTestDays = readRestoreTest(at?.('restoreTest'));
  const copy = at?.('copyRegion');
  const vault = at?.('accountVault');
  const names = regions.map(({ name }) => name);
  return {
    everyHours,
    retentionDays,
    continuous: at?.('continuous').optional(flag, false) ?? false,
    copyRegion: copy?.present === true ? copy.reference(names, 'one of `regions`') : undefined,
    copyRetentionDays: at?.('copyRetentionDays').optional(DAYS, retentionDays) ?? retentionDays,
    accountVault: vault?.present === true ? vault.require(VAULT, '') : undefined,
    lock: readLock(at?.('lock')),
    restoreTestDays,
    alarm: readAlarm(at?.('alarm'), everyHours, restoreTestDays),
  };
}

function readRestoreTest(field: Field | undefined): Backup['restoreTestDays'] {
  if (field?.value === false) return undefined;
  const rule = oneOf(['day', 'week'], ', or false');
  return DAYS_BETWEEN_TESTS[field?.optional(rule, 'week') ?? 'week'];
}

function readLock(field: Field | undefined): BackupLock | undefined {
  if (field?.value === false) return undefined;
  const at = field?.present === true ? field.properties(LOCK) : undefined;
  const mode = at?.('mode').optional(oneOf(['governance', 'compliance']), 'governance');
  const minDays = at?.('minDays').optional(DAYS, 7) ?? 7;
  const most = Math.max(365, minDays);
  const maxDays = at?.('maxDays').optional(DAYS, most) ?? most;
  if (minDays > maxDays) at?.('minDays').reject(`at most \`maxDays\`, ${maxDays}`);
  const grace = at?.('graceDays');
  if (mode !== 'compliance') {
    if (grace?.present === true) grace.reject('nothing, or `mode: "compliance"`');
    return { minDays, maxDays, graceDays: undefined };
  }
  return { minDays, maxDays, graceDays: grace?.optional(integer(3, MOST_DAYS), 3) ?? 3 };
}

function readAlarm(
  field: Field | undefined,
  everyHours: number,
  testDays: Backup['restoreTestDays'],
): Backup['alarm'] {
  const at =
    field?.present === true ? field.properties(['backupHours', 'restoreHours']) : undefined;
  const tests = (testDays ?? 0) * 24 + TEST_SLACK_HOURS;
  const restore = at?.('restoreHours');
  if (testDays === undefined && restore?.present === true) {
    restore.reject('nothing, or a `restoreTest`');
  }
  const backupHours = everyHours + BACKUP_SLACK_HOURS;
  const restoreHours = tests + TEST_SLACK_HOURS;
  return {
    // Two hours: one in which a backup may begin, and one until it is looked for.
    backupHours:
      at?.('backupHours').optional(integer(everyHours + 2, 24 * 28), backupHours) ?? backupHours,
    restoreHours:
      testDays === undefined
        ? restoreHours
        : (restore?.optional(integer(tests, MOST_TEST_HOURS), restoreHours) ?? restoreHours),
  };
}
