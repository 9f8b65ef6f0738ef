import type { CacheEndpoint } from '../environment';
import { Breaker } from './breaker';
import { type Cache, CacheDown } from './cache';
import { ClusterConnection } from './cluster-connection';
import { type Reply, RespConnection } from './resp';

/** The cache stands in the same Region: it answers within a millisecond or two, or it is of no use. */
const COMMAND_TIMEOUT_MS = 100;
/** With the TLS handshake of a small Lambda instance. */
const CONNECT_TIMEOUT_MS = 500;

/** One connection, or those to the nodes of a cluster; the first word behind the command is the key. */
interface Client {
  send(...words: readonly (string | number)[]): Promise<Reply>;
  close(): void;
}

/**
 * Valkey over one connection, or in cluster mode one for each node, opened at first use. What failed is
 * dropped, and the breaker, not the client, decides when to try again.
 */
export class ValkeyCache implements Cache {
  private client: Promise<Client> | undefined;

  constructor(
    private readonly endpoint: CacheEndpoint,
    private readonly breaker = new Breaker(),
  ) {}

  get state(): 'ok' | 'down' {
    return this.breaker.open ? 'down' : 'ok';
  }

  async getAll(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    // Keys of several slots are no one command in cluster mode; they go out together all the same.
    const values = await this.run((client) =>
      this.endpoint.cluster === true
        ? Promise.all(keys.map((key) => client.send('GET', key)))
        : client.send('MGET', ...keys),
    );
    if (!Array.isArray(values)) throw new CacheDown('not an array');
    return values.map((value: unknown) => (typeof value === 'string' ? value : undefined));
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.run((client) => client.send('SET', key, value, 'PX', ttlMs));
  }

  async add(key: string, value: string, ttlMs: number): Promise<boolean> {
    return (await this.run((client) => client.send('SET', key, value, 'PX', ttlMs, 'NX'))) === 'OK';
  }

  async delete(key: string): Promise<void> {
    await this.run((client) => client.send('DEL', key));
  }

  async increment(key: string, ttlMs: number): Promise<number> {
    const count = Number(await this.run((client) => client.send('INCR', key)));
    if (count === 1) await this.run((client) => client.send('PEXPIRE', key, ttlMs));
    return count;
  }

  close(): void {
    const { client } = this;
    this.client = undefined;
    void client?.then(
      (open) => {
        open.close();
      },
      () => undefined,
    );
  }

  private async run<T>(command: (client: Client) => Promise<T>): Promise<T> {
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

  private open(): Promise<Client> {
    const limits = { connectMs: CONNECT_TIMEOUT_MS, commandMs: COMMAND_TIMEOUT_MS };
    const { host, port, tls, cluster } = this.endpoint;
    const options = { host, port, tls, ...limits };
    const ended = (): void => {
      if (this.client === opening) this.client = undefined;
    };
    const opening: Promise<Client> =
      cluster === true
        ? ClusterConnection.open(options, ended)
        : RespConnection.open(options, ended);
    return (this.client = opening);
  }
}
