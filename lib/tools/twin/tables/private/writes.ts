import type { TableConfig } from '..';

/** A DynamoDB attribute map. */
export type Item = Readonly<Record<string, unknown>>;

/** An item that a request writes. */
export interface Written {
  readonly table: string;
  readonly key: Item;
}

/** The operations that change items; DynamoDB transactions are not used on the request path. */
const SINGLE = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** Which items a request would change; none for reads and for tables that are not replicated. */
export function writtenItems(
  operation: string,
  body: Item,
  tables: ReadonlyMap<string, TableConfig>,
): readonly Written[] {
  if (SINGLE.has(operation)) {
    const table = tables.get(String(body['TableName']));
    const source = operation === 'PutItem' ? body['Item'] : body['Key'];
    return table === undefined || !isItem(source) ? [] : [keyed(table, source)];
  }
  if (operation !== 'BatchWriteItem' || !isItem(body['RequestItems'])) return [];
  return Object.entries(body['RequestItems']).flatMap(([name, requests]) => {
    const table = tables.get(name);
    if (table === undefined || !Array.isArray(requests)) return [];
    return requests.flatMap((request: unknown) => {
      const source = batchSource(request);
      return source === undefined ? [] : [keyed(table, source)];
    });
  });
}

function batchSource(request: unknown): Item | undefined {
  if (!isItem(request)) return undefined;
  const put = request['PutRequest'];
  const del = request['DeleteRequest'];
  const source = isItem(put) ? put['Item'] : isItem(del) ? del['Key'] : undefined;
  return isItem(source) ? source : undefined;
}

function keyed(table: TableConfig, source: Item): Written {
  const names = table.keySchema.map((element) => element.AttributeName);
  return {
    table: table.name,
    key: Object.fromEntries(names.map((name) => [name, source[name]])),
  };
}

/** Equal for equal items: keys are written in the order of the key schema. */
export function itemId({ table, key }: Written): string {
  return JSON.stringify([table, key]);
}

export function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
