import type { Finding } from './probe';

/**
 * One line of the embedded metric format for each target, out of which CloudWatch makes the metrics
 * `Good` (0 or 1) and `Latency` (milliseconds, of a failure as well), and which says what went wrong.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricLines(
  findings: readonly Finding[],
  namespace: string,
  timestamp: number,
): readonly string[] {
  return findings.map(({ target, good, milliseconds, answers }) =>
    JSON.stringify({
      _aws: {
        Timestamp: timestamp,
        CloudWatchMetrics: [
          {
            Namespace: namespace,
            Dimensions: [['Target']],
            Metrics: [{ Name: 'Good' }, { Name: 'Latency', Unit: 'Milliseconds' }],
          },
        ],
      },
      ...{ level: good ? 'info' : 'error', Target: target },
      ...{ Good: good ? 1 : 0, Latency: milliseconds, answers },
    }),
  );
}
