import { conform } from '../../conformance/conform';
import { REGIONS, type ShardedWorld, startShardedWorld } from '../support/sharded';

let world: ShardedWorld;

beforeAll(async () => {
  // Six servers share this process: where it stands still, a short lease would run out.
  world = await startShardedWorld({ leaseMs: 30_000, queued: true });
}, 180_000);

afterAll(async () => {
  await world.stop();
}, 60_000);

describe('on the seed, four shards, every domain apart, caches on, every reader two seconds behind', () => {
  test.each(REGIONS)(
    'the whole contract holds through two servers of %s in turn',
    async (region) => {
      const report = await conform({ urls: world.urls(region), concurrency: 4 });
      expect(report.cases.filter(({ passed }) => !passed)).toEqual([]);
      expect(report.counts.passed).toBeGreaterThanOrEqual(45);
    },
    400_000,
  );
});
