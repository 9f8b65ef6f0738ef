import type { RegionName } from '../../declaration';
import type { KeyspacesStore, WideTable } from '../../stores';
import type { Field, Properties } from '../field';
import { integer, oneOf, text } from '../rules';
import { ownerFirst, readRegionList } from './region-list';
import type { Where } from './region-list';

export const KEYSPACES_OPTIONS = ['tables', 'regions'];

/** CQL's scalar types but `counter`, which has no client-side timestamps and so no second Region. */
const TYPES = [
  ...['ascii', 'bigint', 'blob', 'boolean', 'date', 'decimal', 'double', 'float', 'inet', 'int'],
  ...['smallint', 'text', 'time', 'timestamp', 'timeuuid', 'tinyint', 'uuid', 'varchar', 'varint'],
];
const TYPE = oneOf(TYPES, ' (no "counter": it has no client-side timestamps)');
const IDENTIFIER = /^[a-z][a-z0-9_]{0,47}$/;
const COLUMN = text(IDENTIFIER, 'a column: lower-case letters, digits and underscores');
const ORDERED = text(
  /^[a-z][a-z0-9_]{0,47}( desc)?$/,
  'a column, or "COLUMN desc" for the newest first',
);
/** Longest that Keyspaces takes, in seconds: 20 years. */
const LONGEST_SECONDS = 630_720_000;
/** @see https://docs.aws.amazon.com/keyspaces/latest/devguide/programmatic.endpoints.html */
const WITHOUT_KEYSPACES: readonly RegionName[] = ['ap-northeast-3'];
/** An opt-in Region replicates only after settings of its own. */
const OPT_IN: readonly RegionName[] = ['af-south-1'];

/** A store of wide tables in a keyspace that all of its Regions write. */
export function readKeyspaces(name: string, at: Properties, where: Where): KeyspacesStore {
  const regions = readRegionList(at('regions'), where);
  const refused = regions.filter((it) => [...WITHOUT_KEYSPACES, ...OPT_IN].includes(it));
  if (refused.length > 0) {
    const allowed = `Regions with Keyspaces that are no opt-in Regions, not ${refused.join(', ')}`;
    at('regions').reject(allowed, `a keyspaces store in ${regions.join(', ')}`);
  }
  const tables = (at('tables').map('table') ?? []).map(([key, table]) => readTable(key, table));
  return { name, engine: 'keyspaces', regions: ownerFirst(regions, where.birthRegion), tables };
}

function readTable(name: string, field: Field): WideTable {
  if (!IDENTIFIER.test(name)) {
    const allowed =
      'a name of at most 48 lower-case letters, digits and underscores, a letter first';
    field.reject(allowed, 'an unusable name');
  }
  const at = field.properties(['columns', 'partitionKey', 'clusteringKey', 'timeToLiveSeconds']);
  const columns = (at?.('columns').map('column') ?? []).map(([column, type]) => {
    if (!IDENTIFIER.test(column)) type.reject(COLUMN.allowed, 'an unusable name');
    return { name: column, type: type.require(TYPE, 'text') };
  });
  const partition = readKey(at?.('partitionKey'), COLUMN);
  const clustering =
    at?.('clusteringKey').present === true ? readKey(at('clusteringKey'), ORDERED) : [];
  const expiry = at?.('timeToLiveSeconds');
  const table: WideTable = {
    ...{ name, columns, partitionKey: partition },
    clusteringKey: clustering.map((it) => ({
      name: it.replace(/ desc$/, ''),
      order: it.endsWith(' desc') ? 'DESC' : 'ASC',
    })),
    timeToLiveSeconds:
      expiry?.present === true ? expiry.require(integer(1, LONGEST_SECONDS), 1) : undefined,
  };
  checkKeys(field, table);
  return table;
}

function readKey(field: Field | undefined, rule: typeof COLUMN): readonly string[] {
  const items = field?.list(`a list of one or more columns`) ?? [];
  if (field?.present === true && items.length === 0) field.reject('a list of one or more columns');
  return items.map((item) => item.require(rule, ''));
}

/** Keys are columns, and each is a key once. */
function checkKeys(field: Field, { columns, partitionKey, clusteringKey }: WideTable): void {
  const keys = [...partitionKey, ...clusteringKey.map(({ name }) => name)].filter(
    (it) => it !== '',
  );
  const known = new Set(columns.map(({ name }) => name));
  for (const key of new Set(keys)) {
    if (!known.has(key))
      field.reject('keys that are `columns`', `the key ${key}, which is no column`);
    if (keys.filter((it) => it === key).length > 1)
      field.reject('each column as a key once', `${key} twice`);
  }
}
