import type { Socket } from 'node:net';

/** A client that says nothing for this long is disconnected, in milliseconds. */
const IDLE_MS = 10_000;
const LENGTH_BYTES = 2;

/**
 * Answers messages on a TCP connection, each behind its length in two bytes (RFC 7766); several may
 * come at once, and in any pieces.
 */
export function serveStream(
  connection: Socket,
  respond: (message: Buffer, client: string) => Buffer | undefined,
): void {
  const client = connection.remoteAddress ?? '';
  let pending = Buffer.alloc(0);
  connection.setTimeout(IDLE_MS, () => connection.destroy());
  connection.on('error', () => connection.destroy());
  connection.on('data', (data: Buffer) => {
    pending = Buffer.concat([pending, data]);
    while (pending.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + pending.readUInt16BE(0);
      if (pending.length < end) return;
      const response = respond(pending.subarray(LENGTH_BYTES, end), client);
      if (response === undefined) {
        connection.destroy();
        return;
      }
      const length = Buffer.allocUnsafe(LENGTH_BYTES);
      length.writeUInt16BE(response.length, 0);
      connection.write(Buffer.concat([length, response]));
      pending = pending.subarray(end);
    }
  });
}
