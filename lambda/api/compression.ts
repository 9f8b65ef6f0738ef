import { promisify } from 'node:util';
import { gzip as gzipWithCallback } from 'node:zlib';
import type { MiddlewareHandler } from 'hono';
import { FORWARDED_BY } from '../platform/forward';

const gzip = promisify(gzipWithCallback);

/** Characters or bytes below which an answer fits one packet as it is. Answers that carry a token are below it. */
export const FROM_LENGTH = 1_400;
/** The fastest: two thirds of the bytes go at the first level, and little more at any other. */
const OPTIONS = { level: 1 } as const;

/**
 * Compresses lists and articles for whoever takes gzip. It is done here because nobody else does: a CDN
 * that keeps no answers compresses none, and neither does a load balancer. Between Regions an answer goes
 * as it is: the Region that was asked compresses it once.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
 */
export function compress(): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { req, res } = context;
    if (req.method !== 'GET' || res.status !== 200) return;
    const { headers } = res;
    if (headers.get('content-type')?.startsWith('application/json') !== true) return;
    headers.append('vary', 'accept-encoding');
    if (!wantsGzip(req.header('accept-encoding'), req.header(FORWARDED_BY))) return;
    const text = await res.text();
    headers.delete('content-length');
    const short = text.length < FROM_LENGTH;
    if (!short) headers.set('content-encoding', 'gzip');
    const body = short ? text : await zip(text);
    context.res = undefined;
    context.res = new Response(body, { status: 200, headers });
  };
}

/** The bytes of a text or, where they are at hand, of its bytes, compressed. */
export async function zip(body: string | Buffer): Promise<Buffer<ArrayBuffer>> {
  return await gzip(body, OPTIONS);
}

/** Whether whoever asks takes gzip and is no other Region. */
export function wantsGzip(accepted: string | undefined, forwardedBy: unknown): boolean {
  return forwardedBy === undefined && takesGzip(accepted);
}

/** @param accepted value of `accept-encoding`, such as `gzip;q=0.8, br` */
export function takesGzip(accepted: string | undefined): boolean {
  for (const part of accepted?.split(',') ?? []) {
    const [name = '', ...parameters] = part.split(';').map((it) => it.trim().toLowerCase());
    if (name !== 'gzip' && name !== '*') continue;
    const weight = parameters.find((it) => it.startsWith('q='));
    return weight === undefined || Number(weight.slice(2)) > 0;
  }
  return false;
}
