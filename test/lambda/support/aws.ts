import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import type { AwsSettings } from '../../../lambda/environment';
import { AwsApi } from '../../../lambda/platform/aws';
import type { RotationEvent } from '../../../lambda/rotate/handler';
import { lambdaServer, ROTATION_STEPS, SecretsManager } from './secrets-manager';

/** Stand-ins for DynamoDB (dynalite), Secrets Manager and Lambda's Invoke on loopback. */
export interface FakeAws {
  readonly settings: AwsSettings;
  readonly api: AwsApi;
  /** Where the tables are. */
  readonly tables: { readonly address: string; readonly port: number };
  /** Current values by name. */
  readonly secrets: Map<string, string>;
  /** Of secrets, in other Regions. */
  readonly copies: Map<string, () => readonly object[]>;
  /** What may be invoked, by Region and name: `eu-west-1/NAME`. */
  readonly functions: Map<string, (payload: never) => Promise<unknown>>;
  /** Calls a rotation function as Secrets Manager does. */
  rotate(name: string, rotation: (event: RotationEvent) => Promise<void>): Promise<void>;
  createTable(name: string, key: string, sortKey?: string): Promise<void>;
  /** Copies what has changed since the last time, as a global table's replication does. */
  replicate(from: string, to: string): Promise<void>;
  stop(): Promise<void>;
}

const REGION = 'eu-central-1';

export async function startFakeAws(): Promise<FakeAws> {
  const dynamodb = await listen(dynalite({ createTableMs: 0 }) as Server);
  const secrets = new SecretsManager();
  const functions: FakeAws['functions'] = new Map();
  const manager = await listen(secrets.server());
  const lambda = await listen(lambdaServer(functions));
  const settings: AwsSettings = {
    credentials: () => Promise.resolve({ accessKeyId: 'local', secretAccessKey: 'local' }),
    endpoints: {
      dynamodb: urlOf(dynamodb),
      secretsmanager: urlOf(manager),
      lambda: urlOf(lambda),
    },
  };
  const api = new AwsApi(settings);
  const call = (operation: string, body: object) =>
    api.call({
      service: 'dynamodb',
      region: REGION,
      target: `DynamoDB_20120810.${operation}`,
      body,
    });
  /** Items as they were copied, by tables and key. */
  const copied = new Map<string, Map<string, string>>();
  return {
    settings,
    api,
    tables: { address: '127.0.0.1', port: (dynamodb.address() as AddressInfo).port },
    secrets: secrets.current,
    copies: secrets.copies,
    functions,
    rotate: async (name, rotation) => {
      const ClientRequestToken = randomUUID();
      secrets.begin(name, ClientRequestToken);
      const SecretId = `arn:aws:secretsmanager:${REGION}:123456789012:secret:${name}-AbCdEf`;
      for (const Step of ROTATION_STEPS) await rotation({ Step, SecretId, ClientRequestToken });
    },
    createTable: async (TableName, key, sortKey) => {
      const names = [key, ...(sortKey === undefined ? [] : [sortKey])];
      await call('CreateTable', {
        TableName,
        AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: names.map((AttributeName) => ({
          AttributeName,
          KeyType: AttributeName === key ? 'HASH' : 'RANGE',
        })),
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      });
      for (;;) {
        const { Table: table } = await call('DescribeTable', { TableName });
        if ((table as { TableStatus: string }).TableStatus === 'ACTIVE') return;
      }
    },
    replicate: async (from, to) => {
      const { Items } = await call('Scan', { TableName: from });
      const now = new Map((Items as Item[]).map((item) => [JSON.stringify(keyOf(item)), item]));
      const before = copied.get(`${from} ${to}`) ?? new Map<string, string>();
      for (const [key, item] of now) {
        const text = JSON.stringify(item);
        if (before.get(key) !== text) await call('PutItem', { TableName: to, Item: item });
        before.set(key, text);
      }
      for (const key of [...before.keys()].filter((one) => !now.has(one))) {
        await call('DeleteItem', { TableName: to, Key: JSON.parse(key) as Item });
        before.delete(key);
      }
      copied.set(`${from} ${to}`, before);
    },
    stop: async () => {
      await Promise.all([dynamodb, manager, lambda].map(close));
    },
  };
}

type Item = Readonly<Record<string, unknown>>;

/** Of the tables that are replicated in tests. */
function keyOf(item: Item): Item {
  for (const sortKey of ['at', 'revision'])
    if (sortKey in item) return { userId: item.userId, [sortKey]: item[sortKey] };
  return 'key' in item ? { key: item.key } : { sid: item.sid };
}

/** What the workload keeps for itself, as lib/config/tables.ts has it. */
export async function createOwnTables(aws: FakeAws, region: string): Promise<void> {
  await aws.createTable(`notifications-${region}`, 'userId', 'at');
  await aws.createTable(`drafts-${region}`, 'userId', 'revision');
}

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

export function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
