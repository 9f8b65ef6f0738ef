import { REQUEST } from '../../postgres/requests';

/** What a client of PostgreSQL says first: a request for encryption, or who it is and what it wants. */
export type Startup =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'encryption'; readonly tls: boolean; readonly length: number }
  | { readonly kind: 'session'; readonly replication: boolean };

/**
 * @param bytes everything that came and has not been answered
 * @see https://www.postgresql.org/docs/17/protocol-message-formats.html
 */
export function startupOf(bytes: Buffer): Startup {
  if (bytes.length < 8) return { kind: 'incomplete' };
  const length = bytes.readUInt32BE(0);
  const code = bytes.readUInt32BE(4);
  const tls = code === REQUEST.tls;
  if (tls || code === REQUEST.kerberos) return { kind: 'encryption', tls, length };
  if (bytes.length < length) return { kind: 'incomplete' };
  const words = bytes.toString('utf8', 8, length).split('\0');
  const at = words.findIndex((word, index) => index % 2 === 0 && word === 'replication');
  const value = at < 0 ? 'false' : (words[at + 1] ?? 'false');
  return { kind: 'session', replication: !['false', 'off', 'no', '0'].includes(value) };
}
