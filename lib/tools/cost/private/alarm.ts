import type { Charge, Properties, Unpriced } from './charges';

/** An alarm is billed by each metric that it looks at; a formula over them is not one. */
export function alarm(properties: Properties): readonly (Charge | Unpriced)[] {
  const entries = properties.count('Metrics');
  if (entries === undefined) return [{ reason: 'number of its metrics' }];
  const metrics = Array.from({ length: entries }, (_, index) =>
    properties.value('Metrics', index, 'MetricStat', 'Stat'),
  ).filter((statistic) => statistic !== undefined).length;
  return [
    {
      service: 'CloudWatch',
      item: 'metric of an alarm',
      quantity: Math.max(metrics, 1),
      unit: 'month',
      price: 'cw.alarmMonth',
    },
  ];
}
