import type { MigrationSettings } from '../environment';
import { AwsApi } from '../platform/aws';
import type { Log } from '../platform/log';
import { type DatabaseCredentials, parseDatabaseCredentials, Secrets } from '../platform/secrets';
import { TopologyTable } from '../platform/topology-store';
import type { RoleReply, RoleRequest, ShardLocation } from '../topology';
import { admit, prove } from './provision';

export type RoleHandler = (request: RoleRequest) => Promise<RoleReply>;

/**
 * Admits a domain's pending user to the databases that are written here, or proves that it can log in.
 * The password is read from the primary secret, so that no request carries it.
 *
 * @throws Error while a shard is fenced or moves: Secrets Manager repeats the rotation
 */
export function createRoleHandler(settings: MigrationSettings, log: Log): RoleHandler {
  const api = new AwsApi(settings.aws);
  const secrets = new Secrets(api, settings.region);
  const table = new TopologyTable(api, settings.topologyTable, settings.topologyRegions);
  return async ({ role: request }) => {
    const document = await table.read();
    if (document === undefined) throw new Error('there is no topology document yet');
    const pending = await readPending(api, request);
    const done: string[] = [];
    for (const place of placesOf(document.shards, settings.region, request.secret)) {
      const { shard, domain: of, writer, database, masterSecret } = place;
      const cluster = { writer, tls: settings.databaseTls };
      const domain = { database, role: pending };
      if (request.step === 'prove') await prove(cluster, domain);
      else await admit({ ...cluster, master: await secrets.database(masterSecret) }, domain);
      done.push(`${shard}.${of}`);
    }
    log('info', 'role changed', { step: request.step, secret: request.secret, done });
    return { done };
  };
}

export interface Place {
  readonly shard: string;
  readonly domain: string;
  readonly writer: string;
  readonly database: string;
  readonly masterSecret: string;
}

/**
 * Databases that are written in a Region, all of them or those of one secret.
 *
 * @throws Error while the shard of one is fenced or moves
 */
export function placesOf(
  shards: Readonly<Record<string, ShardLocation>>,
  region: string,
  secret?: string,
): readonly Place[] {
  return Object.entries(shards)
    .filter(([, { home }]) => home === region)
    .flatMap(([shard, { state, domains }]) =>
      Object.entries(domains)
        .filter(([, location]) => secret === undefined || location.secret === secret)
        .map(([domain, { endpoints, database, masterSecret }]) => {
          const name = `${shard}.${domain}`;
          const writer = endpoints[region]?.direct ?? endpoints[region]?.writer;
          if (state !== 'serving') throw new Error(`shard ${shard} is ${state}: try again later`);
          if (writer === undefined || masterSecret === undefined)
            throw new Error(
              `${name} is not registered in ${region}: deploy the migration stack first`,
            );
          return { shard, domain, writer, database, masterSecret };
        }),
    );
}

async function readPending(
  api: AwsApi,
  { secret, region, version }: RoleRequest['role'],
): Promise<DatabaseCredentials> {
  const { SecretString } = await api.call({
    service: 'secretsmanager',
    region,
    target: 'secretsmanager.GetSecretValue',
    body: { SecretId: secret, VersionId: version, VersionStage: 'AWSPENDING' },
  });
  if (typeof SecretString !== 'string') throw new Error(`secret ${secret} holds no text`);
  return parseDatabaseCredentials(secret, SecretString);
}
