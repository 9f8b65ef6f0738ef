import {
  BackupClient,
  paginateListBackupJobs,
  paginateListCopyJobs,
  paginateListRestoreJobsByProtectedResource,
} from '@aws-sdk/client-backup';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { latest, tellAges } from './proof';
import type { Age, Proof, WatchedList } from './proof';

const client = new BackupClient({});
const metrics = new CloudWatchClient({});
const NAMESPACE = 'Meridian/Backup';
const METRICS = { backup: 'BackupAge', copy: 'CopyAge', restore: 'RestoreAge' } as const;
/** CloudWatch takes so many in one request. */
const MOST_METRICS = 1000;

/** The last job that succeeded, of the 30 days that AWS Backup lists. */
async function last(proof: Proof, arn: string): Promise<Date | undefined> {
  const dates: (Date | undefined)[] = [];
  if (proof === 'backup') {
    const input = { ByResourceArn: arn, ByState: 'COMPLETED' } as const;
    for await (const { BackupJobs = [] } of paginateListBackupJobs({ client }, input))
      dates.push(...BackupJobs.map(({ CompletionDate }) => CompletionDate));
  } else if (proof === 'copy') {
    const input = { ByResourceArn: arn, ByState: 'COMPLETED' } as const;
    for await (const { CopyJobs = [] } of paginateListCopyJobs({ client }, input))
      dates.push(...CopyJobs.map(({ CompletionDate }) => CompletionDate));
  } else {
    const input = { ResourceArn: arn };
    const pages = paginateListRestoreJobsByProtectedResource({ client }, input);
    for await (const { RestoreJobs = [] } of pages) {
      const tests = RestoreJobs.filter(
        ({ Status, CreatedBy }) =>
          Status === 'COMPLETED' && CreatedBy?.RestoreTestingPlanArn !== undefined,
      );
      dates.push(...tests.map(({ CompletionDate }) => CompletionDate));
    }
  }
  return latest(dates);
}

async function put(ages: readonly Age[]): Promise<void> {
  const MetricData = ages.slice(0, MOST_METRICS).map(({ subject, proof, hours }) => ({
    MetricName: METRICS[proof],
    Dimensions: [{ Name: 'Cluster', Value: subject }],
    // CloudWatch has no unit for hours.
    Unit: 'None' as const,
    Value: hours,
  }));
  await metrics.send(new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData }));
}

/** Lambda handler, called by a schedule; the SDK is the runtime's own. */
export async function handler(): Promise<void> {
  const watched = JSON.parse(process.env['WATCHED'] ?? '[]') as WatchedList;
  const ages = await tellAges(watched, { last, put }, () => new Date());
  console.log(JSON.stringify({ level: 'info', ages }));
}
