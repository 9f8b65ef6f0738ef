import type { RunbookAlarm } from '../runbook-alarms';

export interface WatchedProofs {
  /** Store and shard. */
  readonly subject: string;
  /** Namespace and names of the metrics that tell ages in hours. */
  readonly namespace: string;
  readonly metrics: Readonly<Record<Proof, string>>;
  /** Proofs that are looked for, and after how many hours without one somebody is called. */
  readonly hours: Readonly<Partial<Record<Proof, number>>>;
}

type Proof = 'backup' | 'copy' | 'restore';

const SAYS: Readonly<Record<Proof, string>> = {
  backup: 'was not backed up',
  copy: 'has no copy of a backup elsewhere that was made',
  restore: 'was not restored for a test',
};
/** Ages are told each hour. */
const HOUR = 60;

/** Of what one cluster's backups are to prove. Without an age nobody knows. */
export function backupAlarms(watched: WatchedProofs): readonly RunbookAlarm[] {
  const { subject, namespace, metrics, hours } = watched;
  return (['backup', 'copy', 'restore'] as const).flatMap((proof): readonly RunbookAlarm[] => {
    const most = hours[proof];
    if (most === undefined) return [];
    return [
      {
        entry: 'backup-unproven',
        subject: `${proof}-${subject}`,
        says: `${subject} ${SAYS[proof]} within ${most} hours.`,
        metric: {
          namespace,
          name: metrics[proof],
          dimensions: { Cluster: subject },
          statistic: 'Maximum',
        },
        is: 'above',
        threshold: most,
        minutes: 3 * HOUR,
        periodMinutes: HOUR,
        silence: 'breaching',
      },
    ];
  });
}
