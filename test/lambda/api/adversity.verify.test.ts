import { conform } from '../../conformance/conform';
import { EUROPE, LISTS, REGIONS, type ShardedWorld, startShardedWorld } from '../support/sharded';

let world: ShardedWorld;

beforeAll(async () => {
  // Six servers share this process: where it stands still, a short lease would run out.
  world = await startShardedWorld({ leaseMs: 30_000, queued: true });
}, 180_000);

afterAll(async () => {
  await world.stop();
}, 60_000);

/** Looks into the lists of everybody's articles, at the reader that all Regions ask. */
async function looksIntoLists(): Promise<number> {
  const cluster = world.clusters[EUROPE]!;
  const sql = cluster.admin(cluster.standby, `${LISTS}_discovery`);
  try {
    const [row] = await sql<{ n: number }[]>`
      select sum(coalesce(idx_scan, 0) + seq_scan)::int as n from pg_stat_user_tables
      where relname in ('listed', 'listed_tags')`;
    return row?.n ?? 0;
  } finally {
    await sql.end();
  }
}

describe('on the seed, four shards, every domain apart, caches on, every reader two seconds behind', () => {
  test.each(REGIONS)(
    'the whole contract holds through two servers of %s in turn',
    async (region) => {
      const before = await looksIntoLists();
      const report = await conform({ urls: world.urls(region), concurrency: 4 });
      expect(report.cases.filter(({ passed }) => !passed)).toEqual([]);
      expect(report.counts.passed).toBeGreaterThanOrEqual(45);
      // By the store that follows the shards, and not by each shard in turn.
      expect(await looksIntoLists()).toBeGreaterThan(before + 5);
    },
    400_000,
  );
});
