import postgres from 'postgres';
import type { DatabaseTls } from '../environment';
import { DISCOVERY, type DomainLocation, type ShardLocation } from '../topology';
import { Breaker } from './breaker';
import { isConnectionFailure, isNotLetIn, unavailable, UNREACHABLE } from './errors';
import { type DatabaseCredentials, parseDatabaseCredentials, type Secrets } from './secrets';

/** Functional database domains that hold the truth, of each user in a shard; never queried across. */
export const DOMAINS = ['identity', 'content', 'social'] as const;
export const DATABASES = [...DOMAINS, DISCOVERY] as const;
export type Domain = (typeof DATABASES)[number];
/** A database, or a transaction on one. */
export type Sql = postgres.Sql;
export type Transaction = postgres.TransactionSql;
export type Queryable = postgres.ISql;

export interface DatabasesOptions {
  readonly region: string;
  readonly tls: DatabaseTls;
  /** Connections to each endpoint: a Lambda instance serves one request at a time. */
  readonly poolSize: number;
}

const CONNECT_TIMEOUT_SECONDS = 3;
const IDLE_TIMEOUT_SECONDS = 60;
/** The driver's own pauses between attempts to connect grow to 20 s, while requests wait. */
const LONGEST_BACKOFF_SECONDS = 0.5;
/** A reader that is back is used again within this. */
const READER_PAUSE_MS = 2_000;
const MAX_LIFETIME_SECONDS = 30 * 60;
/**
 * What holds of every connection of a domain's roles. It stands at the roles (lambda/migrate/provision.ts),
 * because RDS Proxy takes no such settings with a connection and shares none whose session sets some.
 */
export const ROLE_SETTINGS: Readonly<Record<string, string>> = {
  statement_timeout: '5s',
  // Of a limit that it does not know it thinks so ill that it would plan each page anew.
  plan_cache_mode: 'force_generic_plan',
  timezone: 'UTC',
};
/** A second longer than a statement may take, of requests and of jobs. */
const SILENCE_MS = { request: 6_000, job: 61_000 } as const;
/** No request takes longer: what a replaced pool still runs is done by then. */
const RETIRE_SECONDS = 30;

/** A pool and the text of the secret that it was opened with. */
interface Pool {
  readonly sql: Sql;
  readonly secret: string;
}

/**
 * Connection pools to the databases of this Region, by endpoint; connections never cross Regions.
 * Opened at first use, so that a request which needs no database does not depend on one. A rotation
 * changes the user's name with the password: a new pool then takes the place of the old one, whose
 * queries end in peace, because the previous user stays valid until the next rotation.
 */
export class Databases {
  private readonly pools = new Map<string, Pool>();
  /** Of readers, by endpoint. */
  private readonly breakers = new Map<string, Breaker>();

  constructor(
    private readonly options: DatabasesOptions,
    private readonly secrets: Secrets,
  ) {}

  /** Where this Region reads; may lag behind the writer. */
  reader(shard: ShardLocation, domain: Domain): Promise<Sql> {
    return this.pool(shard, domain, 'reader');
  }

  /** Where this Region writes, if it is the shard's home. */
  writer(shard: ShardLocation, domain: Domain): Promise<Sql> {
    return this.pool(shard, domain, 'writer');
  }

  /** The same for a job, a statement of which may take a minute. */
  patient(shard: ShardLocation, domain: Domain): Promise<Sql> {
    return this.pool(shard, domain, 'writer', 'job');
  }

  /** Whether this Region holds a copy of the shard. */
  holds(shard: ShardLocation, domain: Domain): boolean {
    return shard.domains[domain]?.endpoints[this.options.region] !== undefined;
  }

  /** Whether reads of this Region see every write at once, because one endpoint serves both. */
  readsWriter(shard: ShardLocation, domain: Domain): boolean {
    const endpoints = shard.domains[domain]?.endpoints[this.options.region];
    return endpoints !== undefined && endpoints.reader === endpoints.writer;
  }

  async close(): Promise<void> {
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map(({ sql }) => sql.end({ timeout: 5 })));
  }

  private async pool(
    shard: ShardLocation,
    domain: Domain,
    role: 'reader' | 'writer',
    of: keyof typeof SILENCE_MS = 'request',
  ): Promise<Sql> {
    const location = shard.domains[domain];
    const endpoint = location?.endpoints[this.options.region]?.[role];
    if (location === undefined || endpoint === undefined)
      throw unavailable(domain, 'is not held in this Region');
    const name = `${endpoint}/${location.database}/${of}`;
    const secret = await this.secrets.text(location.secret);
    const pool = this.pools.get(name);
    if (pool?.secret === secret) return pool.sql;
    const credentials = parseDatabaseCredentials(location.secret, secret);
    const sql = this.open(endpoint, location, credentials, SILENCE_MS[of]);
    this.pools.set(name, { sql, secret });
    pool?.sql.end({ timeout: RETIRE_SECONDS }).catch(() => undefined);
    return sql;
  }

  private open(
    endpoint: string,
    location: DomainLocation,
    { username, password }: DatabaseCredentials,
    silenceMs: number,
  ): Sql {
    const { host, port } = splitEndpoint(endpoint);
    return postgres({
      host,
      port,
      database: location.database,
      username,
      password,
      ssl: this.options.tls === 'verify-full' ? 'verify-full' : false,
      max: this.options.poolSize,
      connect_timeout: CONNECT_TIMEOUT_SECONDS,
      backoff: (attempt) => Math.min(0.02 * 2 ** attempt, LONGEST_BACKOFF_SECONDS),
      idle_timeout: IDLE_TIMEOUT_SECONDS,
      max_lifetime: MAX_LIFETIME_SECONDS,
      // Saves a query on each new connection; the workload uses no array of custom types.
      fetch_types: false,
      // The mended driver's own (docs/adr/0010), which no server hears of.
      connection: { application_name: 'meridian-api', silence_ms: silenceMs },
      onnotice: () => undefined,
    });
  }

  /**
   * Runs a read. Where the reader cannot be reached and the writer is here, that answers. Where somebody
   * else may answer, the reader is left alone for a second or two, so that not every request finds out.
   * @throws RequestError 503 and what the driver throws
   */
  async read<T>(shard: ShardLocation, domain: Domain, query: (sql: Sql) => Promise<T>): Promise<T> {
    const copies = Object.keys(shard.domains[domain]?.endpoints ?? {}).length;
    const hasWriter = shard.home === this.options.region && !this.readsWriter(shard, domain);
    if (!hasWriter && copies < 2) return await this.readReader(shard, domain, query);
    const breaker = this.breakerOf(shard, domain);
    if (breaker.admit()) {
      try {
        const result = await this.readReader(shard, domain, query);
        breaker.succeeded();
        return result;
      } catch (error) {
        const lost = isConnectionFailure(error);
        if (lost) breaker.failed();
        else breaker.succeeded();
        if (!lost || !hasWriter) throw error;
      }
    } else if (!hasWriter) throw unavailable('database', UNREACHABLE);
    return await query(await this.writer(shard, domain));
  }

  /**
   * Once more where the connection had died, as those of a thawed Lambda instance do, or where the
   * password was refused, as after a rotation.
   */
  private async readReader<T>(
    shard: ShardLocation,
    domain: Domain,
    query: (sql: Sql) => Promise<T>,
  ): Promise<T> {
    try {
      return await query(await this.reader(shard, domain));
    } catch (error) {
      if (isNotLetIn(error)) {
        const secret = shard.domains[domain]?.secret;
        if (secret !== undefined) this.secrets.forget(secret);
      } else if (!isConnectionFailure(error)) throw error;
      return await query(await this.reader(shard, domain));
    }
  }

  private breakerOf(shard: ShardLocation, domain: Domain): Breaker {
    const endpoint = shard.domains[domain]?.endpoints[this.options.region]?.reader ?? '';
    const known = this.breakers.get(endpoint);
    if (known !== undefined) return known;
    const breaker = new Breaker(undefined, undefined, READER_PAUSE_MS);
    this.breakers.set(endpoint, breaker);
    return breaker;
  }
}

export function splitEndpoint(endpoint: string): { readonly host: string; readonly port: number } {
  const colon = endpoint.lastIndexOf(':');
  const port = Number(endpoint.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port))
    throw new Error(`an endpoint must be host:port, got: ${endpoint}`);
  return { host: endpoint.slice(0, colon), port };
}
