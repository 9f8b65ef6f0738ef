import type { NeptuneStore } from '../../stores';
import type { Field, Properties } from '../field';
import { integer, text } from '../rules';
import { ownerFirst, readRegionList } from './region-list';
import type { Where } from './region-list';

export const NEPTUNE_OPTIONS = ['regions', 'engineVersion', 'instanceClass', 'instancesPerRegion'];

/** @see https://docs.aws.amazon.com/neptune/latest/userguide/instance-types.html */
const INSTANCE_CLASS = text(
  /^db\.(r5|r6g|r6i|r7g|r7i|r8g)\.(large|(2|4|8|12|16|24)?xlarge)$/,
  'a memory-optimized class that does not burst: db.r5, db.r6g, db.r6i, db.r7g, db.r7i or db.r8g, ' +
    'large or above, such as "db.r5.large"',
);
const ENGINE_VERSION = text(
  /^1\.[34]\.\d{1,2}\.\d{1,2}$/,
  'a Neptune version of 1.3 or 1.4, such as "1.4.5.1"',
);
/** One that is written and at most five that follow it. */
const MOST_REGIONS = 6;

/**
 * A store of one cluster, or of a global database of up to six.
 * @see https://docs.aws.amazon.com/neptune/latest/userguide/neptune-global-database.html
 */
export function readNeptune(
  name: string,
  at: Properties,
  where: Where,
  field: Field,
): NeptuneStore {
  const regions = readRegionList(at('regions'), where);
  if (regions.length > MOST_REGIONS) {
    const allowed = `at most ${MOST_REGIONS} Regions: one that is written and five copies`;
    at('regions').reject(allowed, `a neptune store in ${regions.length}`);
  }
  if (where.stage === 'single-server') {
    field.reject(
      'a neptune store from stage load-balanced on',
      'one in a network without private subnets',
    );
  }
  return {
    ...{ name, engine: 'neptune', regions: ownerFirst(regions, where.birthRegion) },
    engineVersion: at('engineVersion').optional(ENGINE_VERSION, '1.4.5.1'),
    instanceClass: at('instanceClass').optional(INSTANCE_CLASS, 'db.r5.large'),
    instancesPerRegion: at('instancesPerRegion').optional(integer(2, 16), 2),
  };
}
