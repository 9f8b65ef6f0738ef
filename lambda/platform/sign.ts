import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from '../environment';

/** Algorithm and ends of the scope, as Signature Version 4 names them. */
const ALGORITHM = 'AWS4-HMAC-SHA256';
const SCOPE_END = 'aws4_request';
const MOST_KEYS = 100;

export interface Signable {
  readonly method: string;
  /** Its path is signed as it stands, and it has no query: the APIs of the JSON protocol have `/`. */
  readonly url: URL;
  /** Names in lower case; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly service: string;
  readonly region: string;
}

/**
 * Signs requests with Signature Version 4. Digests are made in the same turn: handing them to the
 * thread pool, as WebCrypto does, costs several times what it takes to make them.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class Signer {
  /** Signing keys of one day by secret, Region and service. */
  private readonly keys = new Map<string, Buffer>();
  private day = '';

  /** The request's headers with those of the signature; `host` is the URL's and left to the client. */
  headers(
    { method, url, headers, body, service, region }: Signable,
    { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
    now = new Date(),
  ): Readonly<Record<string, string>> {
    const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
    const day = time.slice(0, 8);
    const sent: Readonly<Record<string, string>> = {
      ...headers,
      'x-amz-date': time,
      ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
    };
    const signed: Readonly<Record<string, string>> = { ...sent, host: url.host };
    const names = Object.keys(signed).sort();
    const lines = names.map((name) => `${name}:${(signed[name] ?? '').trim()}\n`).join('');
    const listed = names.join(';');
    const request = [method, url.pathname, '', lines, listed, sha256(body)].join('\n');
    const scope = [day, region, service, SCOPE_END].join('/');
    const key = this.key(secretAccessKey, day, region, service);
    const signature = hmac(key, [ALGORITHM, time, scope, sha256(request)].join('\n'));
    const credential = `Credential=${accessKeyId}/${scope}`;
    const authorization = `${ALGORITHM} ${credential}, SignedHeaders=${listed}, Signature=`;
    return { ...sent, authorization: authorization + signature.toString('hex') };
  }

  private key(secret: string, day: string, region: string, service: string): Buffer {
    // Yesterday's are not asked for again.
    if (day !== this.day) this.keys.clear();
    this.day = day;
    const name = [secret, region, service].join('\n');
    const known = this.keys.get(name);
    if (known !== undefined) return known;
    const parts = [day, region, service, SCOPE_END];
    const key = parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
    // Credentials of a role change every few hours.
    if (this.keys.size >= MOST_KEYS) this.keys.clear();
    this.keys.set(name, key);
    return key;
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
