import type { GrowthStage } from '../declaration';
import type { Cache } from '../deployment';
import { GROWTH_STAGES } from '../growth-stages';
import type { Field } from './field';
import { integer, text } from './rules';

const DEFAULT: Cache = { nodeType: 'cache.m7g.large', replicas: 1 };
const NODE_TYPE = text(
  /^cache\.[mr]7g\.(large|(2|4|8|12|16)?xlarge)$/,
  'a node type on Graviton that global datastores accept as well: cache.m7g or cache.r7g, large or ' +
    'above, such as "cache.m7g.large"',
);

/** The Regions' caches; `undefined` for none. */
export function readCache(field: Field, stage: GrowthStage): Cache | undefined {
  if (field.value === false) return undefined;
  if (!field.present) return GROWTH_STAGES[stage].cache ? DEFAULT : undefined;
  const at = field.properties(['nodeType', 'replicas']);
  return {
    nodeType: at?.('nodeType').optional(NODE_TYPE, DEFAULT.nodeType) ?? DEFAULT.nodeType,
    replicas: at?.('replicas').optional(integer(1, 5), DEFAULT.replicas) ?? DEFAULT.replicas,
  };
}
