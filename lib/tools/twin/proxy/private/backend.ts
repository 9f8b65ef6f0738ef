import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Place } from '../../plan';
import { REQUEST } from '../../postgres/requests';
import type { Frame } from './frames';
import { frame, Frames, int32, startupFrame, text } from './frames';
import { MECHANISM, ScramClient } from './scram';

/** Until a server has let it in, in milliseconds. */
const PATIENCE_MS = 2_000;

export interface BackendOptions {
  readonly target: Place;
  /** As the client named them, the user among them. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly password: string;
}

/** What hears of one that is in use. */
export interface Borrower {
  heard(frame: Frame): void;
  /** It has ended. */
  lost(): void;
}

/** A connection to the database, used by one client after another. */
export class Backend {
  public borrower: Borrower | undefined;
  /** Names of the statements that it has prepared. */
  public readonly prepared = new Set<string>();
  /** What the server says of itself, in its own words, by name. */
  public readonly told = new Map<string, string>();
  private key = Buffer.alloc(8);
  private ended = false;

  private constructor(
    private readonly socket: Socket,
    private readonly options: BackendOptions,
    private readonly onEnd: (ended: Backend) => void,
  ) {}

  /** @throws Error where nobody answers in time, or lets it in; with the server's own message, if any */
  public static open(options: BackendOptions, onEnd: (ended: Backend) => void): Promise<Backend> {
    const { address: host, port } = options.target;
    const socket = connect({ host, port, noDelay: true });
    const backend = new Backend(socket, options, onEnd);
    const opening = new Promise<void>((resolve, reject) => {
      backend.hear(resolve, reject);
    });
    socket.write(startupFrame(options.parameters));
    return opening.then(
      () => backend,
      (error: unknown) => {
        socket.destroy();
        throw error;
      },
    );
  }

  /** Whether the server follows another one. */
  public get follows(): boolean {
    return this.told.get('in_hot_standby') === 'on';
  }

  public get hasEnded(): boolean {
    return this.ended;
  }

  public send(bytes: Buffer): boolean {
    return this.socket.write(bytes);
  }

  public onDrain(listener: () => void): void {
    this.socket.once('drain', listener);
  }

  public pause(): void {
    this.socket.pause();
  }

  public resume(): void {
    this.socket.resume();
  }

  /** What it runs is to end. */
  public cancel(): void {
    const { address: host, port } = this.options.target;
    const socket = connect({ host, port });
    socket.on('error', () => socket.destroy());
    socket.end(Buffer.concat([int32(16, REQUEST.cancel), this.key]));
  }

  public destroy(): void {
    this.socket.destroy();
  }

  private hear(ready: () => void, failed: (error: Error) => void): void {
    const { socket } = this;
    const frames = new Frames();
    const greeting = new Greeting(this.options);
    let isReady = false;
    const timer = setTimeout(() => {
      failed(new Error('the database does not answer'));
    }, PATIENCE_MS);
    socket.on('error', failed);
    socket.once('close', () => {
      clearTimeout(timer);
      failed(new Error('the database closed the connection'));
      this.end();
    });
    const hear = (heard: Frame) => {
      this.note(heard);
      if (isReady) {
        this.borrower?.heard(heard);
        return;
      }
      const answer = greeting.hear(heard);
      if (answer !== undefined) socket.write(answer);
      if (heard.type !== 'Z') return;
      clearTimeout(timer);
      isReady = true;
      ready();
    };
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const heard of frames.take(chunk)) hear(heard);
      } catch (error) {
        failed(error instanceof Error ? error : new Error(String(error)));
        socket.destroy();
      }
    });
  }

  private note({ type, bytes }: Frame): void {
    if (type === 'K') this.key = Buffer.from(bytes.subarray(5, 13));
    if (type !== 'S') return;
    const [name = '', value = ''] = bytes.toString('utf8', 5).split('\0');
    this.told.set(name, value);
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd(this);
    this.borrower?.lost();
  }
}

/** No connection, and the message that says so to the client: the server's own, or the proxy's. */
export class Refusal extends Error {
  public constructor(public readonly bytes: Buffer) {
    super('the database refuses');
  }
}

/** The server cannot take anybody now, as while it starts and ends. */
const PASSING = /\0C57P0[123]\0/;

class Greeting {
  private readonly scram: ScramClient;

  public constructor(options: BackendOptions) {
    this.scram = new ScramClient(options.password);
  }

  /** @throws Refusal, Error */
  public hear({ type, bytes }: Frame): Buffer | undefined {
    if (type === 'E') {
      const passing = PASSING.test(bytes.toString('latin1'));
      throw passing ? new Error('the database starts or ends') : new Refusal(Buffer.from(bytes));
    }
    if (type !== 'R') return undefined;
    const kind = bytes.readInt32BE(5);
    const said = bytes.toString('utf8', 9);
    if (kind === 0 || kind === 12) return undefined;
    if (kind === 10) {
      const first = Buffer.from(this.scram.first);
      return frame('p', text(MECHANISM), int32(first.length), first);
    }
    if (kind === 11) return frame('p', Buffer.from(this.scram.final(said)));
    throw new Error(`the database wants another way to log in: ${kind}`);
  }
}
