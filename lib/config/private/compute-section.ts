import { fewestTasks } from '../capacity';
import type { Demand } from '../declaration';
import type { Compute, FargateCompute } from '../deployment';
import type { Field, Properties } from './field';
import { integer, number } from './rules';

const WEIGHT = integer(0, 999);
const LAMBDA_WEIGHT = 20;
const FARGATE_WEIGHT = 80;
/** Requests a second for each vCPU, where nobody measured. */
const REQUESTS_PER_VCPU = 100;
const UNITS_PER_VCPU = 1024;
/** How far beyond the fewest tasks a Region grows by default. */
const HEADROOM = 4;
/** Tasks that one service takes. */
const MOST_TASKS = 5000;

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

/** What the capacity of servers is computed from. */
export interface Load {
  readonly demand: Required<Demand>;
  /** Number of serving Regions. */
  readonly regions: number;
}

/** The kinds of compute of a service that are created; `service` is where they are declared. */
export function readCompute(service: Field, field: Field | undefined, load: Load): Compute {
  const declared = field?.present === true;
  const at = declared ? field.properties(['lambda', 'fargate']) : undefined;
  const lambda = section(at?.('lambda'), ['weight']);
  const fargate = section(at?.('fargate'), FARGATE);
  // A section that cannot be read counts as declared, so that one slip is reported once.
  const chosen = (part: Properties | 'absent' | undefined, byDefault: number): number =>
    part === 'absent' && at !== undefined ? 0 : weightOf(part, byDefault);
  const [functions, servers] = [chosen(lambda, LAMBDA_WEIGHT), chosen(fargate, FARGATE_WEIGHT)];
  if (functions + servers === 0) {
    field?.reject('`lambda`, `fargate` or both, one of them with a weight above 0', 'no compute');
  }
  const share = servers / Math.max(functions + servers, 1);
  const read = readFargate(fargate === 'absent' ? undefined : fargate, servers, share, load);
  if (servers > 0 && !(read.minTasks <= MOST_TASKS)) {
    service.reject(`a demand that ${MOST_TASKS} tasks in a Region carry`, `${read.minTasks} tasks`);
  }
  return {
    lambda: functions > 0 ? { weight: functions } : undefined,
    fargate: servers > 0 ? read : undefined,
  };
}

const FARGATE = ['weight', 'cpu', 'memoryMiB', 'requestsPerSecond', 'maxTasks'];

function section(
  field: Field | undefined,
  names: readonly string[],
): Properties | 'absent' | undefined {
  return field?.present === true ? field.properties(names) : 'absent';
}

function weightOf(at: Properties | 'absent' | undefined, byDefault: number): number {
  if (at === undefined || at === 'absent') return byDefault;
  return at('weight').optional(WEIGHT, byDefault);
}

function readFargate(
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
  return {
    weight,
    cpu,
    memoryMiB: at?.('memoryMiB').optional(memory, 2 * cpu) ?? 2 * cpu,
    requestsPerSecond,
    minTasks,
    maxTasks: at?.('maxTasks').optional(tasks(minTasks), most) ?? most,
  };
}

const CPU = number(
  (value) => MEMORY.has(value),
  `of CPU units that Fargate has: ${[...MEMORY.keys()].join(', ')}`,
);

/** The fewest come from the demand, so that the bound is told with where it comes from. */
function tasks(fewest: number): ReturnType<typeof number> {
  return number(
    (value) => Number.isInteger(value) && value >= fewest && value <= MOST_TASKS,
    `of tasks from ${fewest}, which carry the demand without one Region and one zone, to ${MOST_TASKS}`,
  );
}
