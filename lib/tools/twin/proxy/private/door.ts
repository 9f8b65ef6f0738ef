import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Identity } from '../../certificates';
import { NO_ENCRYPTION, REQUEST } from '../../postgres/requests';
import { fatal, frame, Frames, int32, startupParameters, text } from './frames';
import type { Frame } from './frames';
import { MECHANISM, ScramServer } from './scram';
import type { Verifier } from './scram';

const VERSION_3 = 3;
/**
 * What may be said of a connection as it begins: RDS Proxy refuses `options`, and users report the same of
 * `statement_timeout`; nothing tells which others it takes, so that no more than what drivers always say passes.
 *
 * @see https://github.com/n8n-io/n8n/issues/25705
 */
const PARAMETERS = new Set(
  ['user', 'database', 'application_name', 'client_encoding', 'DateStyle', 'TimeZone'].map((it) =>
    it.toLowerCase(),
  ),
);
/** Longest first message, in bytes, as PostgreSQL has it. */
const MOST_BYTES = 10_000;
/** Until a client has shown who it is, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Somebody who may come in. */
export interface Guest {
  /** How it is heard from now on, and answered. */
  readonly near: Socket;
  readonly parameters: ReadonlyMap<string, string>;
  /** What comes from now on. */
  readonly frames: Frames;
}

export interface DoorOptions {
  readonly verifierOf: (username: string) => Verifier | undefined;
  readonly onCancel: (key: Buffer) => void;
  /** What is shown to who asks for TLS. @default there is none */
  readonly identity?: Identity | undefined;
  /** @default false */
  readonly requiresTls?: boolean | undefined;
}

/** Lets in whoever proves to know a user's password; resolves to nobody where the connection is over. */
export function admit(first: Socket, options: DoorOptions): Promise<Guest | undefined> {
  return new Promise((resolve) => {
    let near = first;
    const timer = setTimeout(() => first.destroy(), PATIENCE_MS);
    const door = new Door(options, (bytes) => void near.write(bytes));
    const listen = (chunk: Buffer) => {
      try {
        const heard = door.hear(chunk);
        if (heard === 'tls') {
          near.off('data', listen);
          near = encrypted(first, options.identity);
          near.on('data', listen);
        } else if (heard === 'over') end(door.proof);
      } catch (error) {
        near.end(error instanceof Denied ? error.bytes : fatal('08P01', String(error)));
        end();
      }
    };
    const end = (proof?: Proof) => {
      clearTimeout(timer);
      near.off('data', listen);
      if (proof === undefined) near.end();
      else near.pause();
      resolve(proof?.isDone === true ? { near, ...proof.guest } : undefined);
    };
    first.once('close', () => {
      end();
    });
    near.on('data', listen);
  });
}

/** From now on what comes is encrypted. */
function encrypted(near: Socket, identity: Identity | undefined): Socket {
  const { certificate: cert, key } = identity ?? {};
  const socket = new TLSSocket(near, { isServer: true, cert, key });
  socket.on('error', () => near.destroy());
  return socket;
}

class Denied extends Error {
  public constructor(public readonly bytes: Buffer) {
    super('not let in');
  }
}

class Door {
  public proof: Proof | undefined;
  private said: Buffer = Buffer.alloc(0);
  private encrypted = false;

  public constructor(
    private readonly options: DoorOptions,
    private readonly answer: (bytes: Buffer) => void,
  ) {}

  /**
   * @returns whether it is over, with somebody who may come in or without, or goes on encrypted
   * @throws Denied, Error
   */
  public hear(chunk: Buffer): 'more' | 'over' | 'tls' {
    if (this.proof !== undefined) return this.prove(chunk, this.proof) ? 'over' : 'more';
    this.said = Buffer.concat([this.said, chunk]);
    while (this.said.length >= 8) {
      const length = this.said.readUInt32BE(0);
      if (length < 8 || length > MOST_BYTES) {
        throw new Denied(fatal('08P01', 'invalid startup packet'));
      }
      if (this.said.length < length) return 'more';
      const first = this.said.subarray(0, length);
      this.said = this.said.subarray(length);
      const code = first.readUInt32BE(4);
      const [tls, kerberos] = [code === REQUEST.tls, code === REQUEST.kerberos];
      if (tls && this.encrypt()) return 'tls';
      if (kerberos) this.answer(Buffer.from(NO_ENCRYPTION));
      if (tls || kerberos) continue;
      if (this.begin(first)) return 'over';
      return 'more';
    }
    return 'more';
  }

  /** @throws Denied where something came already that would be taken for encrypted */
  private encrypt(): boolean {
    const can = this.options.identity !== undefined && !this.encrypted;
    if (can && this.said.length > 0) {
      throw new Denied(fatal('08P01', 'unencrypted bytes after the request for encryption'));
    }
    this.answer(Buffer.from(can ? 'S' : NO_ENCRYPTION));
    this.encrypted ||= can;
    return can;
  }

  /** @returns whether nothing more is to come */
  private begin(first: Buffer): boolean {
    const { options } = this;
    const version = first.readUInt32BE(4);
    if (version === REQUEST.cancel) {
      options.onCancel(first.subarray(8));
      return true;
    }
    if (version >>> 16 !== VERSION_3) {
      throw new Denied(fatal('0A000', 'unsupported frontend protocol'));
    }
    // In the words of the service.
    if (options.requiresTls === true && !this.encrypted) {
      throw new Denied(fatal('28000', 'This RDS Proxy requires TLS connections'));
    }
    const parameters = startupParameters(first);
    const unknown = [...parameters.keys()].filter((name) => !PARAMETERS.has(name.toLowerCase()));
    if (unknown.length > 0) {
      const problem = `a proxy takes no settings with a connection: ${unknown.join(', ')}`;
      throw new Denied(fatal('0A000', `${problem}; let them stand at the role`));
    }
    this.proof = new Proof(parameters, options.verifierOf(parameters.get('user') ?? ''));
    this.answer(frame('R', int32(10), MECHANISM, Buffer.from([0])));
    return false;
  }

  private prove(chunk: Buffer, proof: Proof): boolean {
    for (const heard of proof.guest.frames.take(chunk)) {
      const answer = proof.hear(heard);
      if (answer === undefined) {
        const user = proof.guest.parameters.get('user') ?? '';
        throw new Denied(fatal('28P01', `password authentication failed for user "${user}"`));
      }
      this.answer(answer);
    }
    return proof.isDone;
  }
}

class Proof {
  public readonly guest: Omit<Guest, 'near'>;
  public isDone = false;
  private scram: ScramServer | undefined;

  public constructor(
    parameters: ReadonlyMap<string, string>,
    private readonly verifier: Verifier | undefined,
  ) {
    this.guest = { parameters, frames: new Frames() };
  }

  /** @returns the answer; undefined for a wrong password, or a user whom nobody knows */
  public hear({ type, bytes }: Frame): Buffer | undefined {
    if (type !== 'p') throw new Error(`a password was expected, got: ${type}`);
    if (this.scram === undefined) {
      const from = bytes.indexOf(0, 5) + 5;
      if (this.verifier === undefined) return undefined;
      this.scram = new ScramServer(this.verifier, bytes.toString('utf8', from));
      return frame('R', int32(11), Buffer.from(this.scram.challenge));
    }
    const proof = this.scram.verify(bytes.toString('utf8', 5));
    if (proof === undefined) return undefined;
    this.isDone = true;
    return Buffer.concat([frame('R', int32(12), Buffer.from(proof)), frame('R', int32(0))]);
  }
}

/** A server's own words about itself, as a new client hears them. */
export function introduction(told: ReadonlyMap<string, string>, key: Buffer): Buffer {
  const all = [...told].map(([name, value]) => frame('S', text(name), text(value)));
  return Buffer.concat([...all, frame('K', key), frame('Z', Buffer.from('I'))]);
}
