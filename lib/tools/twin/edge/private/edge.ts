import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { Edge, EdgeBehavior, EdgeOptions, EdgeTarget, ObjectOrigin } from '..';
import type { ViewerFunction } from './viewer-function';
import { compileViewerFunction } from './viewer-function';

/** How long an origin may take to answer, in seconds, as CloudFront's default. */
const ORIGIN_TIMEOUT_SECONDS = 30;

/** How long an idle connection of a viewer is kept, in milliseconds. */
const KEEP_ALIVE_MS = 60_000;

/** Starts the stand-in of the CDN: it picks an origin by path and adds the origin's headers. */
export function startEdge(options: EdgeOptions): Promise<Edge> {
  const { address, port } = options;
  const distribution = new Distribution(options);
  const server = createServer((request, response) => {
    distribution.serve(request, response).catch(() => {
      fail(response, 502);
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      resolve({
        url: `http://${address}:${port}`,
        close: () => {
          server.close();
          server.closeAllConnections();
          distribution.close();
        },
      });
    });
  });
}

type Behavior = Omit<EdgeBehavior, 'pattern'>;

/** The first behavior whose pattern matches the path, else the default. */
export function chooseBehavior(
  options: Pick<EdgeOptions, 'behaviors' | 'otherwise'>,
  path: string,
): Behavior {
  return options.behaviors.find(({ pattern }) => matches(pattern, path)) ?? options.otherwise;
}

/** CloudFront ignores a leading slash of a pattern. */
function matches(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/^\//, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^/${source}$`, 's').test(path);
}

type Headers = Record<string, string | string[]>;

class Distribution {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly functions = new Map<string, ViewerFunction>();

  public constructor(private readonly options: EdgeOptions) {}

  public async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const { target, viewerFunction } = chooseBehavior(this.options, path);
    if (target.kind === 'balancers') {
      await this.toBalancer(target, request, response);
      return;
    }
    const key = path === '/' ? `/${this.options.rootObject}` : path;
    const outcome = this.compiled(viewerFunction)?.(request.method ?? 'GET', key) ?? {
      kind: 'request',
      uri: key,
    };
    if (outcome.kind === 'request') {
      await this.toObjects(target, outcome.uri, request, response);
      return;
    }
    response.writeHead(outcome.status, outcome.headers);
    response.end(request.method === 'HEAD' ? undefined : outcome.body);
  }

  public close(): void {
    this.agent.destroy();
  }

  private async toBalancer(
    target: Extract<EdgeTarget, { kind: 'balancers' }>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const viewer = viewerOf(request);
    const region = this.options.region ?? this.options.steer?.(target.host, viewer);
    const url = region === undefined ? undefined : target.urls[region];
    if (region === undefined || url === undefined) {
      fail(response, 502);
      return;
    }
    const hop = request.socket.remoteAddress ?? '';
    const before = request.headers['x-forwarded-for'];
    const headers: Headers = {
      ...forwardable(request),
      'x-forwarded-for': before === undefined ? hop : `${String(before)}, ${hop}`,
      via: '1.1 meridian-twin (stands for CloudFront)',
      ...target.headers,
    };
    const answer = await this.fetch(request, url, request.url ?? '/', headers);
    relay(answer, response, region);
  }

  private async toObjects(
    target: Extract<EdgeTarget, { kind: 'objects' }>,
    key: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      fail(response, 403);
      return;
    }
    const members = this.inOrder(target.members);
    for (const [at, member] of members.entries()) {
      const last = at === members.length - 1;
      const answer = await this.fetch(request, member.url, key, { host: member.host }).catch(
        (error: unknown) => {
          if (last) throw error;
          return undefined;
        },
      );
      if (answer === undefined) continue;
      if (!last && target.failoverStatuses.includes(answer.statusCode ?? 502)) {
        answer.resume();
        continue;
      }
      relay(answer, response, member.region);
      return;
    }
    fail(response, 502);
  }

  private compiled(code: string | undefined): ViewerFunction | undefined {
    if (code === undefined) return undefined;
    const known = this.functions.get(code) ?? compileViewerFunction(code);
    this.functions.set(code, known);
    return known;
  }

  /** A Region's own listener asks that Region's bucket first. */
  private inOrder(members: readonly ObjectOrigin[]): readonly ObjectOrigin[] {
    const own = members.filter(({ region }) => region === this.options.region);
    return [...own, ...members.filter((member) => !own.includes(member))];
  }

  private fetch(
    request: IncomingMessage,
    base: string,
    path: string,
    headers: Headers,
  ): Promise<IncomingMessage> {
    const { hostname, port } = new URL(base);
    return new Promise((resolve, reject) => {
      const { method = 'GET' } = request;
      const outgoing = httpRequest({ hostname, port, path, method, headers, agent: this.agent });
      outgoing.setTimeout(ORIGIN_TIMEOUT_SECONDS * 1000, () =>
        outgoing.destroy(new Error('the origin did not answer')),
      );
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
      request.once('aborted', () => outgoing.destroy());
      if (method === 'GET' || method === 'HEAD') outgoing.end();
      else request.pipe(outgoing);
    });
  }
}

/** The address that steers: the first of X-Forwarded-For, so that a vantage point can be tried. */
function viewerOf(request: IncomingMessage): string {
  const forwarded = request.headers['x-forwarded-for'];
  const first =
    String(forwarded ?? '')
      .split(',', 1)[0]
      ?.trim() ?? '';
  return first === '' ? (request.socket.remoteAddress ?? '') : first;
}

const HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade']);

function forwardable(request: IncomingMessage): Headers {
  const entries = Object.entries(request.headers).flatMap(([name, value]) =>
    HOP.has(name) || value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

function relay(answer: IncomingMessage, response: ServerResponse, region: string): void {
  for (const [name, value] of Object.entries(answer.headers)) {
    if (!HOP.has(name) && value !== undefined) response.setHeader(name, value);
  }
  response.setHeader('x-twin-region', region);
  response.writeHead(answer.statusCode ?? 502);
  answer.on('error', () => response.destroy());
  answer.pipe(response);
}

function fail(response: ServerResponse, status: number): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(
    status === 403
      ? 'static files are read-only\n'
      : 'no Region answered (stand-in of the CDN, meridian twin)\n',
  );
}
