import { createHmac } from 'node:crypto';
import type { AwsCredentials } from '../environment';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** What an upload may be: one object, of one type and at most so many bytes. */
export interface UploadGrant {
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  readonly contentType: string;
  /** Fewest and most bytes, both inclusive. */
  readonly bytes: readonly [least: number, most: number];
  /** Seconds for which the form may be sent. */
  readonly seconds: number;
  /** Further fields that the form must have with exactly these values. @default none */
  readonly fields?: Readonly<Record<string, string>>;
}

/**
 * Fields of an HTML form by which a browser puts one object into a bucket without credentials of its
 * own, signed with Signature Version 4. The file follows as the last field, `file`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html
 */
export function postFields(
  { bucket, region, key, contentType, bytes, seconds, fields = {} }: UploadGrant,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
  now: Date,
): Readonly<Record<string, string>> {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const exact: Readonly<Record<string, string>> = {
    key,
    'Content-Type': contentType,
    ...fields,
    'x-amz-algorithm': ALGORITHM,
    'x-amz-credential': `${accessKeyId}/${day}/${region}/s3/aws4_request`,
    'x-amz-date': time,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  };
  const document = {
    expiration: new Date(now.getTime() + seconds * 1_000).toISOString(),
    conditions: [
      { bucket },
      ...Object.entries(exact).map(([name, value]) => ['eq', `$${name}`, value]),
      ['content-length-range', ...bytes],
    ],
  };
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  const signature = signPolicy(policy, { secretAccessKey, day, region });
  return { ...exact, policy, 'x-amz-signature': signature };
}

/** Of a policy in base 64, in lower-case hexadecimal. `day` is `YYYYMMDD`. */
export function signPolicy(
  policy: string,
  scope: { readonly secretAccessKey: string; readonly day: string; readonly region: string },
): string {
  const parts = [scope.day, scope.region, 's3', 'aws4_request'];
  const key = parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${scope.secretAccessKey}`));
  return hmac(key, policy).toString('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
