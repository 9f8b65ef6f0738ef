import type { Json } from '../json';
import type { Resolution } from '../model';

/** A resolution while it is being worked out; `absent` is `AWS::NoValue`. */
export type Outcome = Resolution | { readonly kind: 'absent' };
export type Unknown = Extract<Resolution, { kind: 'unknown' }>;
export type Known = Extract<Resolution, { kind: 'known' }>;

export const ABSENT: Outcome = { kind: 'absent' };
export const known = (value: Json): Known => ({ kind: 'known', value });
export const unknown = (reason: string): Unknown => ({ kind: 'unknown', reason });

/** The text CloudFormation would put into a string for a value, if it would put any. */
export function asText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
