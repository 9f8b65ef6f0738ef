import type { ControlTable, Topology } from '../../../operations/failover';
import type { Place } from '../../plan';

/** `id` of the item that holds the document (lambda/topology.ts). */
const TOPOLOGY_ID = 'topology';
const TIMEOUT_MS = 3_000;

/** What of the document tells where a shard's databases are. */
export interface Placement {
  readonly shards: Readonly<
    Record<
      string,
      {
        readonly domains: Readonly<
          Record<
            string,
            {
              readonly database: string;
              readonly endpoints: Readonly<Record<string, { readonly writer: string }>>;
            }
          >
        >;
      }
    >
  >;
}

/** The strongly consistent table by DynamoDB's interface: operators reach it without any Region. */
export class ControlClient implements ControlTable {
  public constructor(
    private readonly place: Place,
    private readonly table: string,
  ) {}

  public async read(): Promise<Topology & Placement> {
    const { Item } = await this.call('GetItem', {
      ...{ TableName: this.table, Key: { id: { S: TOPOLOGY_ID } }, ConsistentRead: true },
    });
    const text = (Item as { document?: { S?: string } } | undefined)?.document?.S;
    if (text === undefined) throw new Error('no topology document has been seeded');
    return JSON.parse(text) as Topology & Placement;
  }

  public async replace(next: Topology, expectedEpoch: number): Promise<boolean> {
    try {
      await this.call('PutItem', {
        TableName: this.table,
        Item: {
          id: { S: TOPOLOGY_ID },
          epoch: { N: String(next.epoch) },
          document: { S: JSON.stringify(next) },
        },
        ConditionExpression: 'epoch = :expected',
        ExpressionAttributeValues: { ':expected': { N: String(expectedEpoch) } },
      });
      return true;
    } catch (error) {
      if (String(error).includes('ConditionalCheckFailed')) return false;
      throw error;
    }
  }

  private async call(operation: string, input: object): Promise<Readonly<Record<string, unknown>>> {
    const { address, port } = this.place;
    const answer = await fetch(`http://${address}:${port}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        // The stand-in demands that a request is signed; it does not check the signature.
        authorization:
          'AWS4-HMAC-SHA256 Credential=twin/20260101/local/dynamodb/aws4_request, ' +
          'SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${operation}: ${text}`);
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  }
}
