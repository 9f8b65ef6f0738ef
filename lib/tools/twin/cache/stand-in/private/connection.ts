import type { Socket } from 'node:net';
import type { Shared } from './commands';
import type { Reply } from './reply';
import { encode, Failure } from './reply';
import { ProtocolError, RequestParser } from './request-parser';
import { Session } from './session';

/** Replies are written when they are about so many, or when there is nothing left to answer. */
const BATCH = 512;
/** A listener that is so far behind is disconnected, as Redis does, in bytes. */
const LISTENER_LIMIT = 8 * 1024 * 1024;

/** A session and its socket: requests in, replies out in the same order, at the client's pace. */
export class Connection {
  private readonly parser = new RequestParser();
  private readonly session: Session;
  private ended = false;

  public constructor(
    private readonly socket: Socket,
    id: number,
    shared: Shared,
  ) {
    this.session = new Session(id, shared, (reply) => {
      this.push(reply);
    });
  }

  public start(): void {
    const { socket } = this;
    socket.on('data', (piece: Buffer) => {
      this.parser.feed(piece);
      this.answer();
    });
    socket.on('drain', () => {
      this.answer();
      if (!socket.writableNeedDrain) socket.resume();
    });
    // A client that has gone is nobody's fault.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.ended = true;
      this.session.end();
    });
  }

  /** Answers what is complete, until the client does not read its replies. */
  private answer(): void {
    const { socket } = this;
    while (!this.ended && !socket.writableNeedDrain) {
      const replies: Buffer[] = [];
      const next = this.collect(replies);
      if (replies.length > 0) socket.write(Buffer.concat(replies));
      if (next === 'end') {
        this.ended = true;
        socket.end();
      }
      if (next !== 'more') break;
    }
    if (socket.writableNeedDrain) socket.pause();
  }

  private collect(to: Buffer[]): 'more' | 'done' | 'end' {
    try {
      while (to.length < BATCH) {
        const request = this.parser.next();
        if (request === undefined) return 'done';
        const { replies, quit } = this.session.execute(request);
        for (const reply of replies) encode(reply, to);
        if (quit === true) return 'end';
      }
      return 'more';
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      encode(new Failure(`ERR ${error.message}`), to);
      return 'end';
    }
  }

  private push(reply: Reply): void {
    const message: Buffer[] = [];
    encode(reply, message);
    this.socket.write(Buffer.concat(message));
    if (this.socket.writableLength > LISTENER_LIMIT) this.socket.destroy();
  }
}
