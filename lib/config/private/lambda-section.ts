import type { LambdaCompute } from '../compute';
import type { LambdaRollout } from '../compute-declaration';
import type { Field, Properties } from './field';
import { integer, oneOf } from './rules';

export const LAMBDA = ['weight', 'provisioned', 'rollout'];

const ROLLOUTS: readonly LambdaRollout[] = [
  'all-at-once',
  'canary-10-percent-5-minutes',
  'canary-10-percent-15-minutes',
  'linear-10-percent-every-1-minute',
  'linear-10-percent-every-3-minutes',
];
/** An account's default quota of concurrent executions leaves 100 to functions without a reserve. */
const MOST_PROVISIONED = 10_000;

export function readLambda(at: Properties | undefined, weight: number): LambdaCompute {
  return {
    weight,
    provisioned: readProvisioned(at?.('provisioned')),
    rollout: at?.('rollout').optional(oneOf(ROLLOUTS), 'all-at-once') ?? 'all-at-once',
  };
}

function readProvisioned(field: Field | undefined): LambdaCompute['provisioned'] {
  if (field?.present !== true) return undefined;
  const at = field.properties(['min', 'max']);
  const min = at?.('min').require(integer(1, MOST_PROVISIONED), 1) ?? 1;
  return { min, max: at?.('max').optional(integer(min, MOST_PROVISIONED), min) ?? min };
}
