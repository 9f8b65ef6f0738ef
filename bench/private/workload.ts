import { type ChildProcess, spawn } from 'node:child_process';
import { Table } from '../../lambda/platform/dynamodb';
import { TopologyTable } from '../../lambda/platform/topology-store';
import { loadDirectory } from '../../lambda/seed';
import { choosePort } from '../../lib/tools/twin/processes';
import type { FakeAws } from '../../test/lambda/support/aws';
import type { Seeded } from '../../test/lambda/support/seeded';

const REGION = 'eu-central-1';
/** What is measured is what is deployed. */
export const SERVER = ['build/lambda/api/server.mjs'];

export interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

/** @param endpoint of the databases, `host:port` */
export async function prepare(
  { seed, server }: Seeded,
  aws: FakeAws,
  endpoint = `${server.address}:${server.port}`,
): Promise<void> {
  for (const [name, key] of [
    ['topology', 'id'],
    ['sessions', 'sid'],
    ['directory', 'key'],
  ] as const)
    await aws.createTable(name, key);
  aws.secrets.set('signing', 'the signing secret of this run');
  aws.secrets.set('origin', 'the origin secret of this run');
  const names = ['identity', 'content', 'social'];
  for (const name of names)
    aws.secrets.set(name, JSON.stringify({ username: `${name}_api`, password: 'seeded' }));
  const domains = Object.fromEntries(
    names.map((name) => [
      name,
      {
        ...{ database: name, secret: name },
        endpoints: { [REGION]: { writer: endpoint, reader: endpoint } },
      },
    ]),
  );
  await new TopologyTable(aws.api, 'topology', [REGION]).replace(
    {
      ...{ schemaVersion: 1, epoch: 1, directory: { home: REGION } },
      logicalShards: [{ first: 0, last: 1023, shard: 's0' }],
      shards: { s0: { home: REGION, state: 'serving', epoch: 1, domains } },
    },
    undefined,
  );
  await loadDirectory(new Table(aws.api, REGION, 'directory'), seed.users.slice(0, 20));
}

export function environment({ settings: { endpoints } }: FakeAws): NodeJS.ProcessEnv {
  return {
    ...{ PATH: process.env.PATH, MERIDIAN_REGION: REGION, DATABASE_TLS: 'disable' },
    ...{ TOPOLOGY_TABLE: 'topology', TOPOLOGY_REGIONS: REGION, SESSION_TABLE: 'sessions' },
    ...{ DIRECTORY_TABLE: 'directory', SIGNING_SECRET: 'signing', ORIGIN_SECRET: 'origin' },
    ...{ PEER_URLS: `${REGION}=http://127.0.0.1:1` },
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
  };
}

/** @throws Error where it does not answer within half a minute */
export async function start(
  running: Running[],
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Running> {
  const port = await choosePort('127.0.0.1', 0);
  const child = spawn(process.execPath, args, {
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const started = { child, port };
  running.push(started);
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/tags`).catch(() => undefined);
    if (answer?.status === 200) return started;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${args.join(' ')} does not answer`);
}
