import type { Deployment } from '../deployment';
import type { Observability, ServiceObjectives } from '../observability-declaration';
import type { Field } from './field';
import { integer, number } from './rules';

const OBJECTIVES = ['availability', 'latency'];
const LATENCY = ['percentile', 'milliseconds'];
/** From one error in ten on nobody needs a budget; below one in 100,000 a Region has too few requests. */
const SHARE = number((value) => value >= 0.9 && value <= 0.99999, 'of 0.9 to 0.99999');
const PERCENTILE = {
  allowed: '95 or 99',
  accepts: (value: unknown): value is 95 | 99 => value === 95 || value === 99,
};

/** What users are promised of a Region; `undefined` for nothing. */
export function readServiceObjectives(
  field: Field,
  { stage, services }: Pick<Deployment, 'stage' | 'services'>,
): Observability['objectives'] {
  if (!field.present || field.value === false) return undefined;
  const at = field.properties(OBJECTIVES);
  if (at === undefined) return undefined;
  if (stage === 'single-server') {
    field.reject('false (at stage single-server): there is no load balancer that counts answers');
    return undefined;
  }
  const connections = services.find(({ loadBalancing }) => loadBalancing.kind !== 'application');
  if (connections !== undefined) {
    const { kind } = connections.loadBalancing;
    field.reject(
      `false (with \`loadBalancing.kind\` "${kind}"): connections are counted, not answers`,
    );
    return undefined;
  }
  return { availability: at('availability').require(SHARE, 0.9), latency: latency(at('latency')) };
}

function latency(field: Field): ServiceObjectives['latency'] {
  const at = field.present ? field.properties(LATENCY) : undefined;
  if (at === undefined) return undefined;
  return {
    percentile: at('percentile').require(PERCENTILE, 99),
    milliseconds: at('milliseconds').require(integer(10, 60_000), 10),
  };
}
