import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** The one that PostgreSQL and its drivers have without TLS. */
export const MECHANISM = 'SCRAM-SHA-256';
const ITERATIONS = 4_096;

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
const salted = (password: string, salt: Buffer, iterations: number) =>
  pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)));
}

function attribute(message: string, name: string): string {
  const found = message.split(',').find((part) => part.startsWith(`${name}=`));
  if (found === undefined) throw new Error(`${name} is missing`);
  return found.slice(2);
}

/** Who asks to be let in. @see https://www.rfc-editor.org/rfc/rfc5802 */
export class ScramClient {
  public readonly first: string;
  private readonly bare = `n=,r=${randomBytes(18).toString('base64')}`;
  /** By salt: nobody computes it for each connection. */
  private static readonly known = new Map<string, Buffer>();

  public constructor(private readonly password: string) {
    this.first = `n,,${this.bare}`;
  }

  /** @throws Error for a server that is not who began */
  public final(challenge: string): string {
    const nonce = attribute(challenge, 'r');
    if (!nonce.startsWith(this.bare.slice(5))) throw new Error('the nonce is another');
    const [salt, count] = [attribute(challenge, 's'), Number(attribute(challenge, 'i'))];
    const name = `${this.password} ${salt} ${count}`;
    const key =
      ScramClient.known.get(name) ?? salted(this.password, Buffer.from(salt, 'base64'), count);
    ScramClient.known.set(name, key);
    const clientKey = hmac(key, 'Client Key');
    const without = `c=biws,r=${nonce}`;
    const signed = hmac(sha256(clientKey), `${this.bare},${challenge},${without}`);
    return `${without},p=${xor(clientKey, signed).toString('base64')}`;
  }
}

/** What a server keeps of a password. */
export class Verifier {
  public readonly salt = randomBytes(16);
  private readonly key: Buffer;

  public constructor(password: string) {
    this.key = salted(password, this.salt, ITERATIONS);
  }

  /** What the client's key must be the hash of, and whom the server proves to be. */
  public get keys(): { readonly stored: Buffer; readonly server: Buffer } {
    return { stored: sha256(hmac(this.key, 'Client Key')), server: hmac(this.key, 'Server Key') };
  }
}

/** Who lets in. */
export class ScramServer {
  public readonly challenge: string;
  private readonly header: string;
  private readonly bare: string;

  /** @throws Error for a first message that is none */
  public constructor(
    private readonly verifier: Verifier,
    first: string,
  ) {
    const [, header, bare] = /^([ny],[^,]*,)(.*)$/s.exec(first) ?? [];
    if (header === undefined || bare === undefined) throw new Error('channel binding has no TLS');
    [this.header, this.bare] = [header, bare];
    const nonce = attribute(bare, 'r') + randomBytes(18).toString('base64');
    this.challenge = `r=${nonce},s=${verifier.salt.toString('base64')},i=${ITERATIONS}`;
  }

  /** @returns what proves the server; undefined for a wrong password */
  public verify(final: string): string | undefined {
    const without = final.slice(0, final.lastIndexOf(',p='));
    const bound = Buffer.from(this.header).toString('base64');
    if (attribute(without, 'c') !== bound) return undefined;
    if (attribute(without, 'r') !== attribute(this.challenge, 'r')) return undefined;
    const said = `${this.bare},${this.challenge},${without}`;
    const { stored, server } = this.verifier.keys;
    const proof = Buffer.from(attribute(final.slice(without.length), 'p'), 'base64');
    const clientKey = xor(proof, hmac(stored, said));
    if (proof.length !== 32 || !timingSafeEqual(sha256(clientKey), stored)) return undefined;
    return `v=${hmac(server, said).toString('base64')}`;
  }
}
