import type { Server } from 'node:http';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import type { TableConfig } from '..';
import type { ItemStore } from './replicated';
import type { Item } from './writes';
import { isItem } from './writes';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** DynamoDB's interface over items in memory, by dynalite. */
export class Database implements ItemStore {
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly server: Server,
    private readonly address: string,
    private readonly port: number,
  ) {}

  /** Creates the tables and listens on a free port of `address`. */
  public static async start(address: string, tables: readonly TableConfig[]): Promise<Database> {
    const server = dynalite({ createTableMs: 0 }) as Server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, address, resolve);
    });
    const database = new Database(server, address, (server.address() as AddressInfo).port);
    for (const table of tables) await database.create(table);
    return database;
  }

  /** Passes a request on as it came. */
  public forward(headers: Readonly<Record<string, string>>, body: Buffer): Promise<Reply> {
    return send({ host: this.address, port: this.port, agent: this.agent }, headers, body);
  }

  public async get(table: string, key: Item): Promise<Item | undefined> {
    const body = await this.call('GetItem', { TableName: table, Key: key, ConsistentRead: true });
    return isItem(body['Item']) ? body['Item'] : undefined;
  }

  public async put(table: string, item: Item): Promise<void> {
    await this.call('PutItem', { TableName: table, Item: item });
  }

  public async remove(table: string, key: Item): Promise<void> {
    await this.call('DeleteItem', { TableName: table, Key: key });
  }

  public close(): void {
    this.agent.destroy();
    this.server.close();
    this.server.closeAllConnections();
  }

  private async create(table: TableConfig): Promise<void> {
    await this.call('CreateTable', {
      TableName: table.name,
      KeySchema: table.keySchema,
      AttributeDefinitions: table.attributes,
      BillingMode: 'PAY_PER_REQUEST',
      ...(table.indexes.length > 0 ? { GlobalSecondaryIndexes: table.indexes } : {}),
    });
    // Becomes active in the next turn of its event loop.
    for (;;) {
      const { Table } = await this.call('DescribeTable', { TableName: table.name });
      if (isItem(Table) && Table['TableStatus'] === 'ACTIVE') return;
    }
  }

  /** @throws Error with DynamoDB's own words */
  private async call(operation: string, input: Item): Promise<Item> {
    const reply = await this.forward(
      {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        // dynalite demands that a request is signed; it does not check the signature.
        authorization:
          'AWS4-HMAC-SHA256 Credential=twin/20260101/local/dynamodb/aws4_request, ' +
          'SignedHeaders=host, Signature=0',
        'x-amz-date': '20260101T000000Z',
      },
      Buffer.from(JSON.stringify(input)),
    );
    const text = reply.body.toString();
    if (reply.status !== 200) throw new Error(`${operation}: ${text}`);
    return JSON.parse(text) as Item;
  }
}

interface Destination {
  readonly host: string;
  readonly port: number | string;
  readonly agent: Agent;
  readonly path?: string;
}

/** Longest wait for an answer, in milliseconds. */
const TIMEOUT_MS = 5_000;

export function send(
  to: Destination,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length = String(body.length);
    const outgoing = request(
      { ...to, method: 'POST', headers: { ...headers, 'content-length': length } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const { statusCode = 502, headers: received } = incoming;
          resolve({ status: statusCode, headers: received, body: Buffer.concat(chunks) });
        });
      },
    );
    outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(new Error('no answer')));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
