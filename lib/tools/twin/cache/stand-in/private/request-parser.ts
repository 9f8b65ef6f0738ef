import { splitInline } from './inline';

/** The client does not speak the protocol; told to it in Redis' words, then the connection ends. */
export class ProtocolError extends Error {
  public override readonly name = 'ProtocolError';
}

/** Longest line, in bytes, as in Redis. */
const LINE_LIMIT = 64 * 1024;
/** Most arguments of a request. */
const ARGUMENT_LIMIT = 1024 * 1024;
/** In bytes; Redis allows arguments of 512 MB and holds up to 1 GB. */
const REQUEST_LIMIT = 64 * 1024 * 1024;

const CR = 13;
const LF = 10;
const STAR = 42;
const DOLLAR = 36;
const NOTHING = Buffer.alloc(0);

/**
 * Takes requests out of a stream that is cut at arbitrary places: arrays of bulk strings, and the
 * inline form that a person types.
 *
 * @see https://valkey.io/topics/protocol/
 */
export class RequestParser {
  private buffer: Buffer = NOTHING;
  private at = 0;
  /** Not yet joined to the buffer, so that a long value that comes in pieces is copied once. */
  private readonly pieces: Buffer[] = [];
  private pieceBytes = 0;
  /** Bytes without which looking again is in vain. */
  private needed = 1;
  private args: Buffer[] = [];
  private argBytes = 0;
  /** Arguments of the current request that are still to come; 0 between requests. */
  private missing = 0;
  /** Length of the argument whose header was read. */
  private bulk: number | undefined;

  /** @param limit longest argument and longest request, in bytes */
  public constructor(private readonly limit = REQUEST_LIMIT) {}

  public feed(piece: Buffer): void {
    this.pieces.push(piece);
    this.pieceBytes += piece.length;
  }

  /**
   * The next complete request. Arguments share memory with what was fed: copy what you keep.
   *
   * @returns undefined where more bytes are needed
   * @throws ProtocolError where no further request can be read from this stream
   */
  public next(): readonly Buffer[] | undefined {
    for (;;) {
      if (this.buffer.length - this.at + this.pieceBytes < this.needed) return undefined;
      this.join();
      const before = this.at;
      const request = this.missing > 0 ? this.argument() : this.start();
      if (request !== undefined && request.length > 0) return request;
      // Neither a request nor a step forward: it takes more bytes.
      if (request === undefined && this.at === before) return undefined;
    }
  }

  private join(): void {
    this.needed = 1;
    if (this.pieceBytes === 0) return;
    const rest = this.buffer.subarray(this.at);
    const first = this.pieces[0] ?? NOTHING;
    this.buffer =
      rest.length === 0 && this.pieces.length === 1 ? first : Buffer.concat([rest, ...this.pieces]);
    this.at = 0;
    this.pieces.length = 0;
    this.pieceBytes = 0;
  }

  /** The beginning of a request. @returns an empty list for a request of nothing, as Redis ignores it */
  private start(): readonly Buffer[] | undefined {
    if (this.at === this.buffer.length) return undefined;
    if (this.buffer[this.at] !== STAR) return this.inline();
    const count = this.header('mbulk count', 'multibulk', ARGUMENT_LIMIT);
    if (count === undefined) return undefined;
    this.args = [];
    this.argBytes = 0;
    this.missing = Math.max(0, count);
    return this.missing === 0 ? [] : undefined;
  }

  private inline(): readonly Buffer[] | undefined {
    const end = this.buffer.indexOf(LF, this.at);
    if (end === -1 || end - this.at > LINE_LIMIT) {
      if (this.buffer.length - this.at > LINE_LIMIT) fail('too big inline request');
      this.needed = this.buffer.length - this.at + 1;
      return undefined;
    }
    const line = this.buffer.subarray(this.at, this.buffer[end - 1] === CR ? end - 1 : end);
    this.at = end + 1;
    return splitInline(line) ?? fail('unbalanced quotes in request');
  }

  private argument(): readonly Buffer[] | undefined {
    if (this.bulk === undefined) {
      if (this.at === this.buffer.length) return undefined;
      const type = this.buffer[this.at];
      if (type !== DOLLAR) fail(`expected '$', got '${String.fromCharCode(type ?? 0)}'`);
      this.bulk = this.header('bulk count', 'bulk', this.limit);
      if (this.bulk === undefined) return undefined;
      if (this.bulk < 0) fail('invalid bulk length');
      this.argBytes += this.bulk;
      if (this.argBytes > this.limit) fail('too big request');
    }
    const end = this.at + this.bulk;
    if (this.buffer.length < end + 2) {
      this.needed = this.bulk + 2;
      return undefined;
    }
    this.args.push(this.buffer.subarray(this.at, end));
    // As Redis, without a look at what the two bytes are.
    this.at = end + 2;
    this.bulk = undefined;
    this.missing -= 1;
    return this.missing === 0 ? this.args : undefined;
  }

  /** A type's sign and a number, such as `*3`. */
  private header(line: string, length: string, limit: number): number | undefined {
    const end = this.buffer.indexOf(CR, this.at);
    if (end === -1 || end + 1 >= this.buffer.length) {
      if (this.buffer.length - this.at > LINE_LIMIT) fail(`too big ${line} string`);
      this.needed = this.buffer.length - this.at + 1;
      return undefined;
    }
    const text = this.buffer.toString('latin1', this.at + 1, end);
    const value = /^(0|-?[1-9]\d{0,18})$/.test(text) ? Number(text) : NaN;
    if (!(value <= limit)) fail(`invalid ${length} length`);
    this.at = end + 2;
    return value;
  }
}

function fail(what: string): never {
  throw new ProtocolError(`Protocol error: ${what}`);
}
