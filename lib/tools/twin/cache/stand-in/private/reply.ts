/** `+OK` and its like. */
export class Simple {
  public constructor(public readonly text: string) {}
}

/** `-ERR …`; the text begins with the error's code. */
export class Failure {
  public constructor(public readonly text: string) {}
}

/** What a server says: a buffer is a bulk string, `null` the missing one. */
export type Reply = Simple | Failure | number | bigint | Buffer | null | readonly Reply[];

export const OK = new Simple('OK');

/** Thrown by commands: the client is told, and goes on. */
export class Refusal extends Error {
  public override readonly name = 'Refusal';
}

const CRLF = Buffer.from('\r\n');
const NIL = Buffer.from('$-1\r\n');

/** Appends a reply in RESP2. */
export function encode(reply: Reply, to: Buffer[]): void {
  if (reply === null) {
    to.push(NIL);
  } else if (Buffer.isBuffer(reply)) {
    to.push(Buffer.from(`$${reply.length}\r\n`), reply, CRLF);
  } else if (typeof reply === 'number' || typeof reply === 'bigint') {
    to.push(Buffer.from(`:${String(reply)}\r\n`));
  } else if (reply instanceof Simple) {
    to.push(Buffer.from(`+${reply.text}\r\n`));
  } else if (reply instanceof Failure) {
    // A line break in a client's own words would end the line.
    to.push(Buffer.from(`-${reply.text.replace(/[\r\n]/g, ' ')}\r\n`, 'latin1'));
  } else {
    to.push(Buffer.from(`*${reply.length}\r\n`));
    for (const one of reply) encode(one, to);
  }
}
