import { mkdirSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { QueueDepth, QueuesConfig, QueuesReady } from '..';
import type { Service } from '../../processes';
import { Journal } from './journal';
import { OPERATIONS, Refusal } from './operations';
import { Queue } from './queue';

/** The most that SQS takes in one request, with room for the envelope. */
const BODY_LIMIT = 2 * 1024 * 1024;
const TARGET = /^AmazonSQS\.(\w+)$/;
const QUEUE_URL = /^https?:\/\/[^/]*?([a-z]{2}(?:-[a-z]+)+-\d)[^/]*\/(\d{12})\/([\w.-]+)$/;
const PEER_TIMEOUT_MS = 2_000;

/** Starts the stand-in of one Region's queues: SQS's JSON protocol over HTTP. */
export async function startQueues(config: QueuesConfig): Promise<Service<QueuesReady>> {
  const front = new QueuesFront(config);
  const server = await front.listen();
  return {
    ready: { url: `http://${config.address}:${config.port}` },
    answer: (topic) => (topic === 'depth' ? front.depth() : undefined),
    close: () => {
      server.close();
      server.closeAllConnections();
      return Promise.resolve();
    },
  };
}

/** Answers what is asked of the queues of a Region. */
export class QueuesFront {
  private readonly queues = new Map<string, Queue>();

  public constructor(private readonly config: QueuesConfig) {
    mkdirSync(config.directory, { recursive: true });
    for (const queue of config.queues) {
      const journal = new Journal(join(config.directory, `${queue.name}.jsonl`));
      const deadLetters = () => this.queues.get(queue.redrive?.queue ?? '');
      this.queues.set(queue.name, new Queue(queue, journal, deadLetters));
    }
  }

  public depth(): Readonly<Record<string, QueueDepth>> {
    return Object.fromEntries([...this.queues].map(([name, queue]) => [name, queue.depth()]));
  }

  public listen(): Promise<Server> {
    const server = createServer((request, response) => {
      this.answer(request, response);
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.config.port, this.config.address, () => {
        resolve(server);
      });
    });
  }

  public answer(request: IncomingMessage, response: ServerResponse): void {
    this.serve(request, response).catch((error: unknown) => {
      if (error instanceof Refusal) answer(response, 400, fault(error.type, error.message));
      else answer(response, 500, fault('InternalFailure', String(error)));
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.headers['x-amz-target'];
    const [, name = ''] = TARGET.exec(typeof target === 'string' ? target : '') ?? [];
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (operation === undefined)
      throw new Refusal('InvalidAction', `the twin's queues do not know ${String(target)}`);
    const text = await bodyOf(request);
    const input = parse(text);
    const [, region = '', account = '', queueName = ''] =
      QUEUE_URL.exec(String(input['QueueUrl'])) ?? [];
    const peer = this.config.peers[region];
    if (region !== this.config.region && peer !== undefined) {
      await this.handOn(peer, request, text, response);
      return;
    }
    const queue =
      region === this.config.region && account === this.config.account
        ? this.queues.get(queueName)
        : undefined;
    if (queue === undefined)
      throw new Refusal('QueueDoesNotExist', 'The specified queue does not exist.');
    answer(response, 200, await operation(queue, input));
  }

  /** A queue of another Region is reached over the link between the Regions. */
  private async handOn(
    peer: string,
    request: IncomingMessage,
    body: string,
    response: ServerResponse,
  ): Promise<void> {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': String(request.headers['x-amz-target']),
    };
    const signal = AbortSignal.timeout(PEER_TIMEOUT_MS);
    const reply = await fetch(peer, { method: 'POST', headers, body, signal });
    answer(response, reply.status, (await reply.json()) as object);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Refusal('BatchRequestTooLong', 'The request is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new Refusal('MalformedInput', 'the body is no JSON object');
}

function fault(type: string, message: string): object {
  return { __type: `com.amazonaws.sqs#${type}`, message };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(body));
}
