import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Exactly one request without a body, and nothing else: whatever is not, or may be read in two ways, is the
 * parser's. A header's name is letters and hyphens up to its colon; those that say that something follows are none.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
const HEAD =
  /^GET (\/[!-~]*) HTTP\/1\.1\r\n(?:(?!content-length|transfer-encoding|upgrade|expect|connection:(?! ?keep-alive\r))[a-z0-9-]+:[\t -~\x80-\xff]*\r\n)+\r\n$/i;

/** What is to be written in answer to a request that is refused; `undefined` for one that is not. */
export type Refuse = (url: string, head: string) => string | undefined;

type Listener = (chunk: Buffer) => void;

/** Of a head: the request's own, the empty one at its end, and what follows that. */
const LINES_BESIDE = 3;

/** A connection that is looked at. */
interface Tap {
  /** Requests whose answers are not at their end. */
  open: number;
  /** Whether the parser is known to have been between two requests. */
  proven: boolean;
  /** What the parser should make of the bytes that it has now: then it was between two requests. */
  expected: { readonly url: string; readonly headers: number } | undefined;
}

/**
 * Stands before the parser of connections by which something has been refused: to parse a request, to make the objects
 * of Node's for it and its answer and to put that together again costs twice what it takes to read and write the bytes.
 * A connection is looked at until something else comes by it than plain reads, one after the other.
 */
export class Door {
  private readonly taps = new WeakMap<Socket, Tap>();

  constructor(private readonly refuse: Refuse) {}

  /** From the next request on. */
  watch(socket: Socket): void {
    if (this.taps.has(socket)) return;
    const [parse, ...others] = socket.listeners('data') as Listener[];
    if (parse === undefined || others.length > 0) return;
    const tap: Tap = { open: 0, proven: false, expected: undefined };
    this.taps.set(socket, tap);
    const leave = () => {
      this.taps.delete(socket);
      socket.on('data', parse);
      socket.removeListener('data', listener);
    };
    const listener = (chunk: Buffer) => {
      const head = tap.open === 0 ? chunk.toString('latin1') : '';
      const url = HEAD.exec(head)?.[1];
      if (url === undefined) {
        // Before it is parsed: by what it says, the connection may become another protocol's.
        leave();
        parse.call(socket, chunk);
        return;
      }
      if (this.refused(socket, tap, url, head)) return;
      if (!tap.proven) tap.expected = { url, headers: head.split('\r\n').length - LINES_BESIDE };
      parse.call(socket, chunk);
      if (!tap.proven) leave();
    };
    socket.on('data', listener);
    socket.removeListener('data', parse);
  }

  /** Of each request that the parser has found. */
  begun({ socket, method, url, rawHeaders }: IncomingMessage, response: ServerResponse): void {
    const tap = this.taps.get(socket);
    if (tap === undefined) return;
    tap.open += 1;
    response.once('close', () => {
      tap.open -= 1;
    });
    const { expected } = tap;
    if (expected === undefined) return;
    tap.expected = undefined;
    tap.proven =
      method === 'GET' && url === expected.url && rawHeaders.length === 2 * expected.headers;
  }

  private refused(socket: Socket, { proven }: Tap, url: string, head: string): boolean {
    const answer = proven && socket.writableLength === 0 ? this.refuse(url, head) : undefined;
    if (answer === undefined) return false;
    socket.write(answer, 'latin1');
    return true;
  }
}
