import type { MigrationSettings } from '../environment';
import { AwsApi, AwsError } from '../platform/aws';
import type { Log } from '../platform/log';
import { Secrets } from '../platform/secrets';
import { TopologyTable } from '../platform/topology-store';
import type { MigrationProperties, ShardLocation, TopologySeed } from '../topology';
import { MIGRATIONS } from './migrations';
import type { Steps } from './run';
import { provision } from './provision';
import { contractGate } from './running';
import { changeTopology, withoutRegion, withRegion } from './registration';

/** What CDK's Provider framework hands to `onEvent`, as far as it is used. */
export interface MigrationEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResourceProperties: MigrationProperties;
}

export interface MigrationResult {
  readonly PhysicalResourceId: string;
  readonly Data: { readonly Epoch: string; readonly Applied: string; readonly Held: string };
}

export type MigrationHandler = (event: MigrationEvent) => Promise<MigrationResult>;

/** Errors become the exception's message, which CloudFormation shows as the resource's reason. */
export function createHandler(settings: MigrationSettings, log: Log): MigrationHandler {
  const api = new AwsApi(settings.aws);
  const secrets = new Secrets(api, settings.region);
  const table = new TopologyTable(api, settings.topologyTable, settings.topologyRegions);
  return async (event) => {
    const { epoch, applied, held } =
      event.RequestType === 'Delete'
        ? await remove(table, settings.region)
        : await deploy(event.ResourceProperties, { settings, api, secrets, table, log });
    return {
      // One id for ever: an update never makes CloudFormation delete what it just registered.
      PhysicalResourceId: `meridian-migration-${settings.region}`,
      Data: { Epoch: String(epoch), Applied: applied.join(', '), Held: held.join(', ') },
    };
  };
}

interface Context {
  readonly settings: MigrationSettings;
  readonly api: AwsApi;
  readonly secrets: Secrets;
  readonly table: TopologyTable;
  readonly log: Log;
}

interface Done {
  readonly epoch: number;
  readonly applied: readonly string[];
  /** Steps that wait, each with its reason. */
  readonly held: readonly string[];
}

/** Schemas first, registration after: no server is ever sent to a database without its tables. */
async function deploy(properties: MigrationProperties, context: Context): Promise<Done> {
  const { settings, table, log } = context;
  const seed = JSON.parse(properties.Seed) as TopologySeed;
  const { Clusters } = properties;
  const planned = withRegion(await table.read(), seed, settings.region, Clusters);
  const applied: string[] = [];
  const held: string[] = [];
  for (const [name, shard] of Object.entries(planned.shards)) {
    if (shard.home !== settings.region || seed.shards[name] === undefined) continue;
    const steps = await migrateShard(name, shard, seed, properties, context);
    applied.push(...steps.applied);
    held.push(...steps.held);
  }
  const document = await changeTopology(table, (current) =>
    withRegion(current, seed, settings.region, Clusters),
  );
  log('info', 'endpoints registered', { epoch: document?.epoch });
  return { epoch: document?.epoch ?? 0, applied, held };
}

async function migrateShard(
  name: string,
  shard: ShardLocation,
  seed: TopologySeed,
  properties: MigrationProperties,
  { settings, api, secrets, log }: Context,
): Promise<Steps> {
  const applied: string[] = [];
  const held: string[] = [];
  for (const [domain, location] of Object.entries(shard.domains)) {
    const store = seed.shards[name]?.domains[domain]?.store;
    if (store === undefined) continue;
    const cluster = properties.Clusters[`${store}.${name}`];
    if (cluster === undefined) throw new Error(`\`Clusters\` must hold ${store}.${name}`);
    const steps = await provision(
      {
        writer: cluster.direct ?? cluster.writer,
        master: await secrets.database(cluster.masterSecret),
        tls: settings.databaseTls,
      },
      {
        database: location.database,
        role: await secrets.database(location.secret),
        migrations: MIGRATIONS[domain] ?? [],
        gate: contractGate(api, settings.running, domain),
      },
      (level, message, fields) => {
        log(level, message, { shard: name, domain, ...fields });
      },
    );
    applied.push(...steps.applied.map((step) => `${name}.${domain}: ${step}`));
    held.push(...steps.held.map((step) => `${name}.${domain}: ${step}`));
  }
  return { applied, held };
}

/** Takes the Region's endpoints out; data and schemas stay. */
async function remove(table: TopologyTable, region: string): Promise<Done> {
  try {
    const document = await changeTopology(
      table,
      (current) => current && withoutRegion(current, region),
    );
    return { epoch: document?.epoch ?? 0, applied: [], held: [] };
  } catch (error) {
    // The control table went first: with it went the endpoints.
    if (error instanceof AwsError && error.type === 'ResourceNotFoundException')
      return { epoch: 0, applied: [], held: [] };
    throw error;
  }
}
