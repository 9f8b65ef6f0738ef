import type { LimitlessStore } from '../../stores';
import type { Field, Properties } from '../field';
import { integer, text } from '../rules';
import { readRegionList } from './region-list';
import type { Where } from './region-list';

export const LIMITLESS_OPTIONS = [
  'regions',
  'engineVersion',
  'minAcu',
  'maxAcu',
  'computeRedundancy',
];

const ENGINE_VERSION = text(
  /^16\.\d{1,2}(\.\d{1,2})?-limitless$/,
  'an Aurora PostgreSQL version for Limitless, such as "16.9-limitless"',
);
const [LEAST_ACU, MOST_ACU] = [16, 6144];
/** Of one account in one Region. */
const MOST_SHARD_GROUPS = 5;

/**
 * A store of one cluster with one shard group.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/limitless-reqs-limits.html
 */
export function readLimitless(
  name: string,
  at: Properties,
  where: Where,
  field: Field,
): LimitlessStore {
  const { birthRegion } = where;
  const born = birthRegion === undefined ? where.regions.slice(0, 1) : [birthRegion];
  const regions = at('regions').present ? readRegionList(at('regions'), where) : born;
  if (regions.length > 1) {
    const allowed = 'one Region: Limitless takes part in no global database';
    at('regions').reject(allowed, `an aurora-limitless store in ${regions.join(', ')}`);
  }
  if (where.stage === 'single-server') {
    const allowed = 'an aurora-limitless store from stage load-balanced on';
    field.reject(allowed, 'one in a network without private subnets');
  }
  const minAcu = at('minAcu').optional(integer(LEAST_ACU, MOST_ACU), LEAST_ACU);
  return {
    ...{ name, engine: 'aurora-limitless', regions, minAcu },
    engineVersion: at('engineVersion').optional(ENGINE_VERSION, '16.9-limitless'),
    maxAcu: at('maxAcu').require(integer(minAcu, MOST_ACU), MOST_ACU),
    computeRedundancy: at('computeRedundancy').optional(integer(0, 2), 1),
  };
}

/** What AWS counts over all stores of a Region. */
export function checkLimitless(field: Field, stores: readonly LimitlessStore[]): void {
  for (const region of new Set(stores.flatMap(({ regions }) => regions))) {
    const here = stores.filter(({ regions }) => regions.includes(region));
    if (here.length <= MOST_SHARD_GROUPS) continue;
    const allowed = `at most ${MOST_SHARD_GROUPS} stores of engine aurora-limitless in a Region`;
    field.reject(allowed, `${here.length} in ${region}`);
  }
}
