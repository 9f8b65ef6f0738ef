import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../../lambda/api/app';
import { answerBy } from '../../../lambda/api/listener';
import { createDependencies, type Dependencies } from '../../../lambda/api/dependencies';
import { conform } from '../../conformance/conform';
import { type RunningCache, startStandInCache } from '../support/cache';
import { type LiveWorld, startLiveWorld } from '../support/live';
import { AWAY, HOME } from '../support/world';

/** How far the Region's only readers are behind the writer, which stands in another Region. */
const BEHIND_MS = 2_000;

let caches: Readonly<Record<string, RunningCache>>;
let world: LiveWorld;
let second: Server;
let deps: Dependencies;

beforeAll(async () => {
  caches = { [HOME]: await startStandInCache(), [AWAY]: await startStandInCache() };
  world = await startLiveWorld({ cacheOf: (region) => caches[region]?.endpoint });
  await world.cluster.delayStandby(BEHIND_MS);
  deps = createDependencies(world.away.settings, { poolSize: 4, log: () => undefined });
  second = answerBy(createServer(), createApp(deps), deps);
  await new Promise<void>((ready) => {
    second.listen(0, '127.0.0.1', ready);
  });
}, 60_000);

afterAll(async () => {
  second.closeAllConnections();
  second.close();
  deps.cache.close();
  await deps.databases.close();
  await world.stop();
  await Promise.all(Object.values(caches).map((cache) => cache.stop()));
}, 30_000);

test('the whole contract holds through a Region that owns nothing, two seconds behind, by two servers in turn', async () => {
  const { port } = second.address() as AddressInfo;
  const urls = [new URL(world.away.url), new URL(`http://127.0.0.1:${port}`)];
  const report = await conform({ urls, concurrency: 12 });
  expect(report.cases.filter(({ passed }) => !passed)).toEqual([]);
}, 240_000);
