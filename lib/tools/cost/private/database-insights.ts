import type { AssemblyResource } from '../../assembly';
import type { Charge, Unpriced } from './charges';
import { vcpusOf } from './vcpus';

/**
 * What is told of an instance's load beyond a week, and of all clusters together: nothing in `standard` mode.
 * @param units its capacity units, where it has some in place of a class
 */
export function databaseInsights(
  cluster: AssemblyResource | undefined,
  instanceClass: string,
  units?: Charge,
): readonly (Charge | Unpriced)[] {
  if (cluster?.properties['DatabaseInsightsMode'] !== 'advanced') return [];
  const insights = { service: 'CloudWatch', unit: 'hour' } as const;
  if (units !== undefined) {
    const item = 'Database Insights, capacity unit';
    return [{ ...insights, item, quantity: units.quantity, price: 'databaseInsights.acuHour' }];
  }
  const quantity = vcpusOf(instanceClass);
  if (quantity === undefined)
    return [{ reason: `Database Insights of ${instanceClass}, whose vCPUs are not known` }];
  const item = 'Database Insights, vCPU';
  return [{ ...insights, item, quantity, price: 'databaseInsights.vcpuHour' }];
}
