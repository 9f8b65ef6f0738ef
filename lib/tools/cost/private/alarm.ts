import type { AssemblyResource } from '../../assembly';
import type { Charge, ChargeRule, Properties } from './charges';

/**
 * An alarm is billed by each metric that it looks at; a formula over them is not one. Where no service of
 * AWS publishes what it looks at, the metric is the account's own and billed as well.
 */
export const alarm: ChargeRule = (properties, resource) => {
  const entries = properties.count('Metrics');
  if (entries === undefined) return [{ reason: 'number of its metrics' }];
  const metrics = Array.from({ length: entries }, (_, index) =>
    properties.value('Metrics', index, 'MetricStat', 'Stat'),
  ).filter((statistic) => statistic !== undefined).length;
  const charge: Charge = {
    service: 'CloudWatch',
    item: 'metric of an alarm',
    quantity: Math.max(metrics, 1),
    unit: 'month',
    price: 'cw.alarmMonth',
  };
  return [charge, ...ownMetric(properties, resource)];
};

/** What a function of ours tells, each alarm another; metrics that a filter makes are billed with that. */
function ownMetric(properties: Properties, { stack }: AssemblyResource): readonly Charge[] {
  const namespace = properties.value('Namespace');
  if (typeof namespace !== 'string' || !namespace.startsWith('Meridian/')) return [];
  const filters = [...stack.resources.values()].filter(
    ({ type }) => type === 'AWS::Logs::MetricFilter',
  );
  const made = JSON.stringify(filters.map((filter) => filter.properties['MetricTransformations']));
  if (made.includes(JSON.stringify(namespace))) return [];
  return [
    {
      service: 'CloudWatch',
      item: 'metric of our own',
      quantity: 1,
      unit: 'month',
      price: 'cw.metricMonth',
    },
  ];
}
