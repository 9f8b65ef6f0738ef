/**
 * What a client may send in the place of a protocol's version, before a session or instead of one.
 *
 * @see https://www.postgresql.org/docs/18/protocol-message-formats.html
 */
export const REQUEST = {
  cancel: 80_877_102,
  tls: 80_877_103,
  kerberos: 80_877_104,
} as const;

/** Answers a request for encryption where there is none. */
export const NO_ENCRYPTION = 'N';
