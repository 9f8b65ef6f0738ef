import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import { appendFile, chmod, chown, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { initTemplate, preparePostgres, startServer } from '../../../lib/tools/twin/postgres';
import type {
  PostgresBinaries,
  PostgresServer,
  PostgresTemplate,
} from '../../../lib/tools/twin/postgres';
import { claimNetwork } from './network';
import type { Network } from './network';

/** What the emulator asks for when a cluster is created. */
interface ClusterRequest {
  readonly identifier: string;
  /** Cluster whose changes a secondary follows; null for one of its own. */
  readonly source: string | null;
  readonly username: string | null;
  readonly password: string | null;
}

/** What the emulator asks for when another member of a global cluster is to write. */
interface PromotionRequest {
  readonly identifier: string;
  /** All other members, the old writer among them. */
  readonly others: readonly string[];
}

interface Cluster {
  readonly server: PostgresServer;
  readonly password: string;
  readonly dataDir: string;
}

const PORT = 5432;
const INITIAL = 'before the cluster has its own';

/**
 * Real PostgreSQL behind the emulated Aurora clusters: the emulator asks by HTTP for a cluster and is
 * told its loopback address. TLS alone is spoken, with a certificate of the emulated authority, and a
 * secondary streams from its global cluster's writer.
 */
export class Databases {
  private readonly clusters = new Map<string, Cluster>();
  private readonly http: Server;
  private started = 0;
  private promoted = 0;

  private constructor(
    private readonly directory: string,
    private readonly binaries: PostgresBinaries,
    private readonly template: PostgresTemplate,
    private readonly network: Network,
  ) {
    this.http = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
        this.answer(request.method, body).then(
          (answer) => response.end(JSON.stringify(answer)),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
      });
    });
  }

  /** @param certificates directory of `server.pem` and `server.key` */
  public static async start(directory: string, certificates: string): Promise<Databases> {
    const binaries = await preparePostgres(directory);
    const template = await initTemplate(binaries, join(directory, 'engines/emulated/template'), {
      password: INITIAL,
    });
    await demandTls(binaries, template.directory, certificates);
    const databases = new Databases(directory, binaries, template, await claimNetwork(PORT));
    databases.http.listen(0, '127.0.0.1');
    await once(databases.http, 'listening');
    return databases;
  }

  public get url(): string {
    const address = this.http.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return `http://127.0.0.1:${address.port}/`;
  }

  /** Identifiers of the clusters that run. */
  public get running(): readonly string[] {
    return [...this.clusters.keys()].sort();
  }

  /** How many times a member was made the writer. */
  public get promotions(): number {
    return this.promoted;
  }

  /** Where a cluster listens. */
  public addressOf(identifier: string): string | undefined {
    return this.clusters.get(identifier)?.server.address;
  }

  /** Rows of a statement, as the master user of a cluster. */
  public async ask(identifier: string, statement: string): Promise<readonly unknown[]> {
    const cluster = this.clusters.get(identifier);
    if (cluster === undefined) throw new Error(`no cluster ${identifier} runs`);
    return await asMaster(cluster.server.address, cluster.password, statement);
  }

  public async stop(): Promise<void> {
    this.http.close();
    await Promise.all([...this.clusters.values()].map(({ server }) => server.stop('immediate')));
    this.network.release();
  }

  /** A server that no cluster has: without TLS, with settings of its own, at the end of `stop`. */
  public async startPlain(
    name: string,
    password: string,
    settings: string,
  ): Promise<PostgresServer> {
    const directory = join(this.directory, 'engines/emulated', name);
    await initTemplate(this.binaries, directory, { password });
    const level = settings.split('\n').filter((line) => /^(wal|max)_/.test(line));
    await appendFile(join(directory, 'postgresql.auto.conf'), `${level.join('\n')}\n`);
    this.started += 1;
    const address = `127.${this.network.number}.0.${this.started}`;
    return await startServer(this.binaries, {
      template: { ...this.template, password },
      ...{ dataDir: directory, address, port: PORT, role: 'writer' },
    });
  }

  private async answer(method: string | undefined, body: unknown): Promise<object> {
    if (method === 'DELETE') return await this.remove(body as ClusterRequest);
    if (method === 'PUT') return await this.promote(body as PromotionRequest);
    return await this.create(body as ClusterRequest);
  }

  private async create(request: ClusterRequest): Promise<{ readonly address: string }> {
    const { identifier, source } = request;
    const primary = source === null ? undefined : this.clusters.get(source);
    if (source !== null && primary === undefined) throw new Error(`no cluster ${source} runs`);
    const password = primary?.password ?? request.password;
    if (password === null) throw new Error(`${identifier} has no password`);
    this.started += 1;
    const address = `127.${this.network.number}.0.${this.started}`;
    const dataDir = join(this.directory, 'engines/emulated', `${identifier}-${this.started}`);
    const server = await startServer(this.binaries, {
      template: { ...this.template, password },
      ...{ dataDir, address, port: PORT, role: primary === undefined ? 'writer' : 'standby' },
      ...(primary && { primary: primary.server, applicationName: identifier }),
    });
    this.clusters.set(identifier, { server, password, dataDir });
    if (primary === undefined) await setPassword(address, password);
    return { address };
  }

  /** A writer that ends in order has handed all that it holds to those that follow it. */
  private async promote({ identifier, others }: PromotionRequest): Promise<object> {
    const next = this.clusters.get(identifier);
    if (next === undefined) throw new Error(`no cluster ${identifier} runs`);
    const running = others.filter((name) => this.clusters.has(name));
    const [writers, standbys] = [true, false].map((writes) =>
      running.filter((name) => (this.clusters.get(name)?.server.role === 'writer') === writes),
    );
    for (const name of writers ?? []) await this.clusters.get(name)?.server.stop('fast');
    const { address, port } = next.server;
    await asMaster(address, next.password, 'select pg_promote()');
    this.clusters.set(identifier, { ...next, server: roleOf(next.server, 'writer') });
    for (const name of standbys ?? []) await this.clusters.get(name)?.server.stop('fast');
    await Promise.all(running.map((name) => this.follow(name, { address, port })));
    this.promoted += 1;
    return {};
  }

  private async follow(name: string, primary: Pick<PostgresServer, 'address' | 'port'>) {
    const cluster = this.clusters.get(name);
    if (cluster === undefined) return;
    const { server, password, dataDir } = cluster;
    const again = await startServer(this.binaries, {
      template: { ...this.template, password },
      ...{ dataDir, address: server.address, port: PORT, role: 'standby', primary },
      applicationName: name,
    });
    this.clusters.set(name, { ...cluster, server: again });
  }

  private async remove({ identifier }: ClusterRequest): Promise<object> {
    const cluster = this.clusters.get(identifier);
    this.clusters.delete(identifier);
    await cluster?.server.stop('immediate');
    return {};
  }
}

/** As with `rds.force_ssl`: no connection without TLS. */
async function demandTls(binaries: PostgresBinaries, data: string, certificates: string) {
  for (const file of ['server.pem', 'server.key']) {
    await copyFile(join(certificates, file), join(data, file));
    await chmod(join(data, file), 0o600);
    const { user } = binaries;
    if (user) await chown(join(data, file), user.uid, user.gid);
  }
  const settings = [
    ...["ssl = 'on'", "ssl_cert_file = 'server.pem'", "ssl_key_file = 'server.key'"],
    // The engine's own, so that a cluster can follow the server that a product outgrows.
    ...['max_worker_processes = 8', 'max_logical_replication_workers = 4'],
  ];
  await appendFile(join(data, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  // Copies of a global cluster are storage's own doing, which no client's TLS concerns.
  const rules = ['hostssl all all all scram-sha-256', 'host replication all all scram-sha-256'];
  await writeFile(join(data, 'pg_hba.conf'), `${rules.join('\n')}\n`);
}

/** The master user's own password, in place of the template's. */
async function setPassword(host: string, password: string): Promise<void> {
  const text = password.replaceAll("'", "''");
  await asMaster(host, INITIAL, `alter role postgres password '${text}'`);
}

async function asMaster(
  host: string,
  password: string,
  statement: string,
): Promise<readonly unknown[]> {
  const ssl = { rejectUnauthorized: false };
  const sql = postgres({ host, port: PORT, username: 'postgres', password, max: 1, ssl });
  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end();
  }
}

/** The same server in another role. */
function roleOf(server: PostgresServer, role: PostgresServer['role']): PostgresServer {
  return { ...server, role, stop: (mode) => server.stop(mode) };
}
