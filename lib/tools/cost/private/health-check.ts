import type { Charge, Properties, Unpriced } from './charges';

const HEALTH_CHECK = {
  service: 'Route 53',
  quantity: 1,
  unit: 'month',
  price: 'route53.healthCheckMonth',
  region: 'global',
} as const;

/**
 * A base price, and one more for each optional feature: HTTPS, string matching, an interval of ten
 * seconds, latency measurement. Every endpoint here is on AWS, which is the lower of two tariffs.
 * @see https://aws.amazon.com/route53/pricing/
 */
export function healthCheck(properties: Properties): readonly (Charge | Unpriced)[] {
  const setting = (name: string): unknown => properties.value('HealthCheckConfig', name);
  const type = setting('Type');
  if (typeof type !== 'string') return [{ reason: 'type of the check' }];
  const options = [
    type.startsWith('HTTPS'),
    type.endsWith('_STR_MATCH'),
    setting('RequestInterval') === 10,
    setting('MeasureLatency') === true,
  ].filter(Boolean).length;
  const base: Charge = { ...HEALTH_CHECK, item: 'health check', part: 'aws' };
  if (options === 0) return [base];
  const extra = { item: 'health check option', part: 'optionAws', quantity: options };
  return [base, { ...HEALTH_CHECK, ...extra }];
}
