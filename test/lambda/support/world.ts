import { createServer, type Server } from 'node:http';
import type { Hono } from 'hono/tiny';
import { createApp } from '../../../lambda/api/app';
import { createDependencies, type Dependencies } from '../../../lambda/api/dependencies';
import { answerBy } from '../../../lambda/api/listener';
import type { CacheEndpoint, WorkloadSettings } from '../../../lambda/environment';
import { createHandler, type MigrationHandler } from '../../../lambda/migrate/handler';
import { FeedHub } from '../../../lambda/live/hub';
import { acceptWebSockets } from '../../../lambda/live/websocket';
import { AwsApi } from '../../../lambda/platform/aws';
import { DraftTable } from '../../../lambda/platform/drafts';
import { Table } from '../../../lambda/platform/dynamodb';
import { NotificationTable } from '../../../lambda/platform/notifications';
import { TopologyStore, TopologyTable } from '../../../lambda/platform/topology-store';
import type { MigrationProperties, TopologyDocument, TopologySeed } from '../../../lambda/topology';
import { choosePort } from '../../../lib/tools/twin/processes';
import { createOwnTables, type FakeAws, startFakeAws } from './aws';
import { type Endpoint, startEndpoint } from './endpoint';
import { type Cluster, endpointOf, MASTER, startCluster } from './postgres';
import { unhurried } from './servers';

/** The shard's and the directory's home, and a Region with a standby. */
export const HOME = 'eu-central-1';
export const AWAY = 'us-east-2';

export const SEED: TopologySeed = {
  directory: { home: HOME },
  logicalShards: [{ first: 0, last: 1023, shard: 's0' }],
  shards: {
    s0: {
      home: HOME,
      domains: {
        identity: { store: 'main', database: 'identity', secret: 'identity-role' },
        content: { store: 'main', database: 'content', secret: 'content-role' },
        social: { store: 'main', database: 'social', secret: 'social-role' },
      },
    },
  },
};

export interface RegionOfTest {
  readonly url: string;
  readonly app: Hono;
  readonly deps: Dependencies;
  readonly hub: FeedHub;
  readonly settings: WorkloadSettings;
  readonly server: Server;
}

/** Two Regions of the workload in this process, over a real writer and its late standby. */
export interface World {
  readonly aws: FakeAws;
  readonly cluster: Cluster;
  readonly topology: TopologyTable;
  readonly regions: Readonly<Record<string, RegionOfTest>>;
  migrator(region: string): MigrationHandler;
  properties(region: string): MigrationProperties;
  changeTopology(change: (document: TopologyDocument) => TopologyDocument): Promise<void>;
  /** Leads to the tables of notifications and drafts, of all Regions, and to no other. */
  readonly ownTables: Endpoint;
  /** Regions whose servers do not reach the control table. */
  readonly cutOff: Set<string>;
  stop(): Promise<void>;
}

const POOL_SIZE = 4;
const silent = () => undefined;

export interface WorldOptions {
  readonly leaseMs?: number;
  /** @default none in any Region */
  readonly cacheOf?: (region: string) => CacheEndpoint | undefined;
  /** Address of the queues of events, and of the endpoint that serves them. @default none */
  readonly queues?: { readonly url: string; readonly endpoint: string };
  /** Bucket for uploads in every Region, and the endpoint that serves it. @default none */
  readonly uploads?: { readonly bucket: string; readonly endpoint: string };
}

export async function startWorld({
  leaseMs = 10_000,
  cacheOf = () => undefined,
  queues,
  uploads,
}: WorldOptions = {}): Promise<World> {
  const [aws, cluster] = await Promise.all([startFakeAws(), startCluster()]);
  const secrets = {
    signing: 'the signing secret of this test',
    origin: 'the origin secret',
    master: JSON.stringify(MASTER),
    'identity-role': JSON.stringify({ username: 'identity_api', password: 'identity-password' }),
    'content-role': JSON.stringify({ username: 'content_api', password: 'content-password' }),
    'social-role': JSON.stringify({ username: 'social_api', password: 'social-password' }),
  };
  for (const [name, value] of Object.entries(secrets)) aws.secrets.set(name, value);
  await aws.createTable('topology', 'id');
  const topology = new TopologyTable(aws.api, 'topology', ['us-east-1']);
  const ownTables = await startEndpoint(aws.tables);
  const ports: Readonly<Record<string, number>> = {
    [HOME]: await choosePort('127.0.0.1', 0),
    [AWAY]: await choosePort('127.0.0.1', 0),
  };
  const peers = Object.fromEntries(
    Object.entries(ports).map(([region, port]) => [region, `http://127.0.0.1:${port}`]),
  );
  const settingsOf = (region: string): WorkloadSettings => ({
    region,
    topologyTable: 'topology',
    topologyRegions: ['us-east-1'],
    sessionTable: `sessions-${region}`,
    directoryTable: `directory-${region}`,
    signingSecret: 'signing',
    originSecret: 'origin',
    peers,
    databaseTls: 'disable',
    cache: cacheOf(region),
    eventQueue: queues?.url,
    uploadBucket: uploads?.bucket,
    notificationTable: `notifications-${region}`,
    draftTable: `drafts-${region}`,
    leaseMs,
    poolSize: 10,
    port: ports[region] ?? 0,
    aws: {
      ...aws.settings,
      endpoints: {
        ...aws.settings.endpoints,
        ...(queues && { sqs: queues.endpoint }),
        ...(uploads && { s3: uploads.endpoint }),
      },
    },
  });
  const cutOff = new Set<string>();
  const migrator = (region: string) => createHandler(settingsOf(region), silent);
  const properties = (region: string): MigrationProperties => {
    const endpoint = endpointOf(region === HOME ? cluster.writer : cluster.standby);
    return {
      ServiceToken: 'unused',
      Seed: JSON.stringify(SEED),
      Clusters: { 'main.s0': { writer: endpoint, reader: endpoint, masterSecret: 'master' } },
      Version: '1',
    };
  };
  const regions: Record<string, RegionOfTest> = {};
  for (const region of [HOME, AWAY]) {
    await aws.createTable(`sessions-${region}`, 'sid');
    await aws.createTable(`directory-${region}`, 'key');
    await createOwnTables(aws, region);
    const settings = settingsOf(region);
    const deps: Dependencies = {
      ...createDependencies(settings, { poolSize: POOL_SIZE, log: silent }),
      ...unhurried(POOL_SIZE),
      ...ownStores(settings, ownTables),
      topology: new TopologyStore(
        {
          read: () => (cutOff.has(region) ? Promise.reject(new Error('cut off')) : topology.read()),
        },
        leaseMs,
      ),
    };
    const hub = new FeedHub(deps, { pollMs: 50, jitterMs: 1_000 });
    const app = createApp(deps, hub);
    const server = answerBy(createServer(), app, deps);
    acceptWebSockets(server, deps, hub);
    server.listen(settings.port, '127.0.0.1');
    regions[region] = { url: peers[region]!, app, deps, hub, settings, server };
  }
  return {
    aws,
    cluster,
    topology,
    regions,
    cutOff,
    ownTables,
    migrator,
    properties,
    changeTopology: async (change) => {
      const document = await topology.read();
      if (document === undefined) throw new Error('no document');
      await topology.replace({ ...change(document), epoch: document.epoch + 1 }, document.epoch);
      // Nobody writes by the old document after this.
      await new Promise((resolve) => setTimeout(resolve, leaseMs));
    },
    stop: async () => {
      for (const { server, deps, hub } of Object.values(regions)) {
        hub.drain();
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        deps.cache.close();
        await deps.databases.close();
      }
      ownTables.close();
      await cluster.stop();
      await aws.stop();
    },
  };
}

/** As `createDependencies` makes them, over an address of their own. */
function ownStores(settings: WorkloadSettings, { address }: Endpoint) {
  const { region, notificationTable, draftTable = '', eventQueue } = settings;
  const endpoints = { dynamodb: `http://${address}` };
  const api = new AwsApi({ ...settings.aws, endpoints }, 500);
  const told = new Table(api, region, notificationTable ?? '');
  return {
    drafts: new DraftTable(new Table(api, region, draftTable), region),
    ...(eventQueue !== undefined && { notifications: new NotificationTable(told, region) }),
  };
}
