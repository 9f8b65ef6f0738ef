import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { Edge, EdgeBehavior, EdgeOptions, EdgeTarget, ObjectOrigin } from '..';
import { addHeaders } from './response-headers';
import { KeyValues } from './key-values';
import type { ViewerFunction, ViewerOutcome } from './viewer-function';
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
        url: `http://${address}:${port === 0 ? portOf(server) : port}`,
        close: () => {
          server.close();
          server.closeAllConnections();
          distribution.close();
        },
      });
    });
  });
}

function portOf(server: Server): number {
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
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
  private readonly keyValues = new KeyValues();

  public constructor(private readonly options: EdgeOptions) {}

  public async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await this.keyValues.serve(request, response)) return;
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const { target, viewerFunction, responseHeaders } = chooseBehavior(this.options, path);
    if (responseHeaders !== undefined) addHeaders(response, responseHeaders);
    if (target.kind === 'balancers') {
      await this.toBalancer(target, request, response);
      return;
    }
    const root = target.kind === 'objects' && path === '/';
    const uri = root ? `/${this.options.rootObject}` : path;
    const outcome = await this.viewed(viewerFunction, uri, request);
    if (outcome.kind === 'response') {
      response.writeHead(outcome.status, outcome.headers);
      response.end(request.method === 'HEAD' ? undefined : outcome.body);
    } else if (target.kind === 'objects') {
      await this.toObjects(target, outcome.uri, request, response);
    } else {
      await this.toPicked(target, outcome, request, response);
    }
  }

  /** What the behavior's function makes of a request; the request as it is where there is none. */
  private async viewed(
    code: string | undefined,
    uri: string,
    request: IncomingMessage,
  ): Promise<ViewerOutcome> {
    const run = this.compiled(code);
    if (run === undefined) return { kind: 'request', uri, origins: [], failoverStatuses: [] };
    const country = this.options.countryOf?.(viewerOf(request));
    const headers = {
      host: (request.headers.host ?? '').replace(/:\d+$/, ''),
      ...(country !== undefined && { 'cloudfront-viewer-country': country }),
    };
    return await run({ method: request.method ?? 'GET', uri, headers });
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
    const headers = forwarded(request, target.headers);
    const answer = await this.fetch(request, url, request.url ?? '/', headers);
    relay(answer, response, region);
  }

  /** The origins that the function picked, a write to the first alone. */
  private async toPicked(
    target: Extract<EdgeTarget, { kind: 'picked' }>,
    { origins, failoverStatuses }: Extract<ViewerOutcome, { kind: 'request' }>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const ids = origins.length === 0 ? [target.otherwise] : origins;
    const members = ids.flatMap((id) => target.origins[id] ?? []);
    const reads = ['GET', 'HEAD', 'OPTIONS'].includes(request.method ?? 'GET');
    await this.inTurn(reads ? members : members.slice(0, 1), failoverStatuses, response, (it) =>
      this.fetch(request, it.url, request.url ?? '/', forwarded(request, it.headers)),
    );
  }

  /** The first member that answers, and not with a status that sends on to the next. */
  private async inTurn<T extends { readonly region: string }>(
    members: readonly T[],
    failoverStatuses: readonly number[],
    response: ServerResponse,
    ask: (member: T) => Promise<IncomingMessage>,
  ): Promise<void> {
    for (const [at, member] of members.entries()) {
      const last = at === members.length - 1;
      const answer = await ask(member).catch((error: unknown) => {
        if (last) throw error;
        return undefined;
      });
      if (answer === undefined) continue;
      if (!last && failoverStatuses.includes(answer.statusCode ?? 502)) {
        answer.resume();
        continue;
      }
      relay(answer, response, member.region);
      return;
    }
    fail(response, 502);
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
    await this.inTurn(members, target.failoverStatuses, response, ({ url, host }) =>
      this.fetch(request, url, key, { host }),
    );
  }

  private compiled(code: string | undefined): ViewerFunction | undefined {
    if (code === undefined) return undefined;
    const known = this.functions.get(code) ?? compileViewerFunction(code, this.keyValues.values);
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

/** A viewer's request as the edge passes it on. */
function forwarded(request: IncomingMessage, own: Readonly<Record<string, string>>): Headers {
  const hop = request.socket.remoteAddress ?? '';
  const before = request.headers['x-forwarded-for'];
  return {
    ...forwardable(request),
    'x-forwarded-for': before === undefined ? hop : `${String(before)}, ${hop}`,
    via: '1.1 meridian-twin (stands for CloudFront)',
    ...own,
  };
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
