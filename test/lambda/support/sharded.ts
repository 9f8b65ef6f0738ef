import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Hono } from 'hono/tiny';
import postgres from 'postgres';
import { createApp } from '../../../lambda/api/app';
import { answerBy } from '../../../lambda/api/listener';
import { createDependencies, type Dependencies } from '../../../lambda/api/dependencies';
import type { WorkloadSettings } from '../../../lambda/environment';
import { FeedHub } from '../../../lambda/live/hub';
import { acceptWebSockets } from '../../../lambda/live/websocket';
import { createHandler } from '../../../lambda/migrate/handler';
import type { Domain, Sql } from '../../../lambda/platform/databases';
import { Table } from '../../../lambda/platform/dynamodb';
import { TopologyTable } from '../../../lambda/platform/topology-store';
import type { EventQueue, QueueMessage } from '../../../lambda/platform/event-queue';
import {
  createWorkHandler,
  type SqsEvent,
  type SqsResult,
  type WorkHandler,
} from '../../../lambda/work/handler';
import { followAll } from '../../../lambda/work/follow';
import { Relay } from '../../../lambda/work/relay';
import { loadDirectory, loadSeed, type Seed, type SeedSize, seedOf } from '../../../lambda/seed';
import type { TopologyDocument, TopologySeed } from '../../../lambda/topology';
import { createOwnTables, type FakeAws, startFakeAws } from './aws';
import { type Endpoint, startEndpoint } from './endpoint';
import { type RunningCache, startStandInCache } from './cache';
import { type Cluster, endpointOf, MASTER, startCluster } from './postgres';
import { Running } from './running';
import { openServer, unhurried } from './servers';

/** Home of s0 and s1; of s2 and s3; of none. */
export const EUROPE = 'eu-central-1';
export const AMERICA = 'us-east-2';
export const PACIFIC = 'ap-southeast-2';
export const REGIONS = [EUROPE, AMERICA, PACIFIC] as const;
export type RegionName = (typeof REGIONS)[number];

const HOMES: Readonly<Record<string, RegionName>> = {
  s0: EUROPE,
  s1: EUROPE,
  s2: AMERICA,
  s3: AMERICA,
};
/** Which homes' shards a Region has copies of; what it has none of, it asks other Regions for. */
const COPIES: Readonly<Record<RegionName, readonly RegionName[]>> = {
  [EUROPE]: [EUROPE, AMERICA],
  [AMERICA]: [AMERICA],
  [PACIFIC]: [EUROPE],
};
const DOMAIN_NAMES: readonly Domain[] = ['identity', 'content', 'social'];
/** At home in Europe, with a copy in the Pacific. */
export const LISTS = 'all';
const DIRECTORY = 'directory';
const POOL_SIZE = 4;
export const SIGNING_SECRET = 'the signing secret of this test';

export interface ServerOfTest {
  readonly url: string;
  readonly app: Hono;
  readonly deps: Dependencies;
  readonly server: Server;
}

/**
 * Three Regions of two servers each over four shards, whose domains stand in databases of their own: of
 * each home a real writer and a real standby, which is the reader of all Regions that have a copy.
 */
export interface ShardedWorld {
  readonly aws: FakeAws;
  readonly seed: Seed;
  readonly topology: TopologyTable;
  readonly clusters: Readonly<Record<string, Cluster>>;
  /** Of the writers, by their home. */
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  readonly caches: Readonly<Record<RegionName, RunningCache>>;
  readonly servers: Readonly<Record<RegionName, readonly ServerOfTest[]>>;
  urls(region: RegionName): readonly URL[];
  document(): Promise<TopologyDocument>;
  change(edit: (document: TopologyDocument) => TopologyDocument): Promise<void>;
  stop(): Promise<void>;
}

export interface ShardedOptions {
  /** @default all of it */
  readonly size?: SeedSize;
  /** How far every reader is behind its writer. @default 2000 */
  readonly behindMs?: number;
  readonly leaseMs?: number;
  /** Whether events are acted upon, so that timelines and the lists of everybody's articles follow. @default false */
  readonly queued?: boolean;
  /** Whether users are told what happens: the feed, and where it is queued, notifications. @default false */
  readonly live?: boolean;
  /** Whether nobody is refused for how slow the machine is. @default false */
  readonly unhurried?: boolean;
  /** Bucket for uploads in every Region. @default none */
  readonly uploadBucket?: string;
}

const silent = () => undefined;

/** Queues of events in this process, one after the other in each Region; what fails comes again, twice. */
class Queues {
  private readonly handlers = new Map<string, WorkHandler>();
  private readonly tails = new Map<string, Promise<void>>();
  private readonly seen = new Set<string>();

  public attend(region: string, handler: WorkHandler): void {
    this.handlers.set(region, handler);
  }

  public send(region: string, messages: readonly QueueMessage[]): Promise<void> {
    for (const { id, group, body } of messages) {
      if (this.seen.has(`${region} ${id}`)) continue;
      this.seen.add(`${region} ${id}`);
      const attributes = { MessageGroupId: group, MessageDeduplicationId: id };
      const record = { messageId: id, body: JSON.stringify(body), attributes };
      const before = this.tails.get(region) ?? Promise.resolve();
      this.tails.set(
        region,
        before.then(() => this.work(region, record)),
      );
    }
    return Promise.resolve();
  }

  public async settled(): Promise<void> {
    await Promise.all(this.tails.values());
  }

  private async work(region: string, record: SqsEvent['Records'][number]): Promise<void> {
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const result = await this.handlers.get(region)?.({ Records: [record] });
      const failed = (result as SqsResult | undefined)?.batchItemFailures.length ?? 0;
      if (failed === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function startWork(
  region: string,
  deps: Dependencies,
  { queues, running }: { readonly queues: Queues; readonly running: Running },
): void {
  queues.attend(region, createWorkHandler(deps));
  const relay = new Relay(deps, 100);
  relay.start();
  running.push(async () => {
    await relay.stop();
    await queues.settled();
  });
}

/** A world that cannot come up leaves nothing running. */
export async function startShardedWorld(options: ShardedOptions = {}): Promise<ShardedWorld> {
  const running = new Running();
  try {
    return await buildWorld(options, running);
  } catch (error) {
    await running.stop();
    throw error;
  }
}

async function buildWorld(options: ShardedOptions, running: Running): Promise<ShardedWorld> {
  const { size, behindMs = 2_000, leaseMs = 10_000, queued = false } = options;
  const queues = new Queues();
  const aws = await running.add(startFakeAws(), (it) => it.stop());
  const [europe, america] = await running.addBoth(startCluster, (it) => it.stop());
  const clusters: Record<string, Cluster> = { [EUROPE]: europe, [AMERICA]: america };
  const endpoints: Record<string, Endpoint> = {};
  for (const [home, { writer }] of Object.entries(clusters))
    endpoints[home] = await running.add(startEndpoint(writer), (it) => {
      it.close();
    });
  await prepareTables(aws);
  const topology = new TopologyTable(aws.api, 'topology', ['us-east-1']);
  const startCache = () => running.add(startStandInCache(), (it) => it.stop());
  const caches = {
    [EUROPE]: await startCache(),
    [AMERICA]: await startCache(),
    [PACIFIC]: await startCache(),
  };
  // At once: a port that is only chosen may be another's by the time that the databases stand.
  const listening = await Promise.all(
    REGIONS.flatMap(() => [openServer(running), openServer(running)]),
  );
  const ports = listening.map((server) => (server.address() as AddressInfo).port);
  const urlOf = (index: number) => `http://127.0.0.1:${ports[index]}`;
  const peers = Object.fromEntries(REGIONS.map((region, n) => [region, urlOf(2 * n)]));
  const settingsOf = (region: RegionName, port: number): WorkloadSettings => ({
    region,
    topologyTable: 'topology',
    topologyRegions: ['us-east-1'],
    sessionTable: `sessions-${region}`,
    directoryTable: DIRECTORY,
    signingSecret: 'signing',
    originSecret: 'origin',
    peers,
    databaseTls: 'disable',
    cache: caches[region].endpoint,
    // Its events go to the queues of this process.
    eventQueue: queued && options.live === true ? 'http://127.0.0.1/events' : undefined,
    uploadBucket: options.uploadBucket,
    notificationTable: `notifications-${region}`,
    draftTable: `drafts-${region}`,
    leaseMs,
    poolSize: 10,
    port,
    aws: aws.settings,
  });
  for (const region of REGIONS)
    await createHandler(
      settingsOf(region, 0),
      silent,
    )({ RequestType: 'Create', ResourceProperties: propertiesOf(region, clusters, endpoints) });
  const document = async () => (await topology.read())!;
  const seed = seedOf(size);
  await fill(seed, await document(), clusters);
  await loadDirectory(new Table(aws.api, EUROPE, DIRECTORY), seed.users.slice(0, 20));
  for (const cluster of Object.values(clusters)) await cluster.delayStandby(behindMs);
  const servers: Record<string, ServerOfTest[]> = {};
  for (const [n, region] of REGIONS.entries())
    servers[region] = [2 * n, 2 * n + 1].map((index) =>
      startServer(settingsOf(region, ports[index]!), urlOf(index), {
        ...{ running, options, server: listening[index]! },
        ...(queued && { queues }),
      }),
    );
  if (queued) {
    // As the job `relay` has done long ago: shards in which nobody writes are followed as well.
    await followAll(servers[EUROPE]![0]!.deps);
    for (const region of REGIONS) startWork(region, servers[region]![0]!.deps, { queues, running });
  }
  return {
    ...{ aws, seed, topology, clusters, endpoints, caches, document },
    servers: servers as unknown as ShardedWorld['servers'],
    urls: (region) => servers[region]!.map(({ url }) => new URL(url)),
    change: async (edit) => {
      const before = await document();
      const after = { ...edit(before), epoch: before.epoch + 1 };
      if (!(await topology.replace(after, before.epoch)))
        throw new Error('somebody else was first');
    },
    stop: () => running.stop(),
  };
}

async function prepareTables(aws: FakeAws): Promise<void> {
  const role = (name: string) =>
    JSON.stringify({ username: `${name}_api`, password: `${name}-password` });
  const secrets = {
    signing: SIGNING_SECRET,
    origin: 'the origin secret',
    master: JSON.stringify(MASTER),
    ...Object.fromEntries(
      [...DOMAIN_NAMES, 'discovery'].map((name) => [`${name}-role`, role(name)]),
    ),
  };
  for (const [name, value] of Object.entries(secrets)) aws.secrets.set(name, value);
  await aws.createTable('topology', 'id');
  await aws.createTable(DIRECTORY, 'key');
  for (const region of REGIONS) {
    await aws.createTable(`sessions-${region}`, 'sid');
    await createOwnTables(aws, region);
  }
}

const SHARDED: TopologySeed = {
  directory: { home: EUROPE },
  logicalShards: Object.keys(HOMES).map((shard, n) => ({
    first: 256 * n,
    last: 256 * n + 255,
    shard,
  })),
  shards: {
    ...Object.fromEntries(
      Object.entries(HOMES).map(([shard, home]) => [
        shard,
        {
          home,
          domains: Object.fromEntries(
            DOMAIN_NAMES.map((domain) => [
              domain,
              { store: 'main', database: `${shard}_${domain}`, secret: `${domain}-role` },
            ]),
          ),
        },
      ]),
    ),
    [LISTS]: {
      home: EUROPE,
      domains: {
        discovery: { store: 'main', database: `${LISTS}_discovery`, secret: 'discovery-role' },
      },
    },
  },
};

function propertiesOf(
  region: RegionName,
  clusters: Readonly<Record<string, Cluster>>,
  endpoints: Readonly<Record<string, Endpoint>>,
) {
  const all: readonly (readonly [string, RegionName])[] = Object.entries({
    ...HOMES,
    [LISTS]: EUROPE,
  });
  const held = all.filter(([, home]) => COPIES[region].includes(home));
  return {
    ServiceToken: 'unused',
    Seed: JSON.stringify(SHARDED),
    Clusters: Object.fromEntries(
      held.map(([shard, home]) => {
        const { standby } = clusters[home]!;
        return [
          `main.${shard}`,
          {
            writer: home === region ? endpoints[home]!.address : endpointOf(standby),
            reader: endpointOf(standby),
            masterSecret: 'master',
          },
        ];
      }),
    ),
    Version: '1',
  };
}

async function fill(
  seed: Seed,
  document: TopologyDocument,
  clusters: Readonly<Record<string, Cluster>>,
): Promise<void> {
  const opened: Sql[] = [];
  try {
    await loadSeed(seed, document, (shard, domain) => {
      const { address: host, port } = clusters[HOMES[shard] ?? EUROPE]!.writer;
      const database = `${shard}_${domain}`;
      const sql = postgres({ host, port, database, ...MASTER, max: 1, onnotice: silent });
      opened.push(sql);
      return sql;
    });
  } finally {
    await Promise.all(opened.map((sql) => sql.end()));
  }
}

interface ServerOptions {
  readonly running: Running;
  readonly options: ShardedOptions;
  readonly server: Server;
  readonly queues?: Queues;
}

function startServer(
  settings: WorkloadSettings,
  url: string,
  { running, queues, options, server }: ServerOptions,
): ServerOfTest {
  const deps: Dependencies = {
    ...createDependencies(settings, { poolSize: POOL_SIZE, log: silent }),
    ...(options.unhurried === true && unhurried(POOL_SIZE)),
    ...(queues && { events: queues as unknown as EventQueue }),
  };
  const hub = options.live === true ? new FeedHub(deps) : undefined;
  const app = createApp(deps, hub);
  answerBy(server, app, deps);
  if (hub !== undefined) acceptWebSockets(server, deps, hub);
  running.push(async () => {
    hub?.drain();
    server.closeAllConnections();
    server.close();
    deps.cache.close();
    await deps.databases.close();
  });
  return { url, app, deps, server };
}
