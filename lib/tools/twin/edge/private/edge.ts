import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Edge, EdgeOptions } from '..';
import type { Arrived, Kept, Outcome } from './answer-cache';
import { AnswerCache } from './answer-cache';
import { chooseBehavior } from './behaviors';
import type { Behavior } from './behaviors';
import { cacheKey, encodingOf } from './cache-key';
import type { Asked } from './origins';
import { HOP, Origins, OriginSilent, viewerOf } from './origins';
import { addHeaders } from './response-headers';
import { KeyValues } from './key-values';
import type { ViewerFunction, ViewerOutcome } from './viewer-function';
import { compileViewerFunction } from './viewer-function';

/** How long an idle connection of a viewer is kept, in milliseconds. */
const KEEP_ALIVE_MS = 60_000;

/** Starts the stand-in of the CDN: it picks an origin by path and adds the origin's headers. */
export function startEdge(options: EdgeOptions): Promise<Edge> {
  const { address, port } = options;
  const distribution = new Distribution(options);
  const server = createServer((request, response) => {
    distribution.serve(request, response).catch((error: unknown) => {
      fail(response, error instanceof OriginSilent ? 504 : 502);
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

class Distribution {
  private readonly origins: Origins;
  private readonly answers: AnswerCache;
  private readonly functions = new Map<string, ViewerFunction>();
  private readonly keyValues = new KeyValues();

  public constructor(private readonly options: EdgeOptions) {
    this.origins = new Origins(options);
    this.answers = new AnswerCache(options.timeScale ?? 1);
  }

  public async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await this.keyValues.serve(request, response)) return;
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const behavior = chooseBehavior(this.options, path);
    const { target, viewerFunction, responseHeaders, caching } = behavior;
    if (responseHeaders !== undefined) addHeaders(response, responseHeaders);
    const root = target.kind === 'objects' && path === '/';
    const uri = root ? `/${this.options.rootObject}` : path;
    const outcome = await this.viewed(viewerFunction, uri, request);
    const { method = 'GET' } = request;
    if (outcome.kind === 'response') {
      response.writeHead(outcome.status, outcome.headers);
      response.end(method === 'HEAD' ? undefined : outcome.body);
    } else if (target.kind === 'objects' && method !== 'GET' && method !== 'HEAD') {
      fail(response, 403);
    } else if (caching !== undefined && method === 'GET') {
      await this.fromCache(caching, behavior, { request, outcome }, response);
    } else {
      relay(await this.origins.ask(target, { request, outcome }), response);
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

  private async fromCache(
    caching: NonNullable<Behavior['caching']>,
    { target }: Behavior,
    asked: Asked,
    response: ServerResponse,
  ): Promise<void> {
    const { url = '/', headers } = asked.request;
    const encoding = encodingOf(caching, headers);
    const outcome = await this.answers.answer({
      ...{ caching, encoding },
      key: cacheKey(caching, asked.outcome.uri, { url, headers }, encoding),
      ask: (conditions) => this.origins.ask(target, { ...asked, conditions }),
    });
    if (outcome?.kind === 'kept') give(outcome, asked.request, response);
    else relay(outcome, response, 'Miss');
  }

  public close(): void {
    this.origins.close();
  }

  private compiled(code: string | undefined): ViewerFunction | undefined {
    if (code === undefined) return undefined;
    const known = this.functions.get(code) ?? compileViewerFunction(code, this.keyValues.values);
    this.functions.set(code, known);
    return known;
  }
}

/** An answer that the edge holds; without its body to a viewer that has it. */
function give(
  { answer, how, ageSeconds }: Extract<Outcome, { kind: 'kept' }>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  copyHeaders(answer.headers, response);
  response.setHeader('x-twin-region', answer.region);
  response.setHeader('x-cache', `${how} from cloudfront`);
  if (how !== 'Miss') response.setHeader('age', String(ageSeconds));
  if (isHad(answer, request)) {
    response.removeHeader('content-length');
    response.writeHead(304).end();
  } else {
    response.setHeader('content-length', String(answer.body.length));
    response.writeHead(answer.status).end(answer.body);
  }
}

/** Whether the viewer has it, by the validator that it sends; a weak comparison, as for any GET. */
function isHad({ status, headers }: Kept, { headers: sent }: IncomingMessage): boolean {
  if (status !== 200) return false;
  const weak = (tag: string) => tag.trim().replace(/^W\//, '');
  const tags = sent['if-none-match'];
  if (tags !== undefined) {
    const own = headers['etag'];
    return (
      tags === '*' ||
      (own !== undefined &&
        tags
          .split(',')
          .map(weak)
          .includes(weak(String(own))))
    );
  }
  const since = Date.parse(sent['if-modified-since'] ?? '');
  const modified = Date.parse(String(headers['last-modified'] ?? ''));
  return modified <= since;
}

function copyHeaders(headers: Kept['headers'], response: ServerResponse): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!HOP.has(name) && value !== undefined) response.setHeader(name, value);
  }
}

/** An answer of an origin, as it comes. */
function relay(arrived: Arrived | undefined, response: ServerResponse, how?: 'Miss'): void {
  if (arrived === undefined) {
    fail(response, 502);
    return;
  }
  const { message: answer, region } = arrived;
  copyHeaders(answer.headers, response);
  response.setHeader('x-twin-region', region);
  if (how !== undefined) response.setHeader('x-cache', `${how} from cloudfront`);
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
