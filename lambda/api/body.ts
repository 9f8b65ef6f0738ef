import type { IncomingMessage } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

const MOST_DRAINED_BYTES = 16_000_000;

/**
 * Refuses bodies that are longer. Where the request says how long its body is, that is all it takes: a
 * stream of the web's kind, which costs more than many a request, is not made.
 *
 * @param refuse answers in the place of the application
 */
export function limitBody(
  maxSize: number,
  refuse: (context: Context) => Response,
): MiddlewareHandler {
  const onError = async (context: Context) => {
    await drain(context.req.raw.body);
    // The server closes a connection whose body it has not seen the end of: who would send more is told.
    context.header('connection', 'close');
    return refuse(context);
  };
  const counting = bodyLimit({ maxSize, onError });
  return async (context, next) => {
    const length = statedLength(context);
    if (length === undefined) return await counting(context, next);
    if (length > maxSize) return await onError(context);
    await next();
    return undefined;
  };
}

/**
 * Bytes of the body by its header, to which Node's server holds whoever sends; `undefined` where only
 * the end of the body tells, or where something else has taken the request.
 */
function statedLength({ req, env }: Context): number | undefined {
  const node = (env ?? {}) as { readonly incoming?: IncomingMessage };
  const { 'transfer-encoding': encoding, 'content-length': length } = node.incoming?.headers ?? {};
  if (node.incoming === undefined || encoding !== undefined) return undefined;
  if (length !== undefined) return Number(length);
  return req.method === 'GET' || req.method === 'HEAD' ? 0 : undefined;
}

/**
 * Reads on for a while: a connection closed in the middle of a body shows many clients a broken
 * connection in place of the answer.
 */
async function drain(body: ReadableStream<Uint8Array> | null): Promise<void> {
  if (body === null || body.locked) return;
  const reader = body.getReader();
  for (let size = 0; size < MOST_DRAINED_BYTES;) {
    const { done, value } = await reader.read();
    if (done) return;
    size += value.length;
  }
}
