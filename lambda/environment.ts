import { SERVER_POOL_SIZE } from './platform/pools';
import { containerCredentials, ECS_HOST, isCredentialUrl } from './platform/credentials';

/**
 * The workload's whole environment: few and flat. Compute constructs pass exactly this record, so a
 * forgotten variable does not compile. Everything per shard is in the topology document.
 */
export interface WorkloadEnvironment {
  /** Region this process serves, for example `eu-central-1`. */
  readonly MERIDIAN_REGION: string;
  /** Strongly consistent control table that holds the topology document. */
  readonly TOPOLOGY_TABLE: string;
  /** Regions that hold a replica of the control table, nearest first, comma separated. */
  readonly TOPOLOGY_REGIONS: string;
  /** Global table of sessions; read and written in this Region. */
  readonly SESSION_TABLE: string;
  /** Global table of names and mail addresses; written only in the directory's home Region. */
  readonly DIRECTORY_TABLE: string;
  /** Name of the secret that signs session tokens and forwarded writes. */
  readonly SIGNING_SECRET: string;
  /** Name of the secret that the load balancer demands in the header `x-origin-verify`. */
  readonly ORIGIN_SECRET: string;
  /**
   * `yes` where servers demand that header themselves, behind a load balancer that reads no requests.
   * @default the load balancer demands it
   */
  readonly ORIGIN_DEMANDED?: 'yes';
  /** Base URL of each Region's load balancer: `region=url,region=url`. */
  readonly PEER_URLS: string;
  /** TLS to the databases: `verify-full` but where the database stands beside the one server. */
  readonly DATABASE_TLS: 'verify-full' | 'disable';
  /**
   * The Region's cache, `rediss://host:port`; `redis://` in the twin; `?cluster` behind it in cluster mode.
   * The truth is never in it.
   * @default without a cache
   */
  readonly CACHE_ENDPOINT?: string;
  /**
   * Address of the Region's queue of events, `{region}` in place of its Region, because events for
   * shards that are written elsewhere go to the queue there.
   * @default without queues: feeds are pulled when they are read
   */
  readonly EVENT_QUEUE?: string;
  /**
   * The Region's bucket of images that users upload.
   * @default nothing can be uploaded
   */
  readonly UPLOAD_BUCKET?: string;
  /**
   * Global table of what users are told of; read and written in this Region.
   * @default nobody is told
   */
  readonly NOTIFICATION_TABLE?: string;
  /**
   * Global table of drafts and their revisions; read and written in this Region.
   * @default no drafts are kept
   */
  readonly DRAFT_TABLE?: string;
  /**
   * Milliseconds for which a server may write by one reading of the topology document; a failover
   * waits so long before it promotes.
   * @default 10000
   */
  readonly LEASE_MS?: string;
  /**
   * Connections that a server opens to each database at each of its endpoints, at most; functions open
   * fewer by themselves.
   * @default lambda/platform/pools.ts
   */
  readonly POOL_SIZE?: string;
  /**
   * Share of the traces that are sent to the Region's OTLP endpoint, 0 to 1; log lines bear the ids of all.
   * @default nothing is traced
   */
  readonly TRACE_SHARE?: string;
}

/** What the migration function needs; it seeds the topology document and brings schemas up to date. */
export interface MigrationEnvironment {
  readonly MERIDIAN_REGION: string;
  readonly TOPOLOGY_TABLE: string;
  readonly TOPOLOGY_REGIONS: string;
  readonly DATABASE_TLS: 'verify-full' | 'disable';
  /** Regions whose code may still use what a contract step removes. @default none is removed */
  readonly SERVING_REGIONS?: string;
  /** SSM parameters, the same in each of these, with the schemas that the deployed code knows. */
  readonly SCHEMA_PARAMETERS?: string;
}

/** What the rotation function needs, in the Region of the primary secrets. */
export interface RotationEnvironment {
  readonly MERIDIAN_REGION: string;
  readonly TOPOLOGY_TABLE: string;
  readonly TOPOLOGY_REGIONS: string;
  readonly SIGNING_SECRET: string;
  /** Name of the migration function, the same in every Region. */
  readonly MIGRATION_FUNCTION: string;
  /** Secrets that proxies read too, `SECRET=SECRET_OF_THE_USER_LEFT`, comma separated. */
  readonly PROXIED_SECRETS?: string;
}

/** How the workload reaches AWS APIs; endpoints are overridden by the SDKs' standard variables. */
export interface AwsSettings {
  /** Asked for each call, so that a source of expiring credentials fits in. */
  readonly credentials: () => Promise<AwsCredentials>;
  readonly endpoints: Readonly<Partial<Record<AwsService, string>>>;
}

export type AwsService = 'dynamodb' | 'secretsmanager' | 'lambda' | 'sqs' | 's3' | 'ssm' | 'xray';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** {@link WorkloadEnvironment}, parsed. */
export interface WorkloadSettings {
  readonly region: string;
  readonly topologyTable: string;
  readonly topologyRegions: readonly string[];
  readonly sessionTable: string;
  readonly directoryTable: string;
  /** Names of secrets, not their values. */
  readonly signingSecret: string;
  readonly originSecret: string;
  /** Whether servers demand its value themselves. */
  readonly originDemanded?: boolean;
  /** Origin (`https://host[:port]`) of each Region's load balancer. */
  readonly peers: Readonly<Record<string, string>>;
  readonly databaseTls: DatabaseTls;
  readonly cache: CacheEndpoint | undefined;
  /** Address of the queue of events, with `{region}` in place of a Region. */
  readonly eventQueue: string | undefined;
  readonly uploadBucket: string | undefined;
  readonly notificationTable: string | undefined;
  readonly draftTable: string | undefined;
  readonly leaseMs: number;
  /** Connections of a server to each database at an endpoint. */
  readonly poolSize: number;
  /** Share of the traces that are sent, 0 to 1; without it nothing is traced. */
  readonly traceShare?: number | undefined;
  /** Port the long-lived server listens on. */
  readonly port: number;
  readonly aws: AwsSettings;
}

export interface CacheEndpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Whether it tells which node has a key, and refuses commands with keys of several slots. */
  readonly cluster?: true;
}

export type DatabaseTls = WorkloadEnvironment['DATABASE_TLS'];

/** Who says up to which version the code that runs knows the schemas. */
export interface RunningCode {
  /** None where the one server has stopped before it migrates. */
  readonly regions: readonly string[];
  /** Names of SSM parameters in each of them. */
  readonly parameters: readonly string[];
}

/** {@link MigrationEnvironment}, parsed. */
export interface MigrationSettings {
  readonly region: string;
  readonly topologyTable: string;
  readonly topologyRegions: readonly string[];
  readonly databaseTls: DatabaseTls;
  /** `undefined` where that is not known: nothing is removed then. */
  readonly running?: RunningCode;
  readonly aws: AwsSettings;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** {@link RotationEnvironment}, parsed. */
export interface RotationSettings {
  readonly region: string;
  readonly topologyTable: string;
  readonly topologyRegions: readonly string[];
  readonly signingSecret: string;
  readonly migrationFunction: string;
  /** By the name of a secret: where proxies find the user that a rotation leaves. */
  readonly leftUsers: ReadonlyMap<string, string>;
  readonly aws: AwsSettings;
}

/** Every missing or invalid variable at once, one line each. */
export class EnvironmentError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`the environment is not usable:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'EnvironmentError';
  }
}

const DEFAULT_PORT = 8080;
/** Shorter than any detection of a dead Region (3 × 10 s). */
const DEFAULT_LEASE_MS = 10_000;
/** Below, one slow look-up would stop all writes; above, a failover would wait too long. */
const LEASE_RANGE_MS = [200, 60_000] as const;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/**
 * Reads the workload's environment; the only reader of `process.env` beside its sibling below.
 * @throws EnvironmentError naming all faults
 */
export function loadEnvironment(variables: Variables = process.env): WorkloadSettings {
  const read = new Reader(variables);
  return read.finish({
    region: read.region('MERIDIAN_REGION'),
    topologyTable: read.text('TOPOLOGY_TABLE'),
    topologyRegions: read.regions('TOPOLOGY_REGIONS'),
    sessionTable: read.text('SESSION_TABLE'),
    directoryTable: read.text('DIRECTORY_TABLE'),
    signingSecret: read.text('SIGNING_SECRET'),
    originSecret: read.text('ORIGIN_SECRET'),
    originDemanded: read.yes('ORIGIN_DEMANDED'),
    peers: read.peers('PEER_URLS'),
    databaseTls: read.tls('DATABASE_TLS'),
    cache: read.cache('CACHE_ENDPOINT'),
    eventQueue: read.queue('EVENT_QUEUE'),
    uploadBucket: read.bucket('UPLOAD_BUCKET'),
    notificationTable: read.table('NOTIFICATION_TABLE'),
    draftTable: read.table('DRAFT_TABLE'),
    leaseMs: read.integer('LEASE_MS', DEFAULT_LEASE_MS, LEASE_RANGE_MS),
    poolSize: read.integer('POOL_SIZE', SERVER_POOL_SIZE, [1, 100]),
    traceShare: read.share('TRACE_SHARE'),
    port: read.integer('PORT', DEFAULT_PORT, [0, 65_535]),
    aws: read.aws(),
  });
}

/**
 * Reads the migration function's environment.
 * @throws EnvironmentError naming all faults
 */
export function loadMigrationEnvironment(variables: Variables = process.env): MigrationSettings {
  const read = new Reader(variables);
  return read.finish({
    region: read.region('MERIDIAN_REGION'),
    topologyTable: read.text('TOPOLOGY_TABLE'),
    topologyRegions: read.regions('TOPOLOGY_REGIONS'),
    databaseTls: read.tls('DATABASE_TLS'),
    ...read.running(),
    aws: read.aws(),
  });
}

/**
 * Reads the rotation function's environment.
 * @throws EnvironmentError naming all faults
 */
export function loadRotationEnvironment(variables: Variables = process.env): RotationSettings {
  const read = new Reader(variables);
  return read.finish({
    region: read.region('MERIDIAN_REGION'),
    topologyTable: read.text('TOPOLOGY_TABLE'),
    topologyRegions: read.regions('TOPOLOGY_REGIONS'),
    signingSecret: read.text('SIGNING_SECRET'),
    migrationFunction: read.text('MIGRATION_FUNCTION'),
    leftUsers: read.pairs('PROXIED_SECRETS'),
    aws: read.aws(),
  });
}

/** Collects faults while values are read, so that one run names them all. */
class Reader {
  private readonly faults: string[] = [];

  constructor(private readonly variables: Variables) {}

  finish<T>(settings: T): T {
    if (this.faults.length > 0) throw new EnvironmentError(this.faults);
    return settings;
  }

  text(name: string): string {
    const value = this.variables[name] ?? '';
    if (value === '') this.faults.push(`${name} is missing`);
    return value;
  }

  yes(name: string): boolean {
    const value = this.variables[name] ?? '';
    if (value !== '' && value !== 'yes') this.invalid(name, '`yes`', value);
    return value === 'yes';
  }

  region(name: string): string {
    const value = this.text(name);
    if (value !== '' && !REGION.test(value)) this.invalid(name, 'a Region name', value);
    return value;
  }

  regions(name: string): readonly string[] {
    const value = this.text(name);
    const regions = value.split(',').map((region) => region.trim());
    if (value !== '' && !regions.every((region) => REGION.test(region)))
      this.invalid(name, 'Region names, comma separated', value);
    return regions;
  }

  /** `none` says that no other code runs. */
  running(): Pick<MigrationSettings, 'running'> {
    const { SERVING_REGIONS: regions = '', SCHEMA_PARAMETERS: parameters = '' } = this.variables;
    if (regions === '') return {};
    return {
      running: {
        regions: regions === 'none' ? [] : this.regions('SERVING_REGIONS'),
        parameters: parameters.split(',').filter((name) => name !== ''),
      },
    };
  }

  peers(name: string): Readonly<Record<string, string>> {
    const value = this.text(name);
    const entries = value === '' ? [] : value.split(',').map((pair) => pair.trim());
    const peers: Record<string, string> = {};
    for (const entry of entries) {
      const [, region, url] = /^([^=]+)=(https?:\/\/[^/?#]+)\/?$/.exec(entry) ?? [];
      if (region !== undefined && url !== undefined && REGION.test(region) && URL.canParse(url))
        peers[region] = url;
      else this.invalid(name, '`region=url` pairs, comma separated', entry);
    }
    return peers;
  }

  /** Empty where it is not set. */
  pairs(name: string): ReadonlyMap<string, string> {
    const value = this.variables[name] ?? '';
    const pairs = new Map<string, string>();
    for (const entry of value === '' ? [] : value.split(',')) {
      const [, one, other] = /^([\w/+=.@-]+?)=([\w/+.@-]+)$/.exec(entry) ?? [];
      if (one === undefined || other === undefined)
        this.invalid(name, '`name=name` pairs, comma separated', entry);
      else pairs.set(one, other);
    }
    return pairs;
  }

  tls(name: string): DatabaseTls {
    const value = this.text(name);
    if (value !== '' && value !== 'verify-full' && value !== 'disable')
      this.invalid(name, '`verify-full` or `disable`', value);
    return value === 'disable' ? 'disable' : 'verify-full';
  }

  share(name: string): number | undefined {
    const value = this.variables[name] ?? '';
    if (value === '') return undefined;
    const share = Number(value);
    if (!/^[\d.]+$/.test(value) || !(share <= 1)) this.invalid(name, 'a number of 0 to 1', value);
    return share;
  }

  integer(name: string, otherwise: number, [least, most]: readonly [number, number]): number {
    const value = this.variables[name] ?? String(otherwise);
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (!(number >= least && number <= most))
      this.invalid(name, `an integer between ${least} and ${most}`, value);
    return number;
  }

  cache(name: string): CacheEndpoint | undefined {
    const value = this.variables[name] ?? '';
    if (value === '') return undefined;
    const [, scheme, host = '', port, cluster] =
      /^(rediss?):\/\/([\w.-]+):(\d{1,5})(\?cluster)?$/.exec(value) ?? [];
    if (scheme === undefined || Number(port) > 65_535)
      this.invalid(name, '`rediss://host:port[?cluster]` or `redis://host:port[?cluster]`', value);
    const tls = scheme === 'rediss';
    return { host, port: Number(port), tls, ...(cluster !== undefined && { cluster: true }) };
  }

  queue(name: string): string | undefined {
    const value = this.variables[name] ?? '';
    if (value === '') return undefined;
    if (!/^https?:\/\/[^/?#]*\{region\}[^/?#]*\/\d{12}\/[\w-]{1,75}\.fifo$/.test(value))
      this.invalid(name, 'the address of a FIFO queue with `{region}` in its host', value);
    return value;
  }

  bucket(name: string): string | undefined {
    const value = this.variables[name] ?? '';
    if (value === '') return undefined;
    if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(value))
      this.invalid(name, 'the name of a bucket, without dots', value);
    return value;
  }

  table(name: string): string | undefined {
    const value = this.variables[name] ?? '';
    if (value === '') return undefined;
    if (!/^[\w.-]{3,255}$/.test(value)) this.invalid(name, 'the name of a table', value);
    return value;
  }

  aws(): AwsSettings {
    return {
      credentials: this.containerRole() ?? this.keys(),
      endpoints: {
        ...this.endpoint('dynamodb', 'AWS_ENDPOINT_URL_DYNAMODB'),
        ...this.endpoint('secretsmanager', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'),
        ...this.endpoint('lambda', 'AWS_ENDPOINT_URL_LAMBDA'),
        ...this.endpoint('sqs', 'AWS_ENDPOINT_URL_SQS'),
        ...this.endpoint('s3', 'AWS_ENDPOINT_URL_S3'),
        ...this.endpoint('ssm', 'AWS_ENDPOINT_URL_SSM'),
        ...this.endpoint('xray', 'AWS_ENDPOINT_URL_XRAY'),
      },
    };
  }

  private keys(): AwsSettings['credentials'] {
    const sessionToken = this.variables.AWS_SESSION_TOKEN ?? '';
    const credentials = {
      accessKeyId: this.text('AWS_ACCESS_KEY_ID'),
      secretAccessKey: this.text('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken === '' ? {} : { sessionToken }),
    };
    return () => Promise.resolve(credentials);
  }

  /** As in the SDKs, keys in the environment come first, and the relative address before the full. */
  private containerRole(): AwsSettings['credentials'] | undefined {
    const optional = (name: string) => this.variables[name] || undefined;
    const relative = optional('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
    const full = optional('AWS_CONTAINER_CREDENTIALS_FULL_URI');
    const url = relative === undefined ? full : ECS_HOST + relative;
    if (optional('AWS_ACCESS_KEY_ID') !== undefined || url === undefined) return undefined;
    if (relative !== undefined && !relative.startsWith('/'))
      this.invalid('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'a path', relative);
    else if (!isCredentialUrl(url))
      this.invalid('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'HTTPS or a local address', url);
    const token = optional('AWS_CONTAINER_AUTHORIZATION_TOKEN');
    const tokenFile = optional('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
    return containerCredentials({
      url,
      ...(token !== undefined && { token }),
      ...(tokenFile !== undefined && { tokenFile }),
    });
  }

  private endpoint(service: AwsService, name: string): Partial<Record<AwsService, string>> {
    const value = this.variables[name] ?? '';
    if (value === '') return {};
    if (!/^https?:\/\//.test(value) || !URL.canParse(value)) this.invalid(name, 'a URL', value);
    return { [service]: value };
  }

  private invalid(name: string, allowed: string, got: string): void {
    this.faults.push(`${name} must be ${allowed}, got: ${got}`);
  }
}
