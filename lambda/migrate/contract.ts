import type { MigrationSettings } from '../environment';
import { AwsApi } from '../platform/aws';
import type { Log } from '../platform/log';
import { Secrets } from '../platform/secrets';
import { TopologyTable } from '../platform/topology-store';
import type { ContractReply, ContractRequest, ShardLocation } from '../topology';
import type { Migration } from './migration';
import { migrateDatabase } from './provision';
import { contractGate } from './running';

export type ContractHandler = (request: ContractRequest) => Promise<ContractReply>;

/**
 * Takes the steps that waited for all Regions, in the databases that are written here; asked for when
 * every Region's services are deployed. Whatever still has to wait is said.
 */
export function createContractHandler(
  settings: MigrationSettings,
  history: Readonly<Record<string, readonly Migration[]>>,
  log: Log,
): ContractHandler {
  const api = new AwsApi(settings.aws);
  const secrets = new Secrets(api, settings.region);
  const table = new TopologyTable(api, settings.topologyTable, settings.topologyRegions);
  return async () => {
    const document = await table.read();
    const applied: string[] = [];
    const held: string[] = [];
    for (const [shard, domain, place] of placesOf(document?.shards ?? {}, settings.region)) {
      const steps = await migrateDatabase(
        {
          writer: place.writer,
          master: await secrets.database(place.masterSecret),
          tls: settings.databaseTls,
        },
        {
          database: place.database,
          migrations: history[domain] ?? [],
          gate: contractGate(api, settings.running, domain),
        },
        (level, message, fields) => {
          log(level, message, { shard, domain, ...fields });
        },
      );
      applied.push(...steps.applied.map((step) => `${shard}.${domain}: ${step}`));
      held.push(...steps.held.map((step) => `${shard}.${domain}: ${step}`));
    }
    return { applied, held };
  };
}

interface Place {
  readonly writer: string;
  readonly database: string;
  readonly masterSecret: string;
}

function placesOf(
  shards: Readonly<Record<string, ShardLocation>>,
  region: string,
): readonly (readonly [shard: string, domain: string, place: Place])[] {
  return Object.entries(shards)
    .filter(([, { home }]) => home === region)
    .flatMap(([shard, { state, domains }]) =>
      Object.entries(domains).map(([domain, { endpoints, database, masterSecret }]) => {
        const name = `${shard}.${domain}`;
        const writer = endpoints[region]?.direct ?? endpoints[region]?.writer;
        if (state !== 'serving') throw new Error(`shard ${shard} is ${state}: try again later`);
        if (writer === undefined || masterSecret === undefined)
          throw new Error(
            `${name} is not registered in ${region}: deploy the migration stack first`,
          );
        return [shard, domain, { writer, database, masterSecret }] as const;
      }),
    );
}
