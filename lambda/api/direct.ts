import type { IncomingMessage, ServerResponse } from 'node:http';
import { getQueryParam } from 'hono/utils/url';
import { FORWARDED_BY, REGION_HEADER } from '../platform/forward';
import type { Place } from '../platform/admission';
import { priorityOf } from './admit';
import { answerOf } from './answer';
import type { Call, ReadRoute } from './call';
import { CORS_HEADERS } from './cors';
import type { Dependencies } from './dependencies';
import { demandOrigin, ORIGIN_HEADER } from './origin';
import { readArticle } from './routes/articles';
import { listArticles, readFeed } from './routes/lists';
import { listTags } from './routes/tags';

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
 * and context cost as much as the read: the same routes, the same rules, the same headers. What it does
 * not answer is the application's; whether it does is what it returns.
 */
export function directReads(
  deps: Dependencies,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const read = directReadOf(request);
    if (read === undefined) return false;
    // The application refuses in its own words.
    const place = deps.admission.enter(priorityOf('GET', read.path) ?? 'read');
    if (place === undefined) return false;
    void answer({ deps, place }, read, request, response).finally(() => {
      place.leave();
    });
    return true;
  };
}

/** Never rejects. */
async function answer(
  { deps, place }: { readonly deps: Dependencies; readonly place: Place },
  read: DirectRead,
  { headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = deps.now();
  const set: Record<string, string> = { [REGION_HEADER]: deps.region, ...CORS_HEADERS };
  const call: Call = {
    // Looked for after the scheme.
    query:
      read.query === '' ? {} : (getQueryParam(`http://-/${read.query}`) as Record<string, string>),
    authorization: headers.authorization ?? '',
    slug: read.slug,
    place,
    header: (name, value) => {
      set[name] = value;
    },
  };
  let status = 200;
  let body: object;
  try {
    if (deps.demandedOrigin !== undefined)
      await demandOrigin(headers[ORIGIN_HEADER] as string | undefined, deps.demandedOrigin);
    body = await read.route(call, deps);
  } catch (error) {
    const refused = answerOf(deps, read.path, error);
    status = refused.status;
    body = { errors: refused.errors };
    if (refused.retryAfterSeconds !== undefined)
      set['retry-after'] = String(refused.retryAfterSeconds);
  }
  send(response, status, set, JSON.stringify(body));
  const ms = deps.now() - started;
  const forwardedBy = headers[FORWARDED_BY];
  deps.log('info', 'request', { method: 'GET', path: read.path, status, ms, forwardedBy });
}

export function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string,
): void {
  headers['content-type'] = 'application/json';
  headers['content-length'] = String(Buffer.byteLength(body));
  response.writeHead(status, headers);
  response.end(body);
}
