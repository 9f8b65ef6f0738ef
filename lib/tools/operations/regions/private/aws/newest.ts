import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { cloudWatch } from '../../../aws';

export interface Figure {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Minutes within which it has to have been told; older is not known. */
  readonly freshMinutes: number;
}

/**
 * The greatest value of the newest minute that CloudWatch has of a metric.
 *
 * @returns undefined where nothing fresh is known
 * @throws Error where CloudWatch does not answer
 */
export async function newestOf(
  client: CloudWatchClient,
  { namespace, metric, dimensions, freshMinutes }: Figure,
): Promise<number | undefined> {
  const now = Date.now();
  const { Datapoints: points = [] } = await client.send(
    new (cloudWatch().GetMetricStatisticsCommand)({
      ...{ Namespace: namespace, MetricName: metric },
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      ...{ StartTime: new Date(now - freshMinutes * 60_000), EndTime: new Date(now) },
      ...{ Period: 60, Statistics: ['Maximum'] },
    }),
  );
  const time = (at: Date | undefined): number => at?.getTime() ?? 0;
  const [newest] = points.toSorted((one, other) => time(other.Timestamp) - time(one.Timestamp));
  return newest?.Maximum;
}
