import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { metadataOf } from '../../blobs';

/** By file name extension; everything else is application/octet-stream, as S3 has it. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** Bucket and key of a virtual-hosted (`BUCKET.s3.REGION.amazonaws.com`) or path-style request. */
export function objectName(host: string, path: string): ObjectName | undefined {
  const virtual = /^([a-z0-9][a-z0-9.-]+?)\.s3[.-][a-z0-9.-]*amazonaws\.com(?::\d+)?$/.exec(host);
  let decoded: string;
  try {
    decoded = decodeURIComponent(path.split('?', 1)[0] ?? '').replace(/^\//, '');
  } catch {
    return undefined;
  }
  const parts = decoded.split('/');
  const bucket = virtual?.[1] ?? parts.shift() ?? '';
  const key = parts.join('/');
  // Neither may leave the bucket's directory.
  const unsafe = parts.some((part) => part === '..' || part === '.' || part.includes('\0'));
  return unsafe || !/^[a-z0-9][a-z0-9.-]+$/.test(bucket) || key === ''
    ? undefined
    : { bucket, key };
}

/** Reads of the stand-in of the buckets: a missing object is 404, as with permission to list. */
export async function serveObject(
  buckets: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(response, 405, 'MethodNotAllowed');
    return;
  }
  const name = objectName(request.headers.host ?? '', request.url ?? '/');
  if (name === undefined) {
    refuse(response, 404, 'NoSuchKey');
    return;
  }
  const path = join(buckets, name.bucket, name.key);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) {
    refuse(response, 404, 'NoSuchKey');
    return;
  }
  const kept = await metadataOf(buckets, name.bucket, name.key);
  const byName = CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
  response.writeHead(200, {
    'content-type': kept?.contentType ?? byName,
    ...(kept?.cacheControl !== undefined && { 'cache-control': kept.cacheControl }),
    'content-length': found.size,
    'last-modified': found.mtime.toUTCString(),
    etag: kept?.etag ?? `"${found.size.toString(16)}-${Math.trunc(found.mtimeMs).toString(16)}"`,
  });
  if (request.method === 'HEAD') response.end();
  else
    createReadStream(path)
      .on('error', () => response.destroy())
      .pipe(response);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`);
}
