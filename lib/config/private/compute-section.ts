import type { Compute } from '../compute';
import type { Demand } from '../declaration';
import { EC2, MOST_INSTANCES, readEc2 } from './ec2-section';
import { FARGATE, MOST_TASKS, readFargate } from './fargate-section';
import type { Field, Properties } from './field';
import { LAMBDA, readLambda } from './lambda-section';
import { integer } from './rules';

const WEIGHT = integer(0, 999);
/** Weight of each kind where it is declared without one. */
const WEIGHTS = { lambda: 20, fargate: 80, ec2: 80 } as const;
type Kind = keyof typeof WEIGHTS;
/** Kinds that there are of a bundle where nothing is declared. */
const BY_DEFAULT: readonly Kind[] = ['lambda', 'fargate'];

/** What the capacity of servers is computed from. */
export interface Load {
  readonly demand: Required<Demand>;
  /** Number of serving Regions. */
  readonly regions: number;
  /** Whether the load balancer counts the requests of each server. @default true */
  readonly countsRequests?: boolean;
}

/** A section as it was found: readable, absent, or (`undefined`) declared but not readable. */
type Section = Properties | 'absent' | undefined;

/**
 * The kinds of compute of a service that are created; `service` is where they are declared.
 *
 * @param byDefault those that there are where nothing is declared
 */
export function readCompute(
  service: Field,
  field: Field | undefined,
  load: Load,
  byDefault: readonly Kind[] = BY_DEFAULT,
): Compute {
  const at = field?.present === true ? field.properties(Object.keys(WEIGHTS)) : undefined;
  const [lambda, fargate, ec2] = [
    section(at?.('lambda'), LAMBDA),
    section(at?.('fargate'), FARGATE),
    section(at?.('ec2'), EC2),
  ];
  const defaults = at === undefined ? byDefault : [];
  const weights = {
    lambda: weightOf('lambda', lambda, defaults),
    fargate: weightOf('fargate', fargate, defaults),
    ec2: weightOf('ec2', ec2, defaults),
  };
  const total = weights.lambda + weights.fargate + weights.ec2;
  if (total === 0) {
    field?.reject(
      '`lambda`, `fargate`, `ec2` or several, one of them with a weight above 0',
      'no compute',
    );
  }
  const share = (weight: number): number => weight / Math.max(total, 1);
  const tasks = readFargate(readable(fargate), weights.fargate, share(weights.fargate), load);
  const instances = readEc2(readable(ec2), weights.ec2, share(weights.ec2), load);
  if (weights.fargate > 0 && !(tasks.minTasks <= MOST_TASKS)) {
    service.reject(
      `a demand that ${MOST_TASKS} tasks in a Region carry`,
      `${tasks.minTasks} tasks`,
    );
  }
  if (weights.ec2 > 0 && !(instances.minInstances <= MOST_INSTANCES)) {
    service.reject(
      `a demand that ${MOST_INSTANCES} instances in a Region carry`,
      `${instances.minInstances} instances`,
    );
  }
  return {
    lambda: weights.lambda > 0 ? readLambda(readable(lambda), weights.lambda) : undefined,
    fargate: weights.fargate > 0 ? tasks : undefined,
    ec2: weights.ec2 > 0 ? instances : undefined,
  };
}

function section(field: Field | undefined, names: readonly string[]): Section {
  return field?.present === true ? field.properties(names) : 'absent';
}

function readable(part: Section): Properties | undefined {
  return part === 'absent' ? undefined : part;
}

/** A section that cannot be read counts as declared, so that one slip is reported once. */
function weightOf(kind: Kind, part: Section, byDefault: readonly Kind[]): number {
  if (part === 'absent') return byDefault.includes(kind) ? WEIGHTS[kind] : 0;
  return part?.('weight').optional(WEIGHT, WEIGHTS[kind]) ?? WEIGHTS[kind];
}
