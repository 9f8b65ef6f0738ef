import type { Redis } from 'iovalkey';
import type { CacheEndpoint } from '../environment';
import { Breaker } from './breaker';
import { type Cache, CacheDown } from './cache';

/** The cache stands in the same Region: it answers within a millisecond or two, or it is of no use. */
const COMMAND_TIMEOUT_MS = 100;
/** With the TLS handshake of a small Lambda instance. */
const CONNECT_TIMEOUT_MS = 500;

/**
 * Valkey over one connection, opened at first use; so is the client's code. A connection that failed is
 * dropped, and the breaker, not the client, decides when to try again.
 */
export class ValkeyCache implements Cache {
  private client: Promise<Redis> | undefined;

  constructor(
    private readonly endpoint: CacheEndpoint,
    private readonly breaker = new Breaker(),
  ) {}

  get state(): 'ok' | 'down' {
    return this.breaker.open ? 'down' : 'ok';
  }

  async getAll(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    const values = await this.run((client) => client.mget(...keys));
    return values.map((value) => value ?? undefined);
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.run((client) => client.set(key, value, 'PX', ttlMs));
  }

  async add(key: string, value: string, ttlMs: number): Promise<boolean> {
    return (await this.run((client) => client.set(key, value, 'PX', ttlMs, 'NX'))) === 'OK';
  }

  async delete(key: string): Promise<void> {
    await this.run((client) => client.del(key));
  }

  close(): void {
    const { client } = this;
    this.client = undefined;
    void client?.then(
      (open) => {
        open.disconnect();
      },
      () => undefined,
    );
  }

  private async run<T>(command: (client: Redis) => Promise<T>): Promise<T> {
    if (!this.breaker.admit()) throw new CacheDown();
    const client = this.client ?? this.open();
    try {
      const result = await command(await client);
      this.breaker.succeeded();
      return result;
    } catch (error) {
      this.breaker.failed();
      if (this.client === client) this.close();
      throw new CacheDown(error);
    }
  }

  private open(): Promise<Redis> {
    const opening = connect(this.endpoint, () => {
      if (this.client === opening) this.client = undefined;
    });
    return (this.client = opening);
  }
}

async function connect({ host, port, tls }: CacheEndpoint, ended: () => void): Promise<Redis> {
  const { Redis: Client } = await import('iovalkey');
  const client = new Client({
    host,
    port,
    ...(tls && { tls: { servername: host } }),
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // Whoever sent a command learns of the error; a connection lost while idle is replaced in silence.
  client.on('error', () => undefined);
  client.on('end', ended);
  await client.connect();
  return client;
}
