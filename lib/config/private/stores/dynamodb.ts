import type { RegionName } from '../../declaration';
import type { DynamoDbStore, Table, TableIndex, TableKey } from '../../stores';
import type { Field, Properties } from '../field';
import { areOfOneSet, describeSets, regionSetOf } from '../region-sets';
import { oneOf, text } from '../rules';
import { ownerFirst, readRegionList } from './region-list';
import type { Where } from './region-list';

export const DYNAMODB_OPTIONS = ['tables', 'consistency', 'regions', 'witnessRegion'];

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const ATTRIBUTE = text(
  /^[A-Za-z0-9_.-]{1,255}$/,
  'the name of an attribute: 1 to 255 letters, digits, underscores, dots and hyphens',
);
const KEY_TYPE = oneOf(['S', 'N', 'B'] as const);
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_NAME = 40;
const MOST_INDEXES = 20;
const STRONG_REPLICAS = 3;
const NO_KEY: TableKey = { name: '', type: 'S' };

/** A store of global tables; consistency decides where they may be and what they may have. */
export function readDynamoDb(
  name: string,
  at: Properties,
  where: Where,
  tableRegions: readonly RegionName[],
): DynamoDbStore {
  const consistency = at('consistency').optional(
    oneOf(['eventual', 'strong'] as const),
    'eventual',
  );
  const declared = at('regions').present || consistency === 'strong';
  const regions = declared ? readRegionList(at('regions'), where) : tableRegions;
  const witness = at('witnessRegion');
  if (consistency === 'strong') checkStrong(at('regions'), witness, regions);
  else if (witness.present) witness.reject('a witness with "strong" consistency only');
  const tables = (at('tables').map('table') ?? []).map(([key, table]) => readTable(key, table));
  if (consistency === 'strong') rejectExpiry(at('tables'), tables);
  return {
    ...{ name, engine: 'dynamodb', consistency, tables },
    regions: ownerFirst(regions, where.birthRegion),
    witnessRegion: typeof witness.value === 'string' ? witness.value : undefined,
  };
}

function checkStrong(field: Field, witness: Field, regions: readonly RegionName[]): void {
  // What is no list of Regions has been reported.
  if (field.faulty) return;
  const one = `of one Region set: ${describeSets()}`;
  const found = `"strong" in ${regions.join(', ')}`;
  if (!witness.present) {
    const legal = regions.length === STRONG_REPLICAS && areOfOneSet(regions);
    if (!legal) field.reject(`three Regions, or two and a \`witnessRegion\`, ${one}`, found);
    return;
  }
  if (regions.length !== STRONG_REPLICAS - 1 || !areOfOneSet(regions)) {
    field.reject(`two Regions beside the witness, ${one}`, found);
    return;
  }
  if (!areOfOneSet([...regions, witness.value])) {
    const set = regionSetOf(regions[0]) ?? '';
    witness.reject(`a third Region of the set ${set}: ${describeSets()}`);
  }
}

function rejectExpiry(field: Field, tables: readonly Table[]): void {
  for (const { name, timeToLive } of tables) {
    if (timeToLive === undefined) continue;
    const allowed = 'none: strongly consistent tables have no time to live';
    field.below(`${name}.timeToLive`).reject(allowed, `"${timeToLive}"`);
  }
}

function readTable(name: string, field: Field): Table {
  checkKey(name, field);
  const at = field.properties(['partitionKey', 'sortKey', 'indexes', 'timeToLive']);
  const keys = readKeys(at);
  const indexes = at?.('indexes').present === true ? readIndexes(at('indexes')) : [];
  const timeToLive = at?.('timeToLive');
  const expiry = timeToLive?.present === true ? timeToLive.require(ATTRIBUTE, '') : undefined;
  const table = { name, ...keys, indexes, timeToLive: expiry };
  checkAttributes(field, table);
  return table;
}

function readIndexes(field: Field): readonly TableIndex[] {
  const entries = field.anyMap('index') ?? [];
  if (entries.length > MOST_INDEXES) {
    field.reject(`at most ${MOST_INDEXES} indexes`, `${entries.length} indexes`);
  }
  return entries.map(([name, index]) => {
    checkKey(name, index);
    return { name, ...readKeys(index.properties(['partitionKey', 'sortKey'])) };
  });
}

function readKeys(at: Properties | undefined): Omit<TableIndex, 'name'> {
  if (at === undefined) return { partitionKey: NO_KEY, sortKey: undefined };
  const sort = at('sortKey');
  return {
    partitionKey: readKey(at('partitionKey')),
    sortKey: sort.present ? readKey(sort) : undefined,
  };
}

function readKey(field: Field): TableKey {
  const at = field.properties(['name', 'type']);
  if (at === undefined) return NO_KEY;
  return { name: at('name').require(ATTRIBUTE, ''), type: at('type').optional(KEY_TYPE, 'S') };
}

/** An attribute has one type, is a key of an index once, and no key tells when an item ends. */
function checkAttributes(field: Field, { timeToLive, ...table }: Table): void {
  const types = new Map<string, string>();
  for (const { partitionKey, sortKey } of [table, ...table.indexes]) {
    for (const { name, type } of [partitionKey, ...(sortKey ? [sortKey] : [])]) {
      const before = types.get(name) ?? type;
      if (before !== type && name !== '') {
        field.reject('one type for each attribute', `${name} as ${before} and as ${type}`);
      }
      types.set(name, before);
    }
    if (partitionKey.name !== '' && partitionKey.name === sortKey?.name) {
      field.reject('two attributes as keys', `${partitionKey.name} as both keys`);
    }
  }
  if (timeToLive !== undefined && timeToLive !== '' && types.has(timeToLive)) {
    field.reject('an attribute for `timeToLive` that is no key', `the key ${timeToLive}`);
  }
}

function checkKey(name: string, field: Field): void {
  if (NAME.test(name) && name.length <= LONGEST_NAME) return;
  field.reject(
    `a name of at most ${LONGEST_NAME} lower-case letters, digits and single hyphens, a letter first`,
    'an unusable name',
  );
}
