import type { AwsApi } from './aws';

export interface DatabaseCredentials {
  readonly username: string;
  readonly password: string;
}

/** Five minutes: how long a rotated secret may go unnoticed. */
const TTL_MS = 5 * 60_000;

interface Cached {
  readonly value: Promise<string>;
  readonly expires: number;
}

/** Secrets of this Region by name, cached; one look-up at a time for each. */
export class Secrets {
  private readonly cache = new Map<string, Cached>();

  constructor(
    private readonly api: AwsApi,
    private readonly region: string,
    private readonly now: () => number = Date.now,
  ) {}

  text(name: string): Promise<string> {
    const cached = this.cache.get(name);
    if (cached !== undefined && cached.expires > this.now()) return cached.value;
    const value = this.fetch(name);
    this.cache.set(name, { value, expires: this.now() + TTL_MS });
    // A failure is not worth remembering: the next request asks again.
    value.catch(() => {
      this.forget(name);
    });
    return value;
  }

  /** A secret of the form `{"username","password"}`. */
  async database(name: string): Promise<DatabaseCredentials> {
    const { username, password } = JSON.parse(await this.text(name)) as Record<string, unknown>;
    if (typeof username !== 'string' || typeof password !== 'string')
      throw new Error(`secret ${name} must hold {"username","password"}`);
    return { username, password };
  }

  /** Makes the next look-up go to the service, for example after a password was refused. */
  forget(name: string): void {
    this.cache.delete(name);
  }

  private async fetch(name: string): Promise<string> {
    const { SecretString } = await this.api.call({
      service: 'secretsmanager',
      region: this.region,
      target: 'secretsmanager.GetSecretValue',
      body: { SecretId: name },
    });
    if (typeof SecretString !== 'string') throw new Error(`secret ${name} holds no text`);
    return SecretString;
  }
}
