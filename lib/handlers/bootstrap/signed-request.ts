import { createHash, createHmac } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** An object of a bucket. */
export interface ObjectAddress {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
}

const EMPTY = createHash('sha256').digest('hex');

/** Address of an object, by its Region's own host. */
export function objectUrl({ region, bucket, key }: ObjectAddress): URL {
  const path = key.split('/').map(encodeURIComponent).join('/');
  return new URL(`https://${bucket}.s3.${region}.amazonaws.com/${path}`);
}

/**
 * Headers that sign a GET of an object with AWS Signature Version 4. Written out, because a server
 * starts from this one module, before any library is there.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signedGet(
  address: ObjectAddress,
  credentials: Credentials,
  now: Date,
): Readonly<Record<string, string>> {
  const { host, pathname } = objectUrl(address);
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const date = time.slice(0, 8);
  const headers: Readonly<Record<string, string>> = {
    host,
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': time,
    'x-amz-security-token': credentials.sessionToken,
  };
  const names = Object.keys(headers).join(';');
  const canonical = ['GET', pathname, '', ...lines(headers), '', names, EMPTY].join('\n');
  const scope = `${date}/${address.region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [date, address.region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const credential = `Credential=${credentials.accessKeyId}/${scope}`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function lines(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}:${value}`);
}
