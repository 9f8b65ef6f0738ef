import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlobBucketConfig, BlobReplicationState, BlobsConfig } from '..';
import type { FormRefusal } from './form';
import { checkForm, refusal } from './form';
import { parseForm } from './parse';
import { Replicator } from './replicator';
import type { BlobMetadata } from './store';
import { BlobStore, etagOf } from './store';

const MIB = 1024 * 1024;
const MOST_BYTES = 256 * MIB;
/** A form with its file; larger ones are not read. */
const MOST_FORM = 16 * MIB;

/** Takes forms for the buckets of one Region, keeps what they bring and copies it to the others. */
export class BlobsFront {
  private readonly store: BlobStore;
  private readonly replicator: Replicator;
  private readonly buckets: ReadonlyMap<string, BlobBucketConfig>;

  /**
   * @param directory holds one directory per bucket
   * @param token demanded of whoever replicates
   */
  public constructor(
    private readonly config: BlobsConfig,
    directory: string,
    token: string,
    private readonly now: () => number = Date.now,
  ) {
    this.buckets = new Map(config.buckets.map((bucket) => [bucket.name, bucket]));
    const { mostBytes = MOST_BYTES } = config;
    this.store = new BlobStore(directory, [...this.buckets.keys()], mostBytes);
    this.replicator = new Replicator(config.buckets, this.store, directory, token);
  }

  /** Whether a request is for a bucket's forms; it is answered then. */
  public async serve(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const name = /^\/([a-z0-9][a-z0-9.-]+)\/?$/.exec(request.url ?? '')?.[1];
    const bucket = name === undefined ? undefined : this.buckets.get(name);
    if (bucket === undefined) return false;
    const { origin } = request.headers;
    if (origin !== undefined && isAllowed(bucket, origin)) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-allow-methods', 'POST');
      response.setHeader('vary', 'origin');
    }
    if (request.method === 'OPTIONS') {
      request.resume();
      response.writeHead(response.hasHeader('access-control-allow-origin') ? 200 : 403).end();
    } else if (request.method === 'POST') {
      await this.take(bucket, request, response);
    } else return false;
    return true;
  }

  /** What another Region's process sends. */
  public async receive(
    bucket: string,
    key: string,
    bytes: Buffer,
    metadata: BlobMetadata,
  ): Promise<boolean> {
    if (!this.buckets.has(bucket)) return false;
    await this.store.put(bucket, key, bytes, metadata);
    return true;
  }

  public state(): BlobReplicationState {
    return this.replicator.state();
  }

  public close(): void {
    this.replicator.close();
  }

  private async take(
    bucket: BlobBucketConfig,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const form = await parseForm(bucket.name, request, MOST_FORM);
    if ('code' in form) {
      refuse(response, form);
      return;
    }
    const upload = checkForm(form, { ...this.config, now: this.now() });
    if ('code' in upload) {
      refuse(response, upload);
      return;
    }
    const { key, bytes, contentType, cacheControl, status } = upload;
    if (key.split('/').some((part) => ['', '.', '..'].includes(part) || part.includes('\0'))) {
      refuse(response, refusal(400, 'InvalidArgument', 'the twin keeps objects as files'));
      return;
    }
    if (!(await this.store.fits(bytes.length))) {
      refuse(response, refusal(503, 'SlowDown', "The twin's buckets are full."));
      return;
    }
    const etag = etagOf(bytes);
    await this.store.put(bucket.name, key, bytes, {
      ...{ contentType, etag, writtenAt: this.now() },
      ...(cacheControl !== undefined && { cacheControl }),
    });
    await this.replicator.add(bucket.name, key);
    response.setHeader('etag', etag);
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(status === 201 ? created(bucket.name, key, etag) : undefined);
  }
}

/** Pages of the twin stand for those of the site. */
const LOOPBACK = /^http:\/\/(127(\.\d+){3}|localhost)(:\d+)?$/;

function isAllowed({ origins }: BlobBucketConfig, origin: string): boolean {
  const matches = (allowed: string): boolean => {
    const [before = '', after] = allowed.split('*', 2);
    if (after === undefined) return allowed === origin;
    return origin.startsWith(before) && origin.endsWith(after);
  };
  return LOOPBACK.test(origin) || origins.some(matches);
}

function refuse(response: ServerResponse, { status, code, message }: FormRefusal): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code>` +
      `<Message>${escaped(message)}</Message></Error>`,
  );
}

function created(bucket: string, key: string, etag: string): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Bucket>${bucket}</Bucket>` +
    `<Key>${escaped(key)}</Key><ETag>${escaped(etag)}</ETag></PostResponse>`
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
