import { fewestTasks } from '../capacity';
import type { Ec2Compute } from '../compute';
import { instanceSize } from '../instance-types';
import type { Load } from './compute-section';
import type { Field, Properties, Rule } from './field';
import { INSTANCE_TYPE, readInstances } from './instance-section';
import { integer } from './rules';
import { readScaling, readSpot } from './scaling-section';

export const EC2 = [
  'weight',
  'instanceType',
  'alternatives',
  'requestsPerSecond',
  'maxInstances',
  'scaling',
  'spot',
  'warmPool',
];

/** Requests a second for each vCPU, where nobody measured. */
const REQUESTS_PER_VCPU = 100;
const HEADROOM = 4;
/** Instances that one group takes here; far below what a Region has of a type. */
export const MOST_INSTANCES = 1000;

/** Servers on instances; `share` is that of the requests that they get. */
export function readEc2(
  at: Properties | undefined,
  weight: number,
  share: number,
  load: Load,
): Ec2Compute {
  const { instanceType: first, requestsPerSecond } = readInstances(
    (name) => at?.(name),
    REQUESTS_PER_VCPU,
  );
  const minInstances = fewestTasks({ ...load, share, requestsPerSecond });
  const most = Math.max(Math.min(minInstances * HEADROOM, MOST_INSTANCES), minInstances);
  const maxInstances =
    at?.('maxInstances').optional(integer(minInstances, MOST_INSTANCES), most) ?? most;
  const bounds = { fewest: minInstances, most: maxInstances };
  const spot = readSpot(at?.('spot'), bounds);
  return {
    weight,
    instanceTypes: [first, ...readAlternatives(at?.('alternatives'), first)],
    requestsPerSecond,
    minInstances,
    maxInstances,
    scaling: readScaling(at?.('scaling'), bounds, load.countsRequests),
    spot,
    warmPool: readWarmPool(at?.('warmPool'), spot !== undefined),
  };
}

/** As many vCPUs each, because scaling and the fewest count instances. */
function readAlternatives(field: Field | undefined, first: string): readonly string[] {
  if (field?.present !== true) return [];
  const { vcpus } = instanceSize(first) ?? {};
  const others: Rule<string> = {
    allowed: `another Graviton type of ${vcpus} vCPUs, as ${first} has`,
    accepts: (value): value is string =>
      INSTANCE_TYPE.accepts(value) && value !== first && instanceSize(value)?.vcpus === vcpus,
  };
  const items = field.list('a list of instance types') ?? [];
  const types = items.map((item) => item.require(others, ''));
  if (new Set(types).size < types.length) field.reject('types that differ from each other');
  return types;
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html */
function readWarmPool(field: Field | undefined, spot: boolean): number {
  if (field?.present !== true) return 0;
  const at = field.properties(['size']);
  if (spot) field.reject('only without `spot`: a group with Spot has no warm pool', 'both');
  return at?.('size').require(integer(1, MOST_INSTANCES), 1) ?? 1;
}
