import type { RegionName } from './declaration';

/** What a vault refuses, whoever asks. */
export interface BackupLockDeclaration {
  /**
   * `governance`: whoever has the rights may take the lock away. `compliance`: nobody may, not AWS
   * either, once `graceDays` have passed; a vault that holds anything cannot be deleted then.
   * @default governance
   */
  readonly mode?: 'governance' | 'compliance';
  /** Fewest days that anything is kept, 1 to 36500. @default 7 */
  readonly minDays?: number;
  /** Most days that anything is kept, 1 to 36500. @default 365 */
  readonly maxDays?: number;
  /** Days in which a lock of mode `compliance` can be taken back, 3 to 36500. @default 3 */
  readonly graceDays?: number;
}

/**
 * Copies by AWS Backup of each shard's clusters, of tables, graphs and DSQL clusters of other stores, of
 * the control table and of uploads, apart from those that they keep themselves, which go when somebody
 * deletes them or takes over the account. DSQL keeps none itself. Keyspaces and Aurora Limitless are not
 * among what AWS Backup takes.
 */
export interface BackupDeclaration {
  /** Hours from one backup to the next: 1, 2, 3, 4, 6, 8, 12 or 24. @default 24 */
  readonly everyHours?: number;
  /** Days that a backup is kept, 1 to 36500. @default 35 */
  readonly retentionDays?: number;
  /**
   * Whether the vault also holds what restores to any second of the last 14 days, as long as the
   * clusters keep theirs: AWS Backup sets the clusters' own number, so another would drift. Of clusters
   * and uploads alone: tables keep 35 days by themselves.
   * @default false
   */
  readonly continuous?: boolean;
  /**
   * Region that backups are copied to; clusters that are born in it go to another of their own. A DSQL
   * cluster of two Regions goes to its peer in any case, and to no Region of another set.
   * @default for each cluster, the first of its own Regions beside the one it was born in; none where
   * there is no other
   */
  readonly copyRegion?: RegionName;
  /** Days that copies are kept, 1 to 36500. @default `retentionDays` */
  readonly copyRetentionDays?: number;
  /**
   * ARN of a vault of another account of the organization, in which `{region}` is the Region of the
   * backup: AWS copies databases to another account or to another Region, not to both in one step. Its
   * policy must admit this account (`backup:CopyIntoBackupVault`). @default none
   */
  readonly accountVault?: string;
  /** @default governance, 7 to 365 days */
  readonly lock?: BackupLockDeclaration | false;
  /**
   * How often a copy is restored for a test, in a network that nobody reaches; AWS Backup tests none of
   * DSQL.
   * @default week
   */
  readonly restoreTest?: 'day' | 'week' | false;
  /** After how many hours without a proof somebody is called. */
  readonly alarm?: {
    /** Since the last backup, and the last copy, of a cluster. @default `everyHours` + 12 */
    readonly backupHours?: number;
    /** Since the last test that restored it, at most 672. @default two days beyond `restoreTest` */
    readonly restoreHours?: number;
  };
}

/** The same with every default filled in. */
export interface Backup {
  readonly everyHours: number;
  readonly retentionDays: number;
  readonly continuous: boolean;
  /** `undefined` for the clusters' own other Regions. */
  readonly copyRegion: RegionName | undefined;
  readonly copyRetentionDays: number;
  readonly accountVault: string | undefined;
  readonly lock: BackupLock | undefined;
  /** `undefined` for no tests. */
  readonly restoreTestDays: 1 | 7 | undefined;
  readonly alarm: { readonly backupHours: number; readonly restoreHours: number };
}

export interface BackupLock {
  readonly minDays: number;
  readonly maxDays: number;
  /** `undefined` where the lock is governance's. */
  readonly graceDays: number | undefined;
}

/** Days of which a cluster itself, and a continuous backup, can restore any second. */
export const CONTINUOUS_DAYS = 14;
