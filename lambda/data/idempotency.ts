import type { JSONValue } from 'postgres';
import type { Queryable, Sql, Transaction } from '../platform/databases';
import { invalid } from '../platform/errors';
import { inFence, withCommit, type WriteGrant } from '../platform/fence';
import type { SigningKeys } from '../platform/signing-keys';
import { sign } from '../platform/token';

/** What makes a repeated request the same request. */
export interface IdempotencyRecord {
  /** The client's key, apart for each user. */
  readonly key: string;
  readonly fingerprint: string;
  /** The fingerprint under every key in use: what was recorded before a rotation is still known. */
  readonly accepted: readonly string[];
}

export interface Outcome<T> {
  readonly value: T;
  /** The write had been done before; `value` is what it answered then. */
  readonly replayed: boolean;
}

/**
 * A keyed digest: requests hold passwords, and a bare digest of one could be guessed from.
 * @param subject the user's id, or the empty text
 */
export function idempotencyRecord(
  request: { readonly method: string; readonly path: string; readonly body: string },
  key: string,
  subject: string,
  keys: SigningKeys,
): IdempotencyRecord {
  const text = JSON.stringify([key, subject, request.method, request.path, request.body]);
  const accepted = keys.accepted.map((secret) => sign(secret, 'idempotency-fingerprint', text));
  return {
    key: recordKey(subject, key),
    fingerprint: sign(keys.current, 'idempotency-fingerprint', text),
    accepted,
  };
}

/** Under which a request is recorded. */
export function recordKey(subject: string, key: string): string {
  return `${subject}:${key}`;
}

/** What an earlier request with this key answered. @throws RequestError 422 for another request */
export async function findOutcome(
  sql: Queryable,
  record: IdempotencyRecord,
): Promise<JSONValue | undefined> {
  const [row] = await sql<{ fingerprint: string; response: JSONValue }[]>`
    select fingerprint, response from idempotency where key = ${record.key}`;
  if (row === undefined) return undefined;
  if (!record.accepted.includes(row.fingerprint))
    throw invalid({ 'idempotency-key': ['has been used for a different request'] });
  return row.response;
}

/**
 * Does a write once: its record stands or falls in the same transaction, so that a retry after a
 * lost answer or a failover neither doubles nor misses it. Failures are not recorded. What was answered
 * before stands behind the fence as well: on a writer that was left behind, it may have been lost.
 */
export async function once<T extends JSONValue>(
  sql: Sql,
  grant: WriteGrant,
  record: IdempotencyRecord | undefined,
  write: (transaction: Transaction) => Promise<T>,
): Promise<Outcome<T>> {
  return await inFence(sql, grant, {
    // Waits here for a concurrent request with the same key, until that one commits or fails.
    ...(record !== undefined && {
      open: (transaction: Transaction) => transaction`
        insert into idempotency (key, fingerprint) values (${record.key}, ${record.fingerprint})
        on conflict (key) do nothing returning key`,
    }),
    run: async (transaction, claimed): Promise<Outcome<T>> => {
      if (record === undefined) return { value: await write(transaction), replayed: false };
      if (claimed?.length === 0) {
        const earlier = await findOutcome(transaction, record);
        return { value: earlier as T, replayed: true };
      }
      const value = await write(transaction);
      // Before whatever the write sends with its commit: that may be waited for by others.
      withCommit(
        transaction,
        (last) => last`
          update idempotency set response = ${last.json(value)} where key = ${record.key}`,
        'first',
      );
      return { value, replayed: false };
    },
  });
}
