import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import type { AwsSettings } from '../../../lambda/environment';
import { AwsApi } from '../../../lambda/platform/aws';

/** Stand-ins for DynamoDB (dynalite) and Secrets Manager on loopback. */
export interface FakeAws {
  readonly settings: AwsSettings;
  readonly api: AwsApi;
  readonly secrets: Map<string, string>;
  createTable(name: string, key: string): Promise<void>;
  /** Copies all items, as a global table's replication does, sooner or later. */
  replicate(from: string, to: string): Promise<void>;
  stop(): Promise<void>;
}

const REGION = 'eu-central-1';

export async function startFakeAws(): Promise<FakeAws> {
  const dynamodb = await listen(dynalite({ createTableMs: 0 }) as Server);
  const secrets = new Map<string, string>();
  const manager = await listen(secretsManager(secrets));
  const settings: AwsSettings = {
    credentials: () => Promise.resolve({ accessKeyId: 'local', secretAccessKey: 'local' }),
    endpoints: { dynamodb: urlOf(dynamodb), secretsmanager: urlOf(manager) },
  };
  const api = new AwsApi(settings);
  const call = (operation: string, body: object) =>
    api.call({
      service: 'dynamodb',
      region: REGION,
      target: `DynamoDB_20120810.${operation}`,
      body,
    });
  return {
    settings,
    api,
    secrets,
    createTable: async (TableName, AttributeName) => {
      await call('CreateTable', {
        TableName,
        AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
        KeySchema: [{ AttributeName, KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      });
      for (;;) {
        const { Table: table } = await call('DescribeTable', { TableName });
        if ((table as { TableStatus: string }).TableStatus === 'ACTIVE') return;
      }
    },
    replicate: async (from, to) => {
      const { Items: items } = await call('Scan', { TableName: from });
      for (const Item of items as object[]) await call('PutItem', { TableName: to, Item });
    },
    stop: async () => {
      await Promise.all([dynamodb, manager].map(close));
    },
  };
}

function secretsManager(secrets: ReadonlyMap<string, string>): Server {
  return createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { SecretId } = JSON.parse(body) as { SecretId: string };
      const SecretString = secrets.get(SecretId);
      const found = SecretString !== undefined;
      response.writeHead(found ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify(found ? { SecretString } : { __type: 'ResourceNotFoundException' }),
      );
    });
  });
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
