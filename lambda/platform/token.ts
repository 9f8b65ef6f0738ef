import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId, type Id } from './ids';
import type { SigningKeys } from './signing-keys';

/** What a session token says about itself. */
export interface Token {
  readonly userId: Id;
  readonly sid: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
}

/** What keys are for; each use has its own, all derived from the one signing secret. */
export type Purpose = 'session-token' | 'forwarded-write' | 'idempotency-fingerprint';

/** HMAC-SHA256 under the key of one purpose. */
export function sign(secret: string, purpose: Purpose, text: string): string {
  const key = createHmac('sha256', secret).update(purpose).digest();
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** In time that does not tell how much of it was right. */
function isSignature(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** `base64url(userId.sid.issuedAt).signature`: any server can tell its own kind's tokens. */
export function encodeToken(token: Token, secret: string): string {
  const { userId, sid, issuedAt } = token;
  const payload = Buffer.from(`${userId}.${sid}.${issuedAt}`).toString('base64url');
  return `${payload}.${sign(secret, 'session-token', payload)}`;
}

/** Whether one of the keys in use made the signature. */
export function isSignedBy(
  { accepted }: SigningKeys,
  purpose: Purpose,
  text: string,
  signature: string,
): boolean {
  return accepted.some((key) => isSignature(signature, sign(key, purpose, text)));
}

/** `undefined` for anything that {@link encodeToken} did not make with one of these keys. */
export function decodeToken(text: string, keys: SigningKeys): Token | undefined {
  const [payload, signature, ...rest] = text.split('.');
  if (payload === undefined || signature === undefined || rest.length > 0) return undefined;
  if (!isSignedBy(keys, 'session-token', payload, signature)) return undefined;
  const parts = Buffer.from(payload, 'base64url').toString().split('.');
  const [userId = '', sid = '', issued = ''] = parts;
  const issuedAt = Number(issued);
  if (parts.length !== 3 || !isId(userId) || sid === '' || !Number.isSafeInteger(issuedAt))
    return undefined;
  return { userId, sid, issuedAt };
}
