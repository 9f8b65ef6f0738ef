import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { waitFor } from '../../../../../lib/tools/twin/processes';
import type { Answer } from './replies';
import { decode, request } from './replies';

/** A client that hides nothing: bytes out, answers in. */
export class Client {
  public closed = false;
  private received = '';

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (piece) => (this.received += String(piece)));
    socket.on('error', () => undefined);
    socket.once('close', () => (this.closed = true));
  }

  public static async connect(place: { address: string; port: number }): Promise<Client> {
    const socket = connect({ host: place.address, port: place.port });
    await once(socket, 'connect');
    return new Client(socket);
  }

  public write(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Waits for so many answers. */
  public async read(count: number): Promise<readonly Answer[]> {
    return waitFor(
      `${count} answers, got: ${this.received}`,
      5_000,
      () => {
        const { answers, rest } = decode(this.received);
        if (answers.length < count) return undefined;
        this.received = rest;
        return answers;
      },
      1,
    );
  }

  public async ask(...words: (string | Buffer)[]): Promise<Answer> {
    this.write(request(words));
    const [answer = null] = await this.read(1);
    return answer;
  }

  public end(): void {
    this.socket.destroy();
  }
}
