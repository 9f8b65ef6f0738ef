import type { MigrationSettings } from '../environment';
import { AwsApi } from '../platform/aws';
import type { Log } from '../platform/log';
import { Secrets } from '../platform/secrets';
import { TopologyTable } from '../platform/topology-store';
import type { ContractReply, ContractRequest } from '../topology';
import type { Migration } from './migration';
import { migrateDatabase } from './provision';
import { placesOf } from './roles';
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
    for (const { shard, domain, ...place } of placesOf(document?.shards ?? {}, settings.region)) {
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
