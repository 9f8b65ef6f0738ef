/** Requests for encryption by TLS, which servers answer themselves, and by Kerberos: answered with a letter. */
const TLS = 80_877_103;
const KERBEROS = 80_877_104;
export const REFUSED = 'N';

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
  if (code === TLS || code === KERBEROS) return { kind: 'encryption', tls: code === TLS, length };
  if (bytes.length < length) return { kind: 'incomplete' };
  const words = bytes.toString('utf8', 8, length).split('\0');
  const at = words.findIndex((word, index) => index % 2 === 0 && word === 'replication');
  const value = at < 0 ? 'false' : (words[at + 1] ?? 'false');
  return { kind: 'session', replication: !['false', 'off', 'no', '0'].includes(value) };
}
