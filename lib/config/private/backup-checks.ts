import type { Backup } from '../backup-declaration';
import { CONTINUOUS_DAYS } from '../backup-declaration';
import type { BackupTarget } from '../backups';
import { copyRegionOf, isRestoreTested, vaultAccount } from '../backups';
import type { Cluster } from '../clusters';
import type { Deployment } from '../deployment';
import type { Properties } from './field';

/** Of one restore testing plan, which is one for each Region. */
const MOST_TESTED = 30;

interface Held extends Pick<Deployment, 'account'> {
  readonly clusters: readonly Cluster[];
  readonly targets: readonly BackupTarget[];
}

/** Reports what is legal each for itself, and not together. */
export function checkBackup(at: Properties, backup: Backup, held: Held): void {
  checkLock(at, backup);
  checkCopies(at, backup, held);
  checkTests(at, backup, held);
}

/** AWS refuses a backup whose time is outside the lock when it is taken: nothing is kept from then on. */
function checkLock(at: Properties, { lock, ...backup }: Backup): void {
  if (lock === undefined) return;
  const { minDays, maxDays } = lock;
  const within = `within the lock's ${minDays} to ${maxDays} days`;
  const outside = (days: number): boolean => days < minDays || days > maxDays;
  if (outside(backup.retentionDays)) at('retentionDays').reject(within, `${backup.retentionDays}`);
  const own = at('copyRetentionDays');
  if (own.present && outside(backup.copyRetentionDays)) own.reject(within);
  if (backup.continuous && outside(CONTINUOUS_DAYS)) {
    at('continuous').reject(`false, or a lock that takes ${CONTINUOUS_DAYS} days`);
  }
}

function checkCopies(at: Properties, backup: Backup, { account, clusters }: Held): void {
  const { copyRegion, accountVault = '' } = backup;
  const births = [...new Set(clusters.map(({ birthRegion }) => birthRegion))];
  if (copyRegion !== undefined && births.every((birth) => birth === copyRegion)) {
    at('copyRegion').reject('another Region than the one that all clusters are born in');
  }
  const copied = clusters.some((it) => copyRegionOf(it, copyRegion) !== undefined);
  if (at('copyRetentionDays').present && !copied && accountVault === '') {
    at('copyRetentionDays').reject(
      'nothing, as nothing is copied: a `copyRegion` or an `accountVault`',
    );
  }
  if (accountVault === '') return;
  if (vaultAccount(accountVault) === account) {
    at('accountVault').reject(
      `a vault of another account than ${account}: \`copyRegion\` is for this`,
    );
  }
  const [, , , region = ''] = accountVault.split(':');
  if (region === '{region}' || births.every((birth) => birth === region)) return;
  at('accountVault').reject(
    `{region} in place of the Region, as backups are taken in ${births.join(', ')} and AWS copies no ` +
      'database to another Region and account at once',
  );
}

function checkTests(at: Properties, { restoreTestDays }: Backup, { targets }: Held): void {
  if (restoreTestDays === undefined) return;
  const tested = targets.filter(isRestoreTested);
  for (const place of new Set(tested.map(({ region }) => region))) {
    const here = tested.filter(({ region }) => region === place).length;
    if (here <= MOST_TESTED) continue;
    at('restoreTest').reject(
      `false, or at most ${MOST_TESTED} clusters, tables and buckets that are born in one Region`,
      `${here} in ${place}`,
    );
    return;
  }
}
