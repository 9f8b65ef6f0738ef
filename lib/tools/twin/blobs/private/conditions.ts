import type { Form, FormRefusal } from './form';
import { refusal } from './form';

/** Fields that no condition has to name. */
const FREE = new Set(['x-amz-signature', 'policy', 'file', 'awsaccesskeyid', 'signature']);

interface Policy {
  readonly expiration: number;
  readonly conditions: readonly Condition[];
}

type Condition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string }
  | { readonly kind: 'size'; readonly least: number; readonly most: number };

/**
 * Holds a form against its policy: time, every condition, and no field beside them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function checkConditions(
  text: string,
  { bucket, fields }: Pick<Form, 'bucket' | 'fields'>,
  bytes: number,
  now: number,
): FormRefusal | undefined {
  const policy = parsePolicy(text);
  if (policy === undefined)
    return refusal(400, 'InvalidPolicyDocument', 'Invalid Policy: it is no policy document.');
  if (policy.expiration <= now) return denied('Policy expired.');
  const given = new Map([...fields, ['bucket', bucket]]);
  for (const condition of policy.conditions) {
    if (condition.kind === 'size') continue;
    const { kind, field, value } = condition;
    const actual = given.get(field);
    const holds =
      actual !== undefined && (kind === 'eq' ? actual === value : actual.startsWith(value));
    if (!holds) return denied(`Policy Condition failed: ["${kind}", "$${field}", "${value}"]`);
  }
  const named = new Set(policy.conditions.flatMap((it) => (it.kind === 'size' ? [] : it.field)));
  const extra = [...fields.keys()].filter(
    (name) => !named.has(name) && !FREE.has(name) && !name.startsWith('x-ignore-'),
  );
  if (extra.length > 0) return denied(`Extra input fields: ${extra.join(', ')}`);
  return checkSize(policy, bytes);
}

function checkSize({ conditions }: Policy, bytes: number): FormRefusal | undefined {
  for (const condition of conditions) {
    if (condition.kind !== 'size') continue;
    if (bytes > condition.most) return refusal(400, 'EntityTooLarge', TOO('large', 'maximum'));
    if (bytes < condition.least) return refusal(400, 'EntityTooSmall', TOO('small', 'minimum'));
  }
  return undefined;
}

const TOO = (what: string, bound: string): string =>
  what === 'large'
    ? `Your proposed upload exceeds the ${bound} allowed size`
    : `Your proposed upload is smaller than the ${bound} allowed size`;

function denied(why: string): FormRefusal {
  return refusal(403, 'AccessDenied', `Invalid according to Policy: ${why}`);
}

function parsePolicy(text: string): Policy | undefined {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(text, 'base64').toString());
  } catch {
    return undefined;
  }
  if (typeof document !== 'object' || document === null) return undefined;
  const { expiration, conditions } = document as Readonly<Record<string, unknown>>;
  const until = Date.parse(String(expiration));
  if (Number.isNaN(until) || !Array.isArray(conditions)) return undefined;
  const parsed = conditions.map(parseCondition);
  const known = parsed.filter((it) => it !== undefined);
  return known.length < parsed.length ? undefined : { expiration: until, conditions: known.flat() };
}

/** `{"bucket": "b"}`, `["eq", "$key", "v"]` or `["content-length-range", 1, 2]`. */
function parseCondition(value: unknown): readonly Condition[] | undefined {
  if (Array.isArray(value)) {
    const [kind, first, second] = value as readonly unknown[];
    const name = String(kind).toLowerCase();
    if (name === 'content-length-range') {
      const [least, most] = [Number(first), Number(second)];
      return least >= 0 && most >= least ? [{ kind: 'size', least, most }] : undefined;
    }
    if (name !== 'eq' && name !== 'starts-with') return undefined;
    if (typeof first !== 'string' || !first.startsWith('$')) return undefined;
    return [{ kind: name, field: first.slice(1).toLowerCase(), value: String(second) }];
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).map(([field, exact]) => ({
    ...{ kind: 'eq' as const, field: field.toLowerCase(), value: String(exact) },
  }));
}
