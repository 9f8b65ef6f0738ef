import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What a command answers. */
export type Reply = string | number | null | readonly Reply[];

export interface RespOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Milliseconds until the connection, handshake included, must stand. */
  readonly connectMs: number;
  /** Milliseconds until each answer must have come, without those in which this process stood still. */
  readonly commandMs: number;
}

/**
 * Time is counted in so many turns of the event loop: where a computation holds this process up, as a
 * digest of a password does, an answer that came meanwhile is still in time.
 */
const TURNS = 4;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  /** Turn of the connection by which the answer must have come. */
  readonly dueTurn: number;
}

/**
 * One connection to a server that speaks RESP (Valkey, Redis), commands pipelined, nothing retried: a
 * connection that errs or is late is gone, and whoever opened it decides what then. A general client
 * takes 115 KiB of the request path for what these lines do.
 *
 * @see https://valkey.io/topics/protocol/
 */
export class RespConnection {
  private readonly waiting: Waiting[] = [];
  private unread: Buffer = Buffer.alloc(0);
  private watch: NodeJS.Timeout | undefined;
  private turn = 0;
  private unsent = '';
  private ended: Error | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly commandMs: number,
    private readonly onEnd: () => void,
  ) {
    socket.on('data', (chunk: Buffer) => {
      this.take(chunk);
    });
    socket.on('error', (error) => {
      this.end(error);
    });
    socket.on('close', () => {
      this.end(new Error('the connection was closed'));
    });
  }

  static async open(options: RespOptions, onEnd: () => void): Promise<RespConnection> {
    const { host, port, tls, connectMs, commandMs } = options;
    const socket = tls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port });
    socket.setNoDelay(true);
    await new Promise<void>((resolve, reject) => {
      let timer: NodeJS.Timeout;
      const wait = (turns: number) => {
        timer = setTimeout(() => {
          if (turns > 0) wait(turns - 1);
          else socket.destroy(new Error('no connection in time'));
        }, connectMs / TURNS);
      };
      wait(TURNS - 1);
      socket.once('error', reject);
      socket.once(tls ? 'secureConnect' : 'connect', resolve);
      socket.once('close', () => {
        clearTimeout(timer);
        reject(new Error('the connection was closed'));
      });
      socket.once(tls ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
      });
    });
    return new RespConnection(socket, commandMs, onEnd);
  }

  /** @throws Error of the server, of the connection, or that no answer came in time */
  send(...words: readonly (string | number)[]): Promise<Reply> {
    const { ended } = this;
    if (ended !== undefined) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject, dueTurn: this.turn + TURNS });
      this.watch ??= this.watchOldest();
      if (this.unsent === '') process.nextTick(this.flush);
      this.unsent += encodeCommand(words);
    });
  }

  /** Commands that are given together go out together. */
  private readonly flush = (): void => {
    this.socket.write(this.unsent);
    this.unsent = '';
  };

  close(): void {
    this.socket.destroy();
    this.end(new Error('the connection was closed here'));
  }

  /** Answers come in order, so that one timer for the oldest does. */
  private watchOldest(): NodeJS.Timeout {
    const look = () => {
      this.watch = undefined;
      const [oldest] = this.waiting;
      if (oldest === undefined) return;
      this.turn += 1;
      if (this.turn <= oldest.dueTurn) this.watch = this.watchOldest();
      else {
        this.end(new Error('no answer in time'));
        this.socket.destroy();
      }
    };
    // After the timers of a turn comes what has arrived: that is read first.
    return setTimeout(() => setImmediate(look), this.commandMs / TURNS);
  }

  private take(chunk: Buffer): void {
    this.unread = this.unread.length === 0 ? chunk : Buffer.concat([this.unread, chunk]);
    let at = 0;
    for (;;) {
      const parsed = parse(this.unread, at);
      if (parsed === undefined) break;
      at = parsed.next;
      const first = this.waiting.shift();
      if (parsed.value instanceof Error) first?.reject(parsed.value);
      else first?.resolve(parsed.value);
    }
    this.unread = this.unread.subarray(at);
  }

  private end(error: Error): void {
    if (this.ended !== undefined) return;
    this.ended = error;
    clearTimeout(this.watch);
    for (const { reject } of this.waiting.splice(0)) reject(error);
    this.onEnd();
  }
}

export function encodeCommand(words: readonly (string | number)[]): string {
  let text = `*${words.length}\r\n`;
  for (const word of words) {
    const part = String(word);
    text += `$${Buffer.byteLength(part)}\r\n${part}\r\n`;
  }
  return text;
}

interface Parsed {
  readonly value: Reply | Error;
  readonly next: number;
}

/** The reply that begins at `at`; `undefined` while its end has not come. */
export function parse(buffer: Buffer, at: number): Parsed | undefined {
  const end = buffer.indexOf('\r\n', at);
  if (end < 0) return undefined;
  const line = buffer.toString('utf8', at + 1, end);
  const next = end + 2;
  switch (buffer[at]) {
    case 0x2b: // +
      return { value: line, next };
    case 0x2d: // -
      return { value: new Error(line), next };
    case 0x3a: // :
      return { value: Number(line), next };
    case 0x24: // $
      return parseBulk(buffer, next, Number(line));
    case 0x2a: // *
      return parseArray(buffer, next, Number(line));
    default:
      return { value: new Error('a reply that is not RESP2'), next: buffer.length };
  }
}

function parseBulk(buffer: Buffer, at: number, length: number): Parsed | undefined {
  if (length < 0) return { value: null, next: at };
  if (buffer.length < at + length + 2) return undefined;
  return { value: buffer.toString('utf8', at, at + length), next: at + length + 2 };
}

function parseArray(buffer: Buffer, at: number, length: number): Parsed | undefined {
  if (length < 0) return { value: null, next: at };
  const values: Reply[] = [];
  let next = at;
  for (let index = 0; index < length; index += 1) {
    const element = parse(buffer, next);
    if (element === undefined) return undefined;
    if (element.value instanceof Error) return { value: element.value, next: buffer.length };
    values.push(element.value);
    next = element.next;
  }
  return { value: values, next };
}
