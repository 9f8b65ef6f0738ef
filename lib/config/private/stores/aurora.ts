import type { GrowthStage, RegionName } from '../../declaration';
import { GROWTH_STAGES } from '../../growth-stages';
import type { AuroraStore } from '../../stores';
import type { Field, Properties, Rule } from '../field';
import { SERVERLESS_CLASS } from '../../capacity';
import { flag, integer, number, text } from '../rules';
import { readEndpoints } from './endpoints';
import { readHeadless } from './headless';
import { readProxy } from './proxy';
import { readRegionList } from './region-list';
import type { Where } from './region-list';
import { readInsights, readStatements } from './statements';

const INSTANCE_CLASS = text(
  /^db\.r(6g|6i|7g|7i|8g)\.(large|(2|4|8|12|16|24|32|48)?xlarge)$/,
  'a memory-optimized class that global databases accept: db.r6g, db.r6i, db.r7g, db.r7i or db.r8g, ' +
    'large or above, such as "db.r8g.large"',
);
const ENGINE_VERSION = text(
  /^1[5-8]\.\d{1,2}$/,
  'an Aurora PostgreSQL version of 15 to 18, such as "17.7"',
);

const [LEAST_UNITS, MOST_UNITS] = [0.5, 256];

export const AURORA_OPTIONS = [
  'regions',
  'birthRegion',
  'engineVersion',
  'instanceClass',
  'capacityUnits',
  'instancesPerRegion',
  'maxInstancesPerRegion',
  'sharded',
  'proxy',
  'headless',
  'endpoints',
  'statements',
  'logicalReplication',
  'databaseInsights',
];

/** A store of clusters, born in one of its own Regions. */
export function readAurora(
  name: string,
  at: Properties | undefined,
  where: Where,
  field?: Field,
): AuroraStore {
  const regions = at === undefined ? where.regions : readRegionList(at('regions'), where);
  if (field !== undefined) checkBirth(field, at?.('birthRegion'), regions, where);
  const instances = readInstances(at, where.stage);
  const proxy = readProxy(at?.('proxy'), instances.instancesPerRegion);
  return {
    name,
    engine: 'aurora',
    regions,
    birthRegion: where.birthRegion ?? '',
    engineVersion: at?.('engineVersion').optional(ENGINE_VERSION, '17.7') ?? '17.7',
    ...readClass(at),
    ...instances,
    sharded: at?.('sharded').optional(flag, true) ?? true,
    proxy,
    headless: readHeadless(at?.('headless'), regions),
    endpoints: readEndpoints(at?.('endpoints'), { ...instances, proxy }),
    statements: readStatements(at?.('statements')),
    logicalReplication: at?.('logicalReplication').optional(flag, false) ?? false,
    databaseInsights: readInsights(at?.('databaseInsights'), where.stage),
  };
}

function readClass(
  at: Properties | undefined,
): Pick<AuroraStore, 'instanceClass' | 'capacityUnits'> {
  const instanceClass =
    at?.('instanceClass').optional(INSTANCE_CLASS, 'db.r8g.large') ?? 'db.r8g.large';
  const field = at?.('capacityUnits');
  if (at === undefined || field?.present !== true)
    return { instanceClass, capacityUnits: undefined };
  if (at('instanceClass').present) {
    field.reject('`instanceClass` or `capacityUnits`', 'both');
  }
  const units = field.properties(['min', 'max']);
  const min = units?.('min').require(unitsOf(LEAST_UNITS), LEAST_UNITS) ?? LEAST_UNITS;
  const least = Math.max(min, 1);
  const max = units?.('max').require(unitsOf(least), least) ?? least;
  return { instanceClass: SERVERLESS_CLASS, capacityUnits: { min, max } };
}

function unitsOf(least: number): Rule<number> {
  return number(
    (value) => value >= least && value <= MOST_UNITS && Number.isInteger(value * 2),
    `of ${least} to ${MOST_UNITS} in steps of 0.5`,
  );
}

function readInstances(
  at: Properties | undefined,
  stage: GrowthStage,
): Pick<AuroraStore, 'instancesPerRegion' | 'maxInstancesPerRegion'> {
  const preset = GROWTH_STAGES[stage];
  const fewest =
    at?.('instancesPerRegion').optional(integer(1, 16), preset.instancesPerRegion) ??
    preset.instancesPerRegion;
  const most = Math.max(preset.maxInstancesPerRegion ?? fewest, fewest);
  return {
    instancesPerRegion: fewest,
    maxInstancesPerRegion:
      at?.('maxInstancesPerRegion').optional(integer(fewest, 16), most) ?? most,
  };
}

/** Each Region has one data stack: stores born in two Regions would have two wait in a ring. */
function checkBirth(
  store: Field,
  declared: Field | undefined,
  regions: readonly RegionName[],
  { birthRegion }: Where,
): void {
  if (birthRegion === undefined) return;
  if (declared?.present === true) {
    declared.reference([birthRegion], "the deployment's birth Region");
  }
  if (!regions.includes(birthRegion)) {
    store.reject(
      `\`regions\` with the deployment's birth Region ${birthRegion}`,
      `a store in ${regions.length > 0 ? regions.join(', ') : 'no Region'}`,
    );
  }
}
