import type { Deployment } from '../deployment';
import type { Field } from './field';
import { oneOf } from './rules';

const MODE = oneOf(['cdn', 'direct']);

/** How users get to a Region's load balancer. */
export function readEdge(field: Field): Deployment['edge'] {
  const at = field.present ? field.properties(['mode']) : undefined;
  return { mode: at?.('mode').optional(MODE, 'cdn') ?? 'cdn' };
}
