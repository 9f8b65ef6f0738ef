import type { RegionName } from '../../../config';
import type { RunbookAlarm } from '../runbook-alarms';

/** The check that steers a Region. */
export interface WatchedRegion {
  readonly region: RegionName;
  readonly healthCheckId: string;
}

/**
 * Told in us-east-1 alone, where Route 53 has its metrics: a Region that is down cannot tell it.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
 */
export function regionAlarms(watched: readonly WatchedRegion[]): readonly RunbookAlarm[] {
  return watched.map(({ region, healthCheckId }) => ({
    entry: 'region-out-of-traffic',
    subject: region,
    says: `DNS sends no users to ${region}: it does not answer, or it was drained.`,
    metric: {
      namespace: 'AWS/Route53',
      name: 'HealthCheckStatus',
      dimensions: { HealthCheckId: healthCheckId },
      statistic: 'Minimum',
    },
    is: 'below',
    threshold: 1,
    minutes: 1,
    // A check that exists is reported each minute.
    silence: 'breaching',
  }));
}
