import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Encoding } from './cache-key';
import type { Headers } from './lifetime';

/** Bytes of an object that CloudFront compresses, both ends included. */
const FROM_BYTES = 1_000;
const TO_BYTES = 10_000_000;

/** Of the content types that CloudFront compresses, those that a site and an API have. */
const COMPRESSED = new Set([
  'application/javascript',
  'application/json',
  'application/manifest+json',
  'application/wasm',
  'application/xml',
  'font/otf',
  'font/ttf',
  'image/svg+xml',
  'text/css',
  'text/csv',
  'text/html',
  'text/javascript',
  'text/markdown',
  'text/plain',
  'text/xml',
]);

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/**
 * An answer as the edge sends it to viewers that take the encoding: compressed where that is worth it.
 * What is compressed already stays as it is, and its validator becomes a weak one.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
 */
export async function compressed<T extends { readonly headers: Headers; readonly body: Buffer }>(
  answer: T & { readonly status: number },
  encoding: Encoding,
): Promise<T> {
  const { headers, body, status } = answer;
  const type =
    String(headers['content-type'] ?? '')
      .split(';', 1)[0]
      ?.trim()
      .toLowerCase() ?? '';
  const worth = body.length >= FROM_BYTES && body.length <= TO_BYTES && COMPRESSED.has(type);
  if (encoding === 'identity' || status !== 200 || !worth) return answer;
  if (headers['content-encoding'] !== undefined) return answer;
  const small =
    encoding === 'br'
      ? await brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
      : await zip(body);
  const { etag } = headers;
  return {
    ...answer,
    body: small,
    headers: {
      ...headers,
      'content-encoding': encoding,
      'content-length': String(small.length),
      vary: 'Accept-Encoding',
      ...(etag !== undefined && { etag: String(etag).replace(/^(?!W\/)/, 'W/') }),
    },
  };
}
