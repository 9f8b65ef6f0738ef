import type { RegionName } from '../../../config';

/** What of one kind is backed up. */
export interface Kept {
  /** Account that owns all of it. */
  readonly account: string;
  /** Region that it stands in. */
  readonly region: RegionName;
  /** Regions that hold backups, its own among them. */
  readonly copied: readonly RegionName[];
  /** ARNs of it; none for nothing of the kind. */
  readonly arns: readonly string[];
}

/** What AWS Backup calls whatever it restores for a test. */
export const RESTORED = 'awsbackup-restore-test-*';
