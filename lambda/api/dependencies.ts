import type { AwsCredentials, WorkloadSettings } from '../environment';
import { Admission, OF_A_SERVER, type Place } from '../platform/admission';
import { Arrivals } from '../platform/arrivals';
import { AwsApi } from '../platform/aws';
import { type BulkheadOptions, Bulkheads } from '../platform/bulkhead';
import { NO_CACHE } from '../platform/cache';
import { CacheAside, type NoteAge } from '../platform/cache-aside';
import { Changes } from '../platform/changes';
import { Databases } from '../platform/databases';
import { Directory } from '../platform/directory';
import { type Drafts, DraftTable } from '../platform/drafts';
import { Table } from '../platform/dynamodb';
import { EventQueue } from '../platform/event-queue';
import { Forwarder } from '../platform/forward';
import type { Log } from '../platform/log';
import { type Notifications, NotificationTable } from '../platform/notifications';
import { Near } from '../platform/near';
import { Processor } from '../platform/processor';
import { RateLimiter } from '../platform/rate-limit';
import { RemoteReads } from '../platform/remote-reads';
import { Secrets } from '../platform/secrets';
import { Sessions } from '../platform/sessions';
import type { SigningKeys } from '../platform/signing-keys';
import { SessionTableCopy } from '../platform/topology-copy';
import { spanSender } from '../platform/spans';
import { TopologyStore, TopologyTable } from '../platform/topology-store';
import { type Trace, Tracer } from '../platform/trace';
import { ValkeyCache } from '../platform/valkey';
import { Lifecycle } from './lifecycle';

/** Everything the application reaches; nothing in it is global, so that Regions share a process in tests. */
export interface Dependencies {
  readonly region: string;
  readonly topology: TopologyStore;
  readonly databases: Databases;
  readonly arrivals: Arrivals;
  readonly admission: Admission;
  /** Of what a shard's databases are asked, by shard, domain and role: `atShard`. */
  readonly bulkheads: Bulkheads;
  readonly sessions: Sessions;
  readonly directory: Directory;
  readonly forwarder: Forwarder;
  /** Of shards that this Region holds no copy of. */
  readonly remoteReads: RemoteReads;
  /** Of answers to reads. */
  readonly cache: CacheAside;
  /** Whether anything has been written in this Region. */
  readonly changes: Changes;
  /** Of one request, where it may be answered with what is old: `showingAge`. */
  readonly noteAge?: NoteAge;
  /** Of one request; without it, whoever asks is not counted. */
  readonly place?: Place;
  /** Of one request, where requests are traced. */
  readonly trace?: Trace;
  /** Where events go that others act upon; without it, feeds are pulled. */
  readonly events: EventQueue | undefined;
  /** Where images go that users upload; without it, none can be uploaded. */
  readonly uploads: Uploads | undefined;
  /** What users are told of; without a table, nothing. */
  readonly notifications: Notifications | undefined;
  /** Of articles; without a table, none are kept. */
  readonly drafts: Drafts | undefined;
  readonly limiter: RateLimiter;
  /** Where requests and messages are traced. */
  readonly tracer?: Tracer | undefined;
  readonly lifecycle: Lifecycle;
  /** What every request must bear but for those of health; without it, the load balancer has asked. */
  readonly demandedOrigin?: (() => Promise<string>) | undefined;
  readonly signingKeys: () => Promise<SigningKeys>;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The Region's bucket, as browsers reach it. */
export interface Uploads {
  readonly bucket: string;
  /** Address that forms are sent to. */
  readonly url: string;
  /** Of whoever signs forms: what it may put, a form may. */
  readonly credentials: () => Promise<AwsCredentials>;
}

/** What differs between the entries. */
export interface EntryOptions {
  /** Connections to each database endpoint. */
  readonly poolSize: number;
  /**
   * After how many milliseconds a shard is slow, so that the next ones are refused at once: for a process that does
   * one thing at a time. @default no shard is, where others are served beside it
   */
  readonly slowShardMs?: number;
  /** By which spans are told apart. @default api */
  readonly program?: string;
  readonly log: Log;
}

/** Longest wait for a place among those who ask a shard, in milliseconds. */
const SHARD_WAIT_MS = 1_000;

/** Opens no connection: everything is reached at first use. */
export function createDependencies(
  settings: WorkloadSettings,
  { poolSize, slowShardMs, program = 'api', log }: EntryOptions,
): Dependencies {
  const { region } = settings;
  const api = new AwsApi(settings.aws);
  const secrets = new Secrets(api, region);
  const signingKeys = () => secrets.signingKeys(settings.signingSecret);
  const originSecret = () => secrets.text(settings.originSecret);
  const store = settings.cache ? new ValkeyCache(settings.cache) : NO_CACHE;
  const now = Date.now;
  const changes = new Changes(store);
  const cache = new CacheAside(store, now, undefined, new Near(changes));
  const sessionTable = new Table(api, region, settings.sessionTable);
  const databases = new Databases({ region, tls: settings.databaseTls, poolSize }, secrets);
  const forwarder = new Forwarder({
    region,
    peers: settings.peers,
    signingKeys,
    originSecret,
    now,
  });
  return {
    region,
    topology: new TopologyStore(
      new TopologyTable(api, settings.topologyTable, settings.topologyRegions),
      settings.leaseMs,
      undefined,
      new SessionTableCopy(sessionTable, region),
    ),
    databases,
    arrivals: new Arrivals(databases),
    admission: new Admission({ ...OF_A_SERVER, processor: new Processor() }),
    bulkheads: new Bulkheads({ ...bulkheadsOf(poolSize), slowMs: slowShardMs }),
    sessions: new Sessions(sessionTable, cache, {
      region,
      regions: [...new Set([region, ...Object.keys(settings.peers)])].sort(),
      keys: signingKeys,
    }),
    directory: new Directory(new Table(api, region, settings.directoryTable)),
    forwarder,
    remoteReads: new RemoteReads(forwarder),
    ...{ cache, changes },
    events: settings.eventQueue ? new EventQueue(api, settings.eventQueue) : undefined,
    uploads: uploadsOf(settings),
    // They are made of the queue's events.
    notifications:
      settings.notificationTable && settings.eventQueue
        ? new NotificationTable(new Table(api, region, settings.notificationTable), region)
        : undefined,
    drafts: settings.draftTable
      ? new DraftTable(new Table(api, region, settings.draftTable), region)
      : undefined,
    limiter: new RateLimiter(store, now),
    lifecycle: new Lifecycle(),
    tracer: tracerOf(settings, program, log),
    demandedOrigin: settings.originDemanded === true ? originSecret : undefined,
    ...{ signingKeys, log, now },
  };
}

function tracerOf(
  { region, aws, traceShare }: WorkloadSettings,
  program: string,
  log: Log,
): Tracer | undefined {
  if (traceShare === undefined) return undefined;
  const send = spanSender({ region, program, aws });
  return new Tracer(traceShare, async (spans) => {
    try {
      await send(spans);
    } catch (error) {
      log('warn', 'spans are lost', { count: spans.length, error });
      throw error;
    }
  });
}

function bulkheadsOf(poolSize: number): BulkheadOptions {
  return { size: poolSize, queue: 4 * poolSize, waitMs: SHARD_WAIT_MS };
}

/** By the bucket's own host on AWS, by path where another endpoint stands for S3. */
function uploadsOf({ region, uploadBucket: bucket, aws }: WorkloadSettings): Uploads | undefined {
  if (bucket === undefined) return undefined;
  const { s3 } = aws.endpoints;
  const url =
    s3 === undefined
      ? `https://${bucket}.s3.${region}.amazonaws.com/`
      : new URL(`/${bucket}`, s3).href;
  return { bucket, url, credentials: aws.credentials };
}
