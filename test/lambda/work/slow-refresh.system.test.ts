import type { Dependencies } from '../../../lambda/api/dependencies';
import { Databases } from '../../../lambda/platform/databases';
import { Secrets } from '../../../lambda/platform/secrets';
import { runJob } from '../../../lambda/work/jobs';
import { HOME, startWorld, type World } from '../support/world';

let world: World;
let databases: Databases;

beforeAll(async () => {
  world = await startWorld({ leaseMs: 200 });
  await world.migrator(HOME)({
    RequestType: 'Create',
    ResourceProperties: world.properties(HOME),
  });
  databases = new Databases(
    { region: HOME, tls: 'disable', poolSize: 2 },
    new Secrets(world.aws.api, HOME),
  );
}, 60_000);

afterAll(async () => {
  await databases.close();
  await world.stop();
}, 30_000);

test('a refresh that takes longer than a request may is waited for', async () => {
  const document = (await world.topology.read())!;
  const shard = document.shards.s0!;
  const sql = world.cluster.admin(world.cluster.writer, shard.domains['content']!.database);
  await sql.unsafe(`create or replace function refresh_trending() returns void
    language sql as 'select pg_sleep(7)'`);
  await sql.end();
  const topology = { current: () => Promise.resolve({ document }) };
  const deps = { databases, topology, region: HOME } as unknown as Dependencies;
  const began = performance.now();
  expect(await runJob(deps, 'trending')).toEqual({ refreshed: 1 });
  expect(performance.now() - began).toBeGreaterThan(7_000);
}, 30_000);
