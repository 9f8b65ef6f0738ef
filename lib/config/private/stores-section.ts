import type { GrowthStage, RegionName } from '../declaration';
import type { Domain, Store } from '../deployment';
import { GROWTH_STAGES } from '../growth-stages';
import type { Field, Properties } from './field';
import { flag, integer, oneOf, text } from './rules';

/** What cross-checks of the data need: the serving Regions and the birth Region, if known. */
export interface Where {
  readonly regions: readonly RegionName[];
  /** `undefined` where the declared one is faulty, so that one slip is reported once. */
  readonly birthRegion: RegionName | undefined;
  readonly stage: GrowthStage;
}

/** Names of stores and shards become parts of cluster identifiers. */
const PART_OF_IDENTIFIER = /^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** Names of domains become names of databases and roles: no quoting, no clash with the engine's. */
const IDENTIFIER = /^(?!(?:pg_|rds|postgres$|template[01]$|public$))[a-z][a-z0-9_]{0,31}$/;

const INSTANCE_CLASS = text(
  /^db\.r(6g|6i|7g|7i|8g)\.(large|(2|4|8|12|16|24|32|48)?xlarge)$/,
  'a memory-optimized class that global databases accept: db.r6g, db.r6i, db.r7g, db.r7i or db.r8g, ' +
    'large or above, such as "db.r8g.large"',
);
const ENGINE_VERSION = text(
  /^1[5-8]\.\d{1,2}$/,
  'an Aurora PostgreSQL version of 15 to 18, such as "17.7"',
);

const STORE = [
  'engine',
  'regions',
  'birthRegion',
  'engineVersion',
  'instanceClass',
  'instancesPerRegion',
  'maxInstancesPerRegion',
  'sharded',
];

/** The stores, each born in one of its own Regions. */
export function readStores(field: Field, where: Where): readonly Store[] {
  if (!field.present) return [storeOf('main', undefined, where)];
  return (field.map('store') ?? []).map(([name, store]) => {
    checkName(name, store, PART_OF_IDENTIFIER, 'single hyphens', 40);
    return storeOf(name, store.properties(STORE), where, store);
  });
}

function storeOf(name: string, at: Properties | undefined, where: Where, field?: Field): Store {
  const regions = at === undefined ? where.regions : readRegionList(at('regions'), where);
  if (field !== undefined) checkBirth(field, at?.('birthRegion'), regions, where);
  return {
    name,
    engine: at?.('engine').require(oneOf(['aurora']), 'aurora') ?? 'aurora',
    regions,
    birthRegion: where.birthRegion ?? '',
    engineVersion: at?.('engineVersion').optional(ENGINE_VERSION, '17.7') ?? '17.7',
    instanceClass: at?.('instanceClass').optional(INSTANCE_CLASS, 'db.r8g.large') ?? 'db.r8g.large',
    ...readInstances(at, where.stage),
    sharded: at?.('sharded').optional(flag, true) ?? true,
  };
}

function readInstances(
  at: Properties | undefined,
  stage: GrowthStage,
): Pick<Store, 'instancesPerRegion' | 'maxInstancesPerRegion'> {
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

export function readRegionList(field: Field, where: Pick<Where, 'regions'>): readonly RegionName[] {
  if (!field.present) return where.regions;
  const allowed = `a list of different Regions out of ${where.regions.join(', ')}`;
  const items = field.list(allowed);
  if (items === undefined) return where.regions;
  const names = items.flatMap((item) => item.reference(where.regions, 'a serving Region') ?? []);
  if (items.length === 0 || new Set(names).size !== names.length) field.reject(allowed);
  return names;
}

/** Regions of the global tables, in the order of the deployment. */
export function readTableRegions(field: Field, where: Where): readonly RegionName[] {
  const named = readRegionList(field, where);
  const { birthRegion, regions } = where;
  if (birthRegion !== undefined && !named.includes(birthRegion)) {
    field.reject(`a list with the birth Region ${birthRegion}, whose stack owns the tables`);
  }
  return regions.filter((region) => named.includes(region));
}

/** The domains, each held by one declared store. */
export function readDomains(field: Field, stores: readonly Store[]): readonly Domain[] {
  const names = stores.map(({ name }) => name);
  if (!field.present) {
    return ['identity', 'content', 'social'].map((name) => ({ name, store: names[0] ?? '' }));
  }
  return (field.map('domain') ?? []).map(([name, domain]) => {
    checkName(name, domain, IDENTIFIER, 'underscores; none that PostgreSQL keeps for itself', 32);
    const at = domain.properties(['store']);
    return { name, store: at?.('store').reference(names, 'a store') ?? '' };
  });
}

/** Reports a map key that cannot be part of the names computed from it. */
export function checkName(
  name: string,
  field: Field,
  pattern: RegExp,
  besides: string,
  most: number,
): void {
  if (pattern.test(name)) return;
  field.reject(
    `a name of at most ${most} lower-case letters, digits and ${besides}, a letter first`,
    'an unusable name',
  );
}

export { PART_OF_IDENTIFIER };
