import type { AwsApi } from './aws';
import { parseSigningKeys, type SigningKeys } from './signing-keys';

export interface DatabaseCredentials {
  readonly username: string;
  readonly password: string;
}

/** Five minutes: how long a rotated secret may go unnoticed. */
const TTL_MS = 5 * 60_000;
/** How soon after a failed look-up the next one is made, while an older value is at hand. */
const RETRY_MS = 10_000;

interface Held {
  readonly value: string;
  /** Epoch milliseconds at which it is looked up anew. */
  staleAt: number;
}

/**
 * Secrets of this Region by name, cached; one look-up at a time for each. A value that is due for a look-up
 * still serves while that is made aside, and for as long as the service does not answer: rotation
 * leaves the previous credentials valid.
 */
export class Secrets {
  private readonly held = new Map<string, Held>();
  private readonly lookUps = new Map<string, Promise<string>>();

  constructor(
    private readonly api: Pick<AwsApi, 'call'>,
    private readonly region: string,
    private readonly now: () => number = Date.now,
  ) {}

  async text(name: string): Promise<string> {
    const held = this.held.get(name);
    if (held === undefined) return await this.lookUp(name);
    if (held.staleAt <= this.now()) {
      held.staleAt = this.now() + RETRY_MS;
      this.lookUp(name).catch(() => undefined);
    }
    return held.value;
  }

  /** A secret of the form `{"username","password"}`. */
  async database(name: string): Promise<DatabaseCredentials> {
    return parseDatabaseCredentials(name, await this.text(name));
  }

  /** The secret that signs, as text or as a ring of keys. */
  async signingKeys(name: string): Promise<SigningKeys> {
    return parseSigningKeys(await this.text(name));
  }

  /** Makes the next look-up go to the service, for example after a password was refused. */
  forget(name: string): void {
    this.held.delete(name);
  }

  private lookUp(name: string): Promise<string> {
    const running = this.lookUps.get(name);
    if (running !== undefined) return running;
    // A failure is not worth remembering: the next request asks again.
    const lookUp = this.fetch(name).finally(() => this.lookUps.delete(name));
    this.lookUps.set(name, lookUp);
    return lookUp;
  }

  private async fetch(name: string): Promise<string> {
    const { SecretString } = await this.api.call({
      service: 'secretsmanager',
      region: this.region,
      target: 'secretsmanager.GetSecretValue',
      body: { SecretId: name },
    });
    if (typeof SecretString !== 'string') throw new Error(`secret ${name} holds no text`);
    this.held.set(name, { value: SecretString, staleAt: this.now() + TTL_MS });
    return SecretString;
  }
}

/** @throws Error that names the secret and quotes nothing of it */
export function parseDatabaseCredentials(name: string, text: string): DatabaseCredentials {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const { username, password } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof username !== 'string' || typeof password !== 'string')
    throw new Error(`secret ${name} must hold {"username","password"}`);
  return { username, password };
}
