import type { Socket } from 'node:net';
import { fatal, frame, Frames, int32, startupParameters, text } from './frames';
import type { Frame } from './frames';
import { MECHANISM, ScramServer } from './scram';
import type { Verifier } from './scram';

/** Requests for encryption, which the twin does not have, and to cancel; in the place of a version. */
const ENCRYPTION = new Set([80_877_103, 80_877_104]);
const CANCEL = 80_877_102;
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
  readonly parameters: ReadonlyMap<string, string>;
  /** What comes from now on. */
  readonly frames: Frames;
}

export interface DoorOptions {
  readonly verifierOf: (username: string) => Verifier | undefined;
  readonly onCancel: (key: Buffer) => void;
}

/** Lets in whoever proves to know a user's password; resolves to nobody where the connection is over. */
export function admit(near: Socket, options: DoorOptions): Promise<Guest | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => near.destroy(), PATIENCE_MS);
    const door = new Door(near, options);
    const listen = (chunk: Buffer) => {
      try {
        if (door.hear(chunk)) end(door.guest);
      } catch (error) {
        near.end(error instanceof Denied ? error.bytes : fatal('08P01', String(error)));
        end();
      }
    };
    const end = (guest?: Guest) => {
      clearTimeout(timer);
      near.off('data', listen);
      near.pause();
      resolve(guest);
    };
    near.once('close', () => {
      end();
    });
    near.on('data', listen);
  });
}

class Denied extends Error {
  public constructor(public readonly bytes: Buffer) {
    super('not let in');
  }
}

class Door {
  public guest: Guest | undefined;
  private said: Buffer = Buffer.alloc(0);
  private proof: Proof | undefined;

  public constructor(
    private readonly near: Socket,
    private readonly options: DoorOptions,
  ) {}

  /** @returns whether it is over, with a guest or without. @throws Denied, Error */
  public hear(chunk: Buffer): boolean {
    if (this.proof !== undefined) return this.prove(chunk, this.proof);
    this.said = Buffer.concat([this.said, chunk]);
    while (this.said.length >= 8) {
      const length = this.said.readUInt32BE(0);
      if (length < 8 || length > MOST_BYTES) {
        throw new Denied(fatal('08P01', 'invalid startup packet'));
      }
      if (this.said.length < length) return false;
      const first = this.said.subarray(0, length);
      this.said = this.said.subarray(length);
      if (this.begin(first)) return true;
      if (this.isGreeted) return false;
    }
    return false;
  }

  private get isGreeted(): boolean {
    return this.proof !== undefined;
  }

  /** @returns whether nothing more is to come */
  private begin(first: Buffer): boolean {
    const { near, options } = this;
    const version = first.readUInt32BE(4);
    if (ENCRYPTION.has(version)) {
      near.write('N');
      return false;
    }
    if (version === CANCEL) {
      options.onCancel(first.subarray(8));
      near.end();
      return true;
    }
    if (version >>> 16 !== VERSION_3) {
      throw new Denied(fatal('0A000', 'unsupported frontend protocol'));
    }
    const parameters = startupParameters(first);
    const unknown = [...parameters.keys()].filter((name) => !PARAMETERS.has(name.toLowerCase()));
    if (unknown.length > 0) {
      const problem = `a proxy takes no settings with a connection: ${unknown.join(', ')}`;
      throw new Denied(fatal('0A000', `${problem}; let them stand at the role`));
    }
    this.proof = new Proof(parameters, options.verifierOf(parameters.get('user') ?? ''));
    near.write(frame('R', int32(10), MECHANISM, Buffer.from([0])));
    return false;
  }

  private prove(chunk: Buffer, proof: Proof): boolean {
    for (const heard of proof.frames.take(chunk)) {
      const answer = proof.hear(heard);
      if (answer === undefined) {
        const user = proof.parameters.get('user') ?? '';
        throw new Denied(fatal('28P01', `password authentication failed for user "${user}"`));
      }
      this.near.write(answer);
      if (proof.isDone) this.guest = proof;
    }
    return proof.isDone;
  }
}

class Proof implements Guest {
  public readonly frames = new Frames();
  public isDone = false;
  private scram: ScramServer | undefined;

  public constructor(
    public readonly parameters: ReadonlyMap<string, string>,
    private readonly verifier: Verifier | undefined,
  ) {}

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
