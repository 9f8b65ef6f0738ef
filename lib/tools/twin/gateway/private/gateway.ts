import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { startEdge } from '../../edge';
import type { Service } from '../../processes';
import type { Action, GatewayConfig, GatewayReady } from '..';
import { FunctionPool } from './pool';
import { chooseAction } from './rules';
import type { HttpResponse } from './translate';
import { fromResult, PAYLOAD_LIMIT, toEvent } from './translate';

/** How long an idle connection of a client is kept, in milliseconds. */
const KEEP_ALIVE_MS = 60_000;

/** Starts a Region's load balancer, its functions, and the listener that stands for the CDN. */
export async function startGateway(config: GatewayConfig): Promise<Service<GatewayReady>> {
  const { address, port, edgePort, functions, instanceProgram, log } = config;
  const pools = new Map(
    Object.entries(functions).map(([key, of]) => [
      key,
      new FunctionPool(of, { program: instanceProgram, log }),
    ]),
  );
  const balancer = new LoadBalancer(config, pools);
  const server = createServer((request, response) => {
    balancer.serve(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await Promise.all([
    listen(server, address, port),
    ...[...pools.values()].map((pool) => pool.warm()),
  ]);
  const edge = await startEdge({ ...config.edge, address, port: edgePort });
  return {
    ready: { url: `http://${address}:${port}`, edgeUrl: `http://${address}:${edgePort}` },
    answer: (topic) =>
      topic === 'instances'
        ? Object.fromEntries([...pools].map(([key, pool]) => [key, pool.size]))
        : undefined,
    close: async () => {
      server.close();
      server.closeAllConnections();
      edge.close();
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

class LoadBalancer {
  public constructor(
    private readonly config: GatewayConfig,
    private readonly pools: ReadonlyMap<string, FunctionPool>,
  ) {}

  public async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const path = url.split('?', 1)[0] ?? '/';
    const action = chooseAction(this.config.listener, { method, path, headers });
    write(response, method, await this.perform(action, request));
  }

  private async perform(action: Action, request: IncomingMessage): Promise<HttpResponse> {
    if (action.kind === 'fixed-response') {
      const { status, contentType, body } = action;
      return { status, headers: { 'content-type': contentType }, body: Buffer.from(body) };
    }
    const group = this.config.targetGroups[action.targetGroup];
    const pool = group === undefined ? undefined : this.pools.get(group.function);
    if (group === undefined || pool === undefined) return failure(503, 'Service Unavailable');
    const body = await readBody(request);
    if (body === undefined) return failure(413, 'Request Entity Too Large');
    const event = toEvent(
      {
        method: request.method ?? 'GET',
        target: request.url ?? '/',
        rawHeaders: request.rawHeaders,
        body,
        clientAddress: request.socket.remoteAddress ?? '',
        port: this.config.port,
        traceId: `Root=1-${Math.trunc(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
      },
      group,
    );
    const outcome = await pool.invoke(event);
    const response =
      outcome.kind === 'result' ? fromResult(outcome.value, group.multiValueHeaders) : undefined;
    if (outcome.kind === 'failed') console.error(`${group.function}: ${outcome.reason}`);
    return response ?? failure(502, 'Bad Gateway');
  }
}

function write(response: ServerResponse, method: string, answer: HttpResponse): void {
  if (response.destroyed) return;
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  const bodyless = method === 'HEAD' || answer.status === 204 || answer.status === 304;
  if (!bodyless) response.setHeader('content-length', answer.body.length);
  response.writeHead(answer.status);
  response.end(bodyless ? undefined : answer.body);
}

/** The load balancer's own pages are HTML. */
function failure(status: number, words: string): HttpResponse {
  const title = `${status} ${words}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, headers: { 'content-type': 'text/html' }, body: Buffer.from(body) };
}

/** @returns undefined where the body is larger than a function may get */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= PAYLOAD_LIMIT) chunks.push(chunk);
    // Far above the limit nobody waits for the answer: the connection is cut.
    if (length > 8 * PAYLOAD_LIMIT) break;
  }
  return length > PAYLOAD_LIMIT ? undefined : Buffer.concat(chunks);
}

function listen(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
}
