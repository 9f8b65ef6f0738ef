import { fewestTasks } from '../capacity';
import type { FargateCompute } from '../compute';
import type { Load } from './compute-section';
import type { Properties } from './field';
import { readDeployment } from './fargate-deployment-section';
import { number } from './rules';
import { readScaling, readSpot } from './scaling-section';

export const FARGATE = [
  'weight',
  'cpu',
  'memoryMiB',
  'requestsPerSecond',
  'maxTasks',
  'scaling',
  'spot',
  'deployment',
];

/** Requests a second for each vCPU, where nobody measured. */
const REQUESTS_PER_VCPU = 100;
const UNITS_PER_VCPU = 1024;
/** How far beyond the fewest tasks a Region grows by default. */
const HEADROOM = 4;
/** Tasks that one service takes. */
export const MOST_TASKS = 5000;

const steps = (from: number, to: number, step: number): readonly number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/**
 * Memory, in MiB, that goes with each size of processor.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
const MEMORY: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, steps(1024, 4096, 1024)],
  [1024, steps(2048, 8192, 1024)],
  [2048, steps(4096, 16_384, 1024)],
  [4096, steps(8192, 30_720, 1024)],
  [8192, steps(16_384, 61_440, 4096)],
  [16_384, steps(32_768, 122_880, 8192)],
]);

const CPU = number(
  (value) => MEMORY.has(value),
  `of CPU units that Fargate has: ${[...MEMORY.keys()].join(', ')}`,
);

/** Servers on Fargate; `share` is that of the requests that they get. */
export function readFargate(
  at: Properties | undefined,
  weight: number,
  share: number,
  load: Load,
): FargateCompute {
  const cpu = at?.('cpu').optional(CPU, UNITS_PER_VCPU) ?? UNITS_PER_VCPU;
  const sizes = MEMORY.get(cpu) ?? [];
  const memory = number(
    (value) => sizes.includes(value),
    `that goes with ${cpu} CPU units: ${sizes.join(', ')}`,
  );
  const rate = number((value) => value > 0, 'above 0');
  const assumed = (REQUESTS_PER_VCPU * cpu) / UNITS_PER_VCPU;
  const requestsPerSecond = at?.('requestsPerSecond').optional(rate, assumed) ?? assumed;
  const minTasks = fewestTasks({ ...load, share, requestsPerSecond });
  const most = Math.max(Math.min(minTasks * HEADROOM, MOST_TASKS), minTasks);
  const maxTasks = at?.('maxTasks').optional(tasks(minTasks), most) ?? most;
  const bounds = { fewest: minTasks, most: maxTasks };
  return {
    weight,
    cpu,
    memoryMiB: at?.('memoryMiB').optional(memory, 2 * cpu) ?? 2 * cpu,
    requestsPerSecond,
    minTasks,
    maxTasks,
    scaling: readScaling(at?.('scaling'), bounds, load.countsRequests),
    spot: readSpot(at?.('spot'), bounds),
    deployment: readDeployment(at?.('deployment'), load.countsRequests === false),
  };
}

/** The fewest come from the demand, so that the bound is told with where it comes from. */
function tasks(fewest: number): ReturnType<typeof number> {
  return number(
    (value) => Number.isInteger(value) && value >= fewest && value <= MOST_TASKS,
    `of tasks from ${fewest}, which carry the demand without one Region and one zone, to ${MOST_TASKS}`,
  );
}
