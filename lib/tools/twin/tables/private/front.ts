import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Agent, createServer } from 'node:http';
import type { Service } from '../../processes';
import type { BlobMetadata } from '../../blobs';
import { BLOB_PATH, BlobsFront } from '../../blobs';
import { QueuesFront, Workers } from '../../queues';
import type { TablesConfig, TablesReady } from '..';
import type { Reply } from './database';
import { Database, send } from './database';
import { serveObject } from './objects';
import { RememberedReads } from './remembered-reads';
import type { Change } from './replicated';
import { ReplicatedTables } from './replicated';
import { Secrets } from './secrets';
import { isItem, writtenItems } from './writes';

/** Of X-Ray's OTLP endpoint. */
const TRACES_PATH = '/v1/traces';
const REPLICATION_PATH = '/_twin/replicate';
const TOKEN_HEADER = 'x-meridian-twin';
/** Largest request body in bytes, as DynamoDB has it. */
const BODY_LIMIT = 16 * 1024 * 1024;
/** Operations that change nothing; whatever else there is may. */
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);

/** Starts the stand-ins of one Region behind one address. */
export async function startTables(config: TablesConfig): Promise<Service<TablesReady>> {
  const front = new Front(config, await Database.start(config.address, config.tables));
  const server = await front.listen();
  const { queues } = config;
  const workers =
    queues?.instance === undefined
      ? undefined
      : new Workers({ ...queues, instance: queues.instance });
  workers?.start();
  return {
    ready: { url: `http://${config.address}:${config.port}` },
    answer: (topic) => {
      if (topic === 'replication') return front.tables.state();
      if (topic === 'blobs') return front.blobs?.state() ?? {};
      return topic === 'queues' ? (front.queues?.depth() ?? {}) : undefined;
    },
    close: async () => {
      await workers?.close();
      front.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

class Front {
  public readonly tables: ReplicatedTables;
  public readonly queues: QueuesFront | undefined;
  public readonly blobs: BlobsFront | undefined;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly reads = new RememberedReads();
  private readonly secrets: Secrets;
  private readonly byName: ReadonlyMap<string, TablesConfig['tables'][number]>;

  public constructor(
    private readonly config: TablesConfig,
    private readonly database: Database,
  ) {
    const { region, account, tables, secrets } = config;
    this.secrets = new Secrets(region, account, secrets);
    this.queues = config.queues && new QueuesFront(config.queues);
    this.blobs = config.blobs && new BlobsFront(config.blobs, config.buckets, config.token);
    this.byName = new Map(tables.map((table) => [table.name, table]));
    this.tables = new ReplicatedTables(region, tables, database, (url, changes) =>
      this.deliver(url, changes),
    );
  }

  public listen(): Promise<Server> {
    const server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        answer(response, 500, { __type: 'InternalServerError', message: String(error) });
      });
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.config.port, this.config.address, () => {
        resolve(server);
      });
    });
  }

  public close(): void {
    this.tables.close();
    this.database.close();
    this.blobs?.close();
    this.agent.destroy();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === TRACES_PATH) {
      // Spans are taken as X-Ray takes them, and kept nowhere: log lines bear the ids.
      request.resume();
      answer(response, 200, {});
      return;
    }
    const target = request.headers['x-amz-target'];
    if (typeof target !== 'string' && ![REPLICATION_PATH, BLOB_PATH].includes(request.url ?? '')) {
      if ((await this.blobs?.serve(request, response)) === true) return;
      await serveObject(this.config.buckets, request, response);
      return;
    }
    if (this.queues !== undefined && String(target).startsWith('AmazonSQS.')) {
      this.queues.answer(request, response);
      return;
    }
    const body = await readBody(request);
    if (body === undefined) {
      answer(response, 413, { __type: 'RequestEntityTooLargeException' });
    } else if (request.url === BLOB_PATH || request.url === REPLICATION_PATH) {
      await this.fromPeer(request, body, response);
    } else {
      await this.call(String(target), request, body, response);
    }
  }

  private async call(
    target: string,
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    const [service = '', operation = ''] = target.split('.');
    const input: unknown = parseJson(body);
    if (service === 'secretsmanager') {
      const reply = this.secrets.answer(operation, input);
      answer(response, reply.status, reply.body, 'application/x-amz-json-1.1');
      return;
    }
    const reply = await this.dynamo(operation, request, isItem(input) ? input : {}, body);
    response.writeHead(reply.status, withoutHop(reply.headers));
    response.end(reply.body);
  }

  private async dynamo(
    operation: string,
    request: IncomingMessage,
    input: Readonly<Record<string, unknown>>,
    body: Buffer,
  ): Promise<Reply> {
    const headers = requestHeaders(request);
    const strong = this.config.strong[String(input['TableName'])];
    if (strong !== undefined) {
      const { hostname, port } = new URL(strong);
      return send({ host: hostname, port, agent: this.agent }, headers, body);
    }
    const forward = () => this.database.forward(headers, body);
    if (READS.has(operation)) {
      return await this.reads.read(`${operation} ${body.toString('latin1')}`, forward);
    }
    return await this.reads.write(async () => {
      const items = writtenItems(operation, input, this.byName);
      if (items.length === 0) return await forward();
      const outcome = await this.tables.write(items, async () => {
        const reply = await forward();
        return { ok: reply.status === 200, reply };
      });
      return outcome.reply;
    });
  }

  /** What another Region's process sends. */
  private async fromPeer(
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    if (request.headers[TOKEN_HEADER] !== this.config.token) {
      answer(response, 403, { message: 'only processes of this twin replicate' });
    } else if (request.url === BLOB_PATH) {
      await this.receiveBlob(request, body, response);
    } else {
      await this.receive(body, response);
    }
  }

  private async receive(body: Buffer, response: ServerResponse): Promise<void> {
    await this.reads.write(async () => {
      for (const change of JSON.parse(body.toString()) as Change[]) await this.tables.apply(change);
    });
    answer(response, 200, {});
  }

  private async receiveBlob(
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    const { bucket, key, metadata } = JSON.parse(String(request.headers['x-blob'])) as {
      readonly bucket: string;
      readonly key: string;
      readonly metadata: BlobMetadata;
    };
    const taken = await this.blobs?.receive(bucket, decodeURIComponent(key), body, metadata);
    answer(response, taken === true ? 200 : 404, {});
  }

  private async deliver(url: string, changes: readonly Change[]): Promise<void> {
    const { hostname, port } = new URL(url);
    const reply = await send(
      { host: hostname, port, agent: this.agent, path: REPLICATION_PATH },
      { 'content-type': 'application/json', [TOKEN_HEADER]: this.config.token },
      Buffer.from(JSON.stringify(changes)),
    );
    if (reply.status !== 200) throw new Error(`replication to ${url}: status ${reply.status}`);
  }
}

/** @returns undefined where the body is larger than allowed */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host']);

function requestHeaders(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headers).flatMap(([name, value]) =>
    HOP.has(name) || value === undefined ? [] : [[name, String(value)] as const],
  );
  return Object.fromEntries(entries);
}

function withoutHop(headers: Reply['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      HOP.has(name) || value === undefined ? [] : [[name, value]],
    ),
  );
}

function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  type = 'application/x-amz-json-1.0',
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': type });
  response.end(JSON.stringify(body));
}
