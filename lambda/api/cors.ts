import type { MiddlewareHandler } from 'hono';

const METHODS = 'GET, POST, PUT, DELETE, OPTIONS';
const REQUEST_HEADERS =
  'authorization, content-type, idempotency-key, if-none-match, last-event-id, x-meridian-time-left';
/** What a front end of another origin may read beside the body. */
const ANSWER_HEADERS = [
  'etag',
  'idempotency-key',
  'retry-after',
  'x-meridian-age',
  'x-meridian-cache',
  'x-meridian-freshness',
  'x-meridian-next-cursor',
  'x-meridian-region',
  'x-meridian-written-by',
].join(', ');
/** Of every answer below `/api`. */
export const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': ANSWER_HEADERS,
} as const;
const PREFLIGHT_SECONDS = '7200';

/**
 * Front ends of every origin may call: who somebody is stands in a header that a page sets itself, never
 * in a cookie that a browser would add.
 */
export function cors(): MiddlewareHandler {
  return async (context, next) => {
    if (context.req.method === 'OPTIONS')
      return context.body(null, 204, {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': REQUEST_HEADERS,
        'access-control-max-age': PREFLIGHT_SECONDS,
      });
    // Before there is an answer: each header that is set on one later makes another one of it.
    for (const [name, value] of Object.entries(CORS_HEADERS)) context.header(name, value);
    await next();
    return undefined;
  };
}
