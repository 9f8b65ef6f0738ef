import type * as DynamoDb from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createRequire } from 'node:module';
import type { Topology } from '../../failover';
import type { Estate, Holder } from '../model';
import { reasonOf } from './look';

/** Loaded on first use: half a second. */
const load = createRequire(__filename);
const sdk = (): typeof DynamoDb => load('@aws-sdk/client-dynamodb') as typeof DynamoDb;

/** `id` of the item that holds the document (lambda/topology.ts), and of the one beside it. */
const TOPOLOGY_ID = 'topology';
const LOCK_ID = 'operation';

/** A replica of the control table, which any of them answers for all. */
export interface Replica {
  readonly region: string;
  /** @default that of AWS, or of `AWS_ENDPOINT_URL` */
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The strongly consistent control table; a replica that does not answer is passed over. */
export class ControlTable {
  private readonly clients: readonly { readonly region: string; readonly client: DynamoDBClient }[];
  private preferred = 0;

  public constructor(
    replicas: readonly Replica[],
    private readonly table: string,
  ) {
    const { DynamoDBClient: Client } = sdk();
    this.clients = replicas.map((replica) => ({
      region: replica.region,
      client: new Client({
        ...replica,
        maxAttempts: 4,
        requestHandler: { connectionTimeout: 2_000, requestTimeout: 4_000 },
      }),
    }));
  }

  public async read(): Promise<Topology> {
    const { Item: item } = await this.send((client) =>
      client.send(
        new (sdk().GetItemCommand)({
          ...{ TableName: this.table, Key: { id: { S: TOPOLOGY_ID } }, ConsistentRead: true },
        }),
      ),
    );
    const text = item?.['document']?.S;
    if (text === undefined) throw new Error(`${this.table} holds no topology document`);
    return JSON.parse(text) as Topology;
  }

  public replace(next: Topology, expectedEpoch: number): Promise<boolean> {
    return this.putWhere(
      {
        id: { S: TOPOLOGY_ID },
        epoch: { N: String(next.epoch) },
        document: { S: JSON.stringify(next) },
      },
      'epoch = :expected',
      { ':expected': { N: String(expectedEpoch) } },
    );
  }

  public async hold(holder: Holder, now: number): Promise<Holder> {
    const { operation, id, until } = holder;
    const taken = await this.putWhere(
      {
        ...{ id: { S: LOCK_ID }, holder: { S: id }, operation: { S: operation } },
        expires: { N: String(until) },
      },
      'attribute_not_exists(id) OR expires < :now OR holder = :holder',
      { ':now': { N: String(now) }, ':holder': { S: id } },
    );
    return taken ? holder : ((await this.holder(now)) ?? this.hold(holder, now));
  }

  public async release(id: string): Promise<void> {
    const { DeleteItemCommand } = sdk();
    await this.conditional((client) =>
      client.send(
        new DeleteItemCommand({
          ...{ TableName: this.table, Key: { id: { S: LOCK_ID } } },
          ConditionExpression: 'holder = :holder',
          ExpressionAttributeValues: { ':holder': { S: id } },
        }),
      ),
    );
  }

  public async holder(now: number): Promise<Holder | undefined> {
    const { Item: item } = await this.send((client) =>
      client.send(
        new (sdk().GetItemCommand)({
          ...{ TableName: this.table, Key: { id: { S: LOCK_ID } }, ConsistentRead: true },
        }),
      ),
    );
    const until = Number(item?.['expires']?.N ?? 0);
    if (item === undefined || until < now) return undefined;
    return { operation: item['operation']?.S ?? '', id: item['holder']?.S ?? '', until };
  }

  public close(): void {
    for (const { client } of this.clients) client.destroy();
  }

  private putWhere(
    item: Record<string, { S: string } | { N: string }>,
    condition: string,
    values: Record<string, { S: string } | { N: string }>,
  ): Promise<boolean> {
    return this.conditional((client) =>
      client.send(
        new (sdk().PutItemCommand)({
          ...{ TableName: this.table, Item: item, ConditionExpression: condition },
          ExpressionAttributeValues: values,
        }),
      ),
    );
  }

  private async conditional(
    request: (client: DynamoDBClient) => Promise<unknown>,
  ): Promise<boolean> {
    try {
      await this.send(request);
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  /** @throws what the last replica threw, with the reasons of all in its message */
  private async send<T>(request: (client: DynamoDBClient) => Promise<T>): Promise<T> {
    const reasons: string[] = [];
    for (let turn = 0; turn < this.clients.length; turn += 1) {
      const at = (this.preferred + turn) % this.clients.length;
      const replica = this.clients[at];
      if (replica === undefined) break;
      try {
        const answer = await request(replica.client);
        this.preferred = at;
        return answer;
      } catch (error) {
        // The table has answered: no other would say anything else.
        if (isRefusal(error)) throw error;
        reasons.push(`${replica.region}: ${reasonOf(error)}`);
      }
    }
    throw new Error(`the control table does not answer (${reasons.join('; ')})`);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/** What an estate needs of it. */
export function controlOf(table: ControlTable): Estate['control'] {
  return {
    read: () => table.read(),
    replace: (next, expected) => table.replace(next, expected),
    hold: (holder, now) => table.hold(holder, now),
    release: (id) => table.release(id),
    holder: (now) => table.holder(now),
  };
}
