import postgres from 'postgres';
import { MIGRATIONS } from '../../../lambda/migrate/migrations';
import { provision } from '../../../lambda/migrate/provision';
import type { Domain, Sql } from '../../../lambda/platform/databases';
import { loadSeed, type Seed, type SeedSize, seedOf } from '../../../lambda/seed';
import type { TopologyDocument } from '../../../lambda/topology';
import type { PostgresServer } from '../../../lib/tools/twin/postgres';
import { type Laboratory, postgresLaboratory, SUPERUSER } from '../../support/postgres';

const DOMAIN_NAMES: readonly Domain[] = ['identity', 'content', 'social', 'discovery'];

/** One shard's databases, migrated and holding the whole seed. */
export interface Seeded {
  readonly seed: Seed;
  readonly server: PostgresServer;
  /** As the domain's own role would be, but for its rights. */
  connect(domain: Domain, options?: postgres.Options<Record<string, never>>): Sql;
  close(): Promise<void>;
}

const WHERE_ALL_IS: TopologyDocument = {
  schemaVersion: 1,
  epoch: 1,
  directory: { home: 'eu-central-1' },
  logicalShards: [{ first: 0, last: 1023, shard: 's0' }],
  shards: {
    s0: { home: 'eu-central-1', state: 'serving', epoch: 1, domains: {} },
    all: {
      ...{ home: 'eu-central-1', state: 'serving', epoch: 1 },
      domains: { discovery: { database: 'discovery', secret: 'unused', endpoints: {} } },
    },
  },
};

export async function startSeeded(size?: SeedSize): Promise<Seeded> {
  const laboratory: Laboratory = await postgresLaboratory();
  const server = await laboratory.start('seeded');
  const writer = `${server.address}:${server.port}`;
  for (const domain of DOMAIN_NAMES)
    await provision(
      { writer, master: SUPERUSER, tls: 'disable' },
      {
        database: domain,
        role: { username: `${domain}_api`, password: 'seeded' },
        migrations: MIGRATIONS[domain]!,
      },
      () => undefined,
    );
  const opened: Sql[] = [];
  const connect: Seeded['connect'] = (database, options = {}) => {
    const sql = postgres({
      ...{ host: server.address, port: server.port, database, ...SUPERUSER, max: 1 },
      fetch_types: false,
      onnotice: () => undefined,
      ...options,
    });
    opened.push(sql);
    return sql;
  };
  const seed = seedOf(size);
  await loadSeed(seed, WHERE_ALL_IS, (_, domain) => connect(domain));
  return {
    seed,
    server,
    connect,
    close: async () => {
      await Promise.all(opened.map((sql) => sql.end({ timeout: 1 })));
      await laboratory.close();
    },
  };
}
