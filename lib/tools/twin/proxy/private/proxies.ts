import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Service } from '../../processes';
import type { ProxiesConfig, ProxyConfig, ProxyEndpoint, ProxyView } from '..';
import { Refusal } from './backend';
import { admit, introduction } from './door';
import type { Guest } from './door';
import { Pool } from './pool';
import type { Wanted } from './pool';
import { Verifier } from './scram';
import { Session } from './session';

/** Listens for every endpoint of a Region's proxies. */
export async function startProxies({ proxies }: ProxiesConfig): Promise<Service<null>> {
  const all = proxies.map((config) => new ClusterProxy(config));
  await Promise.all(all.map((it) => it.listen()));
  return {
    ready: null,
    answer: (topic): Readonly<Record<string, ProxyView>> | undefined =>
      topic === 'proxies'
        ? Object.fromEntries(all.map((it) => [it.identifier, it.view]))
        : undefined,
    close: () => {
      for (const it of all) it.close();
      return Promise.resolve();
    },
  };
}

/** What a server said of itself, for the next client that wants the same. */
type Told = Map<string, ReadonlyMap<string, string>>;

class ClusterProxy {
  private readonly servers: readonly Server[];
  private readonly pools = new Map<string, Pool>();
  private readonly verifiers: ReadonlyMap<string, Verifier>;
  private readonly passwords: ReadonlyMap<string, string>;
  private readonly sessions = new Map<Socket, Session>();
  private readonly sockets = new Set<Socket>();
  private readonly told: Told = new Map();

  public constructor(private readonly config: ProxyConfig) {
    const { users } = config;
    this.passwords = new Map(users.map(({ username, password }) => [username, password]));
    this.verifiers = new Map(users.map((it) => [it.username, new Verifier(it.password)]));
    this.servers = config.endpoints.map((endpoint) =>
      createServer({ noDelay: true }, (near) => {
        this.greet(near, endpoint);
      }),
    );
  }

  public get identifier(): string {
    return this.config.identifier;
  }

  public get view(): ProxyView {
    const pools = [...this.pools.values()];
    const sum = (of: (pool: Pool) => number) => pools.reduce((all, pool) => all + of(pool), 0);
    return {
      clients: this.sessions.size,
      connections: sum(({ size }) => size),
      waiting: sum(({ waiting }) => waiting),
      pinned: [...this.sessions.values()].filter(({ isPinned }) => isPinned).length,
      limit: this.config.limit,
      timedOut: sum(({ timedOut }) => timedOut),
    };
  }

  public async listen(): Promise<void> {
    await Promise.all(
      this.servers.map(
        (server, at) =>
          new Promise<void>((resolve, reject) => {
            const { address: host, port } = this.config.endpoints[at]?.listen ?? {};
            server.once('error', reject);
            server.listen({ host, port }, resolve);
          }),
      ),
    );
  }

  public close(): void {
    for (const server of this.servers) server.close();
    for (const pool of this.pools.values()) pool.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private greet(near: Socket, endpoint: ProxyEndpoint): void {
    this.sockets.add(near);
    near.on('error', () => near.destroy());
    near.once('close', () => this.sockets.delete(near));
    const verifierOf = (username: string) => this.verifiers.get(username);
    const onCancel = (key: Buffer) => {
      for (const session of this.sessions.values()) if (session.key.equals(key)) session.cancel();
    };
    const { identity, requiresTls } = this.config;
    void admit(near, { verifierOf, onCancel, identity, requiresTls }).then(async (guest) => {
      if (guest !== undefined) await this.serve(guest, endpoint);
    });
  }

  private async serve(guest: Guest, endpoint: ProxyEndpoint): Promise<void> {
    const { near, parameters, frames } = guest;
    const password = this.passwords.get(parameters.get('user') ?? '') ?? '';
    const { writes } = endpoint;
    const key = JSON.stringify([writes, ...parameters]);
    const wanted: Wanted = { parameters, password, writes, key };
    const pool = this.poolOf(endpoint);
    const told = await this.introduce(pool, wanted);
    if (near.destroyed) return;
    if (told instanceof Refusal) {
      near.end(told.bytes);
      return;
    }
    const session = new Session(near, { pool, wanted, idleMs: this.config.idleClientMs });
    this.sessions.set(near, session);
    near.once('close', () => this.sessions.delete(near));
    near.on('data', (chunk: Buffer) => {
      try {
        for (const frame of frames.take(chunk)) session.said(frame);
      } catch {
        near.destroy();
      }
    });
    near.write(introduction(told, session.key));
    near.resume();
  }

  /** The first client of a kind waits for a connection; the next ones are let in without. */
  private async introduce(
    pool: Pool,
    wanted: Wanted,
  ): Promise<ReadonlyMap<string, string> | Refusal> {
    const known = this.told.get(wanted.key);
    if (known !== undefined) return known;
    const found = await pool.borrow(wanted);
    if (found instanceof Refusal) return found;
    const told = new Map(found.told);
    this.told.set(wanted.key, told);
    pool.giveBack(found, true);
    return told;
  }

  /** Endpoints that lead to one target share its connections. */
  private poolOf({ target }: ProxyEndpoint): Pool {
    const name = `${target.address}:${target.port}`;
    const known = this.pools.get(name) ?? new Pool(target, this.config);
    this.pools.set(name, known);
    return known;
  }
}
