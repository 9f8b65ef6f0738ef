import type { RegionName } from '../declaration';
import type { Domain } from '../deployment';
import { ENGINES } from '../store-declaration';
import type { EngineName } from '../store-declaration';
import { storesOf } from '../stores';
import type { Store } from '../stores';
import type { Field } from './field';
import { oneOf } from './rules';
import { AURORA_OPTIONS, readAurora } from './stores/aurora';
import { DYNAMODB_OPTIONS, readDynamoDb } from './stores/dynamodb';
import { DSQL_OPTIONS, readDsql } from './stores/dsql';
import { KEYSPACES_OPTIONS, readKeyspaces } from './stores/keyspaces';
import { LIMITLESS_OPTIONS, checkLimitless, readLimitless } from './stores/limitless';
import { NEPTUNE_OPTIONS, readNeptune } from './stores/neptune';
import { readRegionList } from './stores/region-list';
import type { Where } from './stores/region-list';

export { readRegionList } from './stores/region-list';
export type { Where } from './stores/region-list';

/** Names of stores and shards become parts of cluster identifiers. */
const PART_OF_IDENTIFIER = /^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** Names of domains become names of databases and roles: no quoting, no clash with the engine's. */
const IDENTIFIER = /^(?!(?:pg_|rds|postgres$|template[01]$|public$))[a-z][a-z0-9_]{0,31}$/;

const OPTIONS: Readonly<Record<EngineName, readonly string[]>> = {
  aurora: AURORA_OPTIONS,
  'aurora-limitless': LIMITLESS_OPTIONS,
  dynamodb: DYNAMODB_OPTIONS,
  dsql: DSQL_OPTIONS,
  keyspaces: KEYSPACES_OPTIONS,
  neptune: NEPTUNE_OPTIONS,
};
const EVERY_OPTION = [...new Set(Object.values(OPTIONS).flat())];
const ENGINE = oneOf(ENGINES);

/** The stores, each with what its engine has; what another engine has is a fault. */
export function readStores(
  field: Field,
  where: Where,
  tableRegions: readonly RegionName[],
): readonly Store[] {
  if (!field.present) return [readAurora('main', undefined, where)];
  const entries = field.map('store') ?? [];
  const stores = entries.flatMap(([name, store]) => {
    checkName(name, store, PART_OF_IDENTIFIER, 'single hyphens', 40);
    return readStore(name, store, where, tableRegions);
  });
  checkLimitless(field, storesOf({ stores }, 'aurora-limitless'));
  if (stores.length > 0 && stores.every(({ engine }) => engine !== 'aurora')) {
    const found = stores.map(({ name, engine }) => `${name} (${engine})`).join(', ');
    field.reject('a store of engine aurora among them, which holds the domains', found);
  }
  return stores;
}

function readStore(
  name: string,
  field: Field,
  where: Where,
  tableRegions: readonly RegionName[],
): readonly Store[] {
  const at = field.properties(['engine', ...EVERY_OPTION]);
  if (at === undefined) return [];
  const engine = at('engine').require(ENGINE, 'aurora');
  if (!ENGINE.accepts(at('engine').value)) return [];
  for (const option of EVERY_OPTION.filter((it) => at(it).present)) {
    if (OPTIONS[engine].includes(option)) continue;
    at(option).reject(
      `with ${engine}: ${OPTIONS[engine].join(', ')}`,
      'an option of another engine',
    );
  }
  switch (engine) {
    case 'aurora':
      return [readAurora(name, at, where, field)];
    case 'aurora-limitless':
      return [readLimitless(name, at, where, field)];
    case 'dynamodb':
      return [readDynamoDb(name, at, where, tableRegions)];
    case 'dsql':
      return [readDsql(name, at, where)];
    case 'keyspaces':
      return [readKeyspaces(name, at, where)];
    case 'neptune':
      return [readNeptune(name, at, where, field)];
  }
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

/** The domains, each held by one declared store of PostgreSQL. */
export function readDomains(field: Field, stores: readonly Store[]): readonly Domain[] {
  const names = storesOf({ stores }, 'aurora').map(({ name }) => name);
  const [first] = names;
  if (!field.present) {
    if (first === undefined) return [];
    return ['identity', 'content', 'social'].map((name) => ({ name, store: first }));
  }
  return (field.map('domain') ?? []).map(([name, domain]) => {
    checkName(name, domain, IDENTIFIER, 'underscores; none that PostgreSQL keeps for itself', 32);
    const at = domain.properties(['store']);
    return { name, store: at?.('store').reference(names, 'a store of engine aurora') ?? '' };
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
