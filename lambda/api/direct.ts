import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { getQueryParam } from 'hono/utils/url';
import type { Place } from '../platform/admission';
import { isOverload, overloaded } from '../platform/errors';
import { FORWARDED_BY, REGION_HEADER } from '../platform/forward';
import type { Trace } from '../platform/trace';
import { priorityOf, Tally } from './admit';
import { headersOf, Refusals } from './refusals';
import { answerOf } from './answer';
import type { Call, ReadRoute } from './call';
import { FROM_LENGTH, wantsGzip, zip } from './compression';
import { Copies, type Copy, flat, type Zipped } from './copies';
import { CORS_HEADERS } from './cors';
import type { Dependencies } from './dependencies';
import { Door } from './door';
import { demandOrigin, ORIGIN_HEADER } from './origin';
import { readArticle } from './routes/articles';
import { endRequest } from './tracing';
import { listArticles, readFeed } from './routes/lists';
import { listTags } from './routes/tags';
import type { Turns } from './turns';

const ROUTES: ReadonlyMap<string, ReadRoute> = new Map([
  ['/api/articles', listArticles],
  ['/api/articles/feed', readFeed],
  ['/api/tags', listTags],
]);
const ARTICLE = '/api/articles/';
const SLUG = /^[\w-]+$/;

/** A request of Node's that is one of the reads above. */
export interface DirectRead {
  readonly path: string;
  readonly route: ReadRoute;
  readonly slug: string;
  /** With its question mark, empty where there is none. */
  readonly query: string;
}

/** `undefined` for whatever is not, or may not be, exactly one of them. */
export function directReadOf({ method, url = '', headers }: IncomingMessage) {
  if (method !== 'GET' || headers['transfer-encoding'] !== undefined) return undefined;
  if (Number(headers['content-length'] ?? 0) !== 0 || url.includes('#')) return undefined;
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark);
  const listed = ROUTES.get(path);
  if (listed !== undefined) return { path, route: listed, slug: '', query };
  const slug = path.startsWith(ARTICLE) ? path.slice(ARTICLE.length) : '';
  return SLUG.test(slug) ? { path, route: readArticle, slug, query } : undefined;
}

/**
 * Answers the reads that are asked most often without the framework, whose objects for request, answer
 * and context cost as much as the read: the same routes, the same rules, the same headers. Whoever has not
 * said who they are gets this process's copy where there is one. What it does not answer is the
 * application's; whether it does is what it returns.
 */
export function directReads(deps: Dependencies, turns: Turns): Direct {
  const copies = new Copies(deps.changes);
  const fromCopies = new Tally(deps.log, 'info', 'requests answered from copies');
  const refusals = new Refusals(deps);
  const refusal = overloaded('server');
  const door = new Door((url, head) => {
    if (deps.lifecycle.draining || !isTooMuch(deps, url)) return undefined;
    const anonymous = !AUTHORIZED.test(head);
    return anonymous && copies.ready(url) !== undefined ? undefined : refusals.text(refusal);
  });
  return (request, response) => {
    door.begun(request, response);
    const copy = deps.demandedOrigin === undefined ? readyCopy(copies, request) : undefined;
    if (copy !== undefined) {
      // Costs less than to ask for a place, or to be refused one.
      void sendCopy(copy, request, response);
      fromCopies.note();
      return true;
    }
    const read = directReadOf(request);
    if (read === undefined) return false;
    const place = deps.admission.enter(priorityOf('GET', read.path) ?? 'read');
    if (place === undefined) {
      // As the application does, for a fraction: what refusals cost is lost to what is answered.
      refusals.send(response, refusal);
      door.watch(request.socket);
      return true;
    }
    const exchange = { deps, place, read, request, response, refusals };
    turns.begin(() => {
      void answer(exchange, copies, fromCopies).finally(() => {
        place.leave();
      });
    });
    return true;
  };
}

const AUTHORIZED = /\r\nauthorization:/i;

function isTooMuch({ admission }: Dependencies, url: string): boolean {
  const mark = url.indexOf('?');
  const priority = priorityOf('GET', mark < 0 ? url : url.slice(0, mark));
  return priority !== undefined && admission.refuses(priority);
}

/** Only reads without a body have ever been kept: what the address says has been looked at then. */
function readyCopy(copies: Copies, { method, url = '', headers }: IncomingMessage) {
  if (method !== 'GET' || headers.authorization !== undefined) return undefined;
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined)
    return undefined;
  return copies.ready(url);
}

type Direct = (request: IncomingMessage, response: ServerResponse) => boolean;

interface Exchange {
  readonly deps: Dependencies;
  readonly place: Place;
  readonly read: DirectRead;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly refusals: Refusals;
  /** Where requests are traced, and it is not answered from a copy. */
  readonly trace?: Trace | undefined;
}

/** Never rejects. */
async function answer(exchange: Exchange, copies: Copies, fromCopies: Tally): Promise<void> {
  const { deps, request, response } = exchange;
  const { headers, url = '' } = request;
  const started = deps.now();
  try {
    if (deps.demandedOrigin !== undefined)
      await demandOrigin(headers[ORIGIN_HEADER] as string | undefined, deps.demandedOrigin);
  } catch (error) {
    refuse(exchange, started, {}, error);
    return;
  }
  const looked = headers.authorization === undefined ? await copies.look(url) : undefined;
  if (looked === undefined) await make(exchange, started);
  else if (looked.copy === undefined)
    await copies.one(url, () => make(exchange, started, { copies, changes: looked.changes }));
  else {
    await sendCopy(looked.copy, request, response);
    // A line for each would cost as much as the answer.
    fromCopies.note();
  }
}

interface Keeping {
  readonly copies: Copies;
  readonly changes: string;
}

async function make(of: Exchange, started: number, keeping?: Keeping): Promise<void> {
  const exchange = traced(of);
  const { deps, place, read, request, trace } = exchange;
  const { headers, url = '' } = request;
  const set: Record<string, string> = {};
  const call: Call = {
    // Looked for after the scheme.
    query:
      read.query === '' ? {} : (getQueryParam(`http://-/${read.query}`) as Record<string, string>),
    authorization: headers.authorization ?? '',
    slug: read.slug,
    ...{ place, trace },
    header: (name, value) => {
      set[name] = value;
    },
  };
  try {
    const text = JSON.stringify(await read.route(call, deps));
    const vary = 'accept-encoding';
    const all = { [REGION_HEADER]: deps.region, ...CORS_HEADERS, vary, ...set };
    keeping?.copies.keep(url, keeping.changes, all, text);
    await sendText(exchange, all, text);
    log(exchange, 200, started);
  } catch (error) {
    refuse(exchange, started, set, error);
  }
}

/** Only of what is not answered from a copy: that would cost as much as the answer. */
function traced(exchange: Exchange): Exchange {
  const { deps, request } = exchange;
  if (deps.tracer === undefined) return exchange;
  const header = (name: string) => request.headers[name] as string | undefined;
  return { ...exchange, trace: deps.tracer.ofRequest(header) };
}

function refuse(
  exchange: Exchange,
  started: number,
  set: Readonly<Record<string, string>>,
  error: unknown,
): void {
  const { deps, read, response, refusals } = exchange;
  const told = answerOf(deps, read.path, error);
  if (isOverload(told)) {
    refusals.send(response, told);
    return;
  }
  const { status, errors } = told;
  send(response, status, { ...headersOf(deps, told), ...set }, JSON.stringify({ errors }));
  log(exchange, status, started);
}

function log(exchange: Exchange, status: number, started: number): void {
  const { deps, request, trace } = exchange;
  const { path } = exchange.read;
  const ms = deps.now() - started;
  const forwardedBy = request.headers[FORWARDED_BY];
  deps.log('info', 'request', { method: 'GET', path, status, ms, forwardedBy, trace: trace?.id });
  if (trace !== undefined) endRequest(deps.tracer, trace, { method: 'GET', path, status });
}

async function sendCopy(
  copy: Copy,
  { headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { body, etag } = copy;
  const known = headers['if-none-match'];
  if (known !== undefined && matches(known, etag)) {
    response.writeHead(304, copy.unchanged);
    response.end();
  } else if (body.length >= FROM_LENGTH && takes(headers)) {
    const { headers: own, bytes } = await (copy.zipped ??= zipCopy(copy));
    response.writeHead(200, own);
    response.end(bytes);
  } else {
    response.writeHead(200, copy.headers);
    response.end(body, 'latin1');
  }
}

async function zipCopy({ body, etag, unchanged }: Copy): Promise<Zipped> {
  const bytes = await zip(Buffer.from(body, 'latin1'));
  const kept = unchanged.map((text) => (text === etag ? `W/${etag}` : text));
  return { bytes, headers: [...kept, ...flat(headersOfZipped(bytes))] };
}

function takes({ 'accept-encoding': accepted, [FORWARDED_BY]: by }: IncomingHttpHeaders): boolean {
  return wantsGzip(accepted, by);
}

async function sendText(
  { request, response }: Exchange,
  headers: Readonly<Record<string, string>>,
  text: string,
): Promise<void> {
  if (text.length >= FROM_LENGTH && takes(request.headers))
    sendZipped(response, headers, await zip(text));
  else send(response, 200, headers, text);
}

/** Of other bytes than its tag was made of: it says the same, no more. */
function sendZipped(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  bytes: Buffer,
): void {
  const { etag } = headers;
  response.writeHead(200, {
    ...{ ...headers, ...(etag !== undefined && { etag: `W/${etag}` }) },
    ...headersOfZipped(bytes),
  });
  response.end(bytes);
}

function headersOfZipped({ length }: Buffer): Readonly<Record<string, string>> {
  const encoded = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  return { ...encoded, 'content-length': String(length) };
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#field.if-none-match */
function matches(known: string, etag: string): boolean {
  return known
    .split(',')
    .some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*');
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  const length = String(Buffer.byteLength(body));
  const all = { ...headers, 'content-type': 'application/json', 'content-length': length };
  response.writeHead(status, all);
  response.end(body);
}
