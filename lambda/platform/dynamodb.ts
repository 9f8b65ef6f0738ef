import { type AwsApi, AwsError } from './aws';

/** An attribute as the wire has it; the workload stores only strings and numbers. */
type Wire = { readonly S: string } | { readonly N: string };
/** An item in plain values. */
export type Item = Readonly<Record<string, string | number>>;

/** A condition or update, in DynamoDB's expression language with plain values. */
export interface Expression {
  /** @default no condition */
  readonly expression?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Item;
}

/** A run of the items of one partition, in the order of their sort keys. */
export interface Range {
  readonly partition: readonly [name: string, value: string];
  /** From and to, both inclusive. */
  readonly sort: readonly [name: string, from: string, to: string];
  readonly newestFirst: boolean;
  /** Most items that are looked at. @default as many as there are, page after page */
  readonly limit?: number;
}

/**
 * Operations on one table in one Region: of single items, and runs of one partition's. No transactions and no streams: conditional
 * writes of single items are all that the data model asks of a key-value store.
 */
export class Table {
  constructor(
    private readonly api: AwsApi,
    private readonly region: string,
    private readonly name: string,
  ) {}

  async get(key: Item, options: { readonly consistent: boolean }): Promise<Item | undefined> {
    const { Item: item } = await this.call('GetItem', {
      Key: toWire(key),
      ConsistentRead: options.consistent,
    });
    return item === undefined ? undefined : fromWire(item as Record<string, Wire>);
  }

  /** Whether the condition held; without one, always true. */
  put(item: Item, condition?: Expression): Promise<boolean> {
    return this.conditional('PutItem', { Item: toWire(item), ...asCondition(condition) });
  }

  update(key: Item, update: string, condition: Expression): Promise<boolean> {
    const input = { Key: toWire(key), UpdateExpression: update, ...asCondition(condition) };
    return this.conditional('UpdateItem', input);
  }

  delete(key: Item, condition: Expression): Promise<boolean> {
    return this.conditional('DeleteItem', { Key: toWire(key), ...asCondition(condition) });
  }

  /** Strongly consistent: what this Region wrote is in it. */
  async query(range: Range): Promise<readonly Item[]> {
    const found: Item[] = [];
    for (let start: unknown; ;) {
      const { Items, LastEvaluatedKey } = await this.call('Query', queryOf(range, start));
      found.push(...(Items as Record<string, Wire>[]).map(fromWire));
      if (LastEvaluatedKey === undefined || found.length >= (range.limit ?? Infinity)) return found;
      start = LastEvaluatedKey;
    }
  }

  /** How many items a range has, counted up to its limit. */
  async count(range: Range & { readonly limit: number }): Promise<number> {
    const { Count } = await this.call('Query', { ...queryOf(range, undefined), Select: 'COUNT' });
    return Number(Count);
  }

  private async conditional(operation: string, input: object): Promise<boolean> {
    try {
      await this.call(operation, input);
      return true;
    } catch (error) {
      if (error instanceof AwsError && error.type === 'ConditionalCheckFailedException')
        return false;
      throw error;
    }
  }

  private call(operation: string, input: object): Promise<Readonly<Record<string, unknown>>> {
    return this.api.call({
      service: 'dynamodb',
      region: this.region,
      target: `DynamoDB_20120810.${operation}`,
      body: { TableName: this.name, ...input },
    });
  }
}

function queryOf({ partition, sort, newestFirst, limit }: Range, start: unknown): object {
  return {
    KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#partition': partition[0], '#sort': sort[0] },
    ExpressionAttributeValues: toWire({
      ':partition': partition[1],
      ':from': sort[1],
      ':to': sort[2],
    }),
    ScanIndexForward: !newestFirst,
    ConsistentRead: true,
    ...(limit !== undefined && { Limit: limit }),
    ...(start !== undefined && { ExclusiveStartKey: start }),
  };
}

function asCondition(condition: Expression | undefined): object {
  if (condition === undefined) return {};
  return {
    ...(condition.expression !== undefined && { ConditionExpression: condition.expression }),
    ...(condition.names && { ExpressionAttributeNames: condition.names }),
    ...(condition.values && { ExpressionAttributeValues: toWire(condition.values) }),
  };
}

function toWire(item: Item): Record<string, Wire> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );
}

function fromWire(item: Readonly<Record<string, Wire>>): Item {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, 'N' in value ? Number(value.N) : value.S]),
  );
}
