import { fewestTasks } from '../capacity';
import type { SoftwareTier } from '../load-balancing';
import type { Load } from './compute-section';
import type { Field } from './field';
import { readInstances } from './instance-section';
import { integer } from './rules';

/** Properties of the balancers of kind `software`. */
export const TIER = ['instanceType', 'requestsPerSecond', 'maxInstances'];

/** Requests a second for each vCPU, where nobody measured: what the Lua of one balancer carries easily. */
const REQUESTS_PER_VCPU = 2000;
const HEADROOM = 4;
const MOST_BALANCERS = 300;

/** The tier of HAProxy, sized as servers are: without one Region and one zone it carries the peak. */
export function readTier(at: (name: string) => Field | undefined, load: Load): SoftwareTier {
  const { instanceType, requestsPerSecond } = readInstances(at, REQUESTS_PER_VCPU);
  const minInstances = fewestTasks({ ...load, share: 1, requestsPerSecond });
  // Rolling updates need one more than the fewest.
  const fewest = minInstances + 1;
  const most = Math.max(Math.min(minInstances * HEADROOM, MOST_BALANCERS), fewest);
  const bounds = integer(fewest, Math.max(MOST_BALANCERS, fewest));
  const maxInstances = at('maxInstances')?.optional(bounds, most) ?? most;
  return { instanceType, requestsPerSecond, minInstances, maxInstances };
}
