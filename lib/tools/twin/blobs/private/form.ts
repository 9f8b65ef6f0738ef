import { createHmac, timingSafeEqual } from 'node:crypto';
import { checkConditions } from './conditions';

/** A form as it came: fields by their names in lower case, and the bytes of its file. */
export interface Form {
  readonly bucket: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Buffer | undefined;
}

/** What a form puts into a bucket. */
export interface Upload {
  readonly key: string;
  readonly contentType: string;
  readonly cacheControl: string | undefined;
  readonly bytes: Buffer;
  /** Status of the answer. */
  readonly status: 200 | 201 | 204;
}

/** S3's own words for why a form is refused. */
export interface FormRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface FormContext {
  readonly region: string;
  /** Secret by id. */
  readonly keys: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly now: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const CREDENTIAL = /^([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request$/;
const DATE = /^\d{8}T\d{6}Z$/;

/**
 * Judges a form as S3 does: who signed its policy, whether it still holds, and whether every field and
 * the file's size are as it says.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function checkForm(form: Form, context: FormContext): Upload | FormRefusal {
  const { fields, file } = form;
  const key = fields.get('key') ?? '';
  if (file === undefined)
    return refusal(400, 'InvalidArgument', 'POST requires exactly one file upload per request.');
  if (key === '' || Buffer.byteLength(key) > 1024)
    return refusal(400, 'InvalidArgument', 'Bucket POST must contain a field named key.');
  const policy = fields.get('policy');
  if (policy === undefined) return refusal(403, 'AccessDenied', 'Access Denied');
  return (
    checkSignature(policy, fields, context) ??
    checkConditions(policy, form, file.length, context.now) ?? {
      key,
      contentType: fields.get('content-type') ?? 'binary/octet-stream',
      cacheControl: fields.get('cache-control'),
      bytes: file,
      status: statusOf(fields.get('success_action_status')),
    }
  );
}

export function refusal(status: number, code: string, message: string): FormRefusal {
  return { status, code, message };
}

function checkSignature(
  policy: string,
  fields: Form['fields'],
  { region, keys }: FormContext,
): FormRefusal | undefined {
  const field = (name: string): string => fields.get(name) ?? '';
  if (field('x-amz-algorithm') !== ALGORITHM)
    return refusal(400, 'InvalidArgument', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  const [, id = '', day = '', scope = ''] = CREDENTIAL.exec(field('x-amz-credential')) ?? [];
  if (id === '')
    return refusal(400, 'InvalidArgument', 'The Credential is mal-formed; expecting five parts.');
  if (scope !== region) {
    const expected = `the region '${scope}' is wrong; expecting '${region}'`;
    return refusal(400, 'AuthorizationHeaderMalformed', expected);
  }
  if (!DATE.test(field('x-amz-date')) || !field('x-amz-date').startsWith(day))
    return refusal(403, 'AccessDenied', 'Invalid credential date.');
  const secret = keys[id];
  if (secret === undefined)
    return refusal(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    );
  const parts = [day, region, 's3', 'aws4_request'];
  const signing = parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  if (equal(hmac(signing, policy).toString('hex'), field('x-amz-signature'))) return undefined;
  const message = 'The request signature we calculated does not match the signature you provided.';
  return refusal(403, 'SignatureDoesNotMatch', message);
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function equal(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function statusOf(field: string | undefined): Upload['status'] {
  return field === '200' ? 200 : field === '201' ? 201 : 204;
}
