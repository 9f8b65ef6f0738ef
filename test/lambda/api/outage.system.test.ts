import { overHttp } from '../support/client';
import { joined, LAG_MS, type LiveWorld, person, publish, startLiveWorld } from '../support/live';
import { AWAY, HOME, type RegionOfTest } from '../support/world';

let world: LiveWorld;
let home: RegionOfTest;
let away: RegionOfTest;

beforeAll(async () => {
  world = await startLiveWorld({ leaseMs: 2_000 });
  ({ home, away } = world);
}, 60_000);

afterAll(async () => {
  await world.stop();
}, 30_000);

describe('when something is down', () => {
  test('writes to a fenced shard wait, reads go on', async () => {
    const { authorization } = await joined(overHttp, home);
    const set = (state: 'fenced' | 'serving') =>
      world.changeTopology((document) => ({
        ...document,
        shards: { s0: { ...document.shards.s0!, state } },
      }));
    await set('fenced');
    try {
      for (const region of [home, away]) {
        const answer = await publish(overHttp, region, { authorization });
        expect(answer.status).toBe(503);
        expect(answer.headers.get('retry-after')).toBe('2');
        expect((await overHttp(region, 'GET', '/api/articles')).status).toBe(200);
      }
    } finally {
      await set('serving');
    }
  }, 15_000);

  test('a writer that has become a standby is no 500', async () => {
    const { authorization } = await joined(overHttp, home);
    const setHome = (region: string) =>
      world.changeTopology((document) => ({
        ...document,
        directory: { home: region },
        shards: { s0: { ...document.shards.s0!, home: region } },
      }));
    await new Promise((resolve) => setTimeout(resolve, LAG_MS + 200));
    await setHome(AWAY);
    try {
      for (const region of [away, home]) {
        const answer = await publish(overHttp, region, { authorization });
        expect(answer.status).toBe(503);
        expect(answer.headers.get('retry-after')).toBe('2');
        const join = await overHttp(region, 'POST', '/api/users', { user: person() });
        expect(join.status).toBe(503);
      }
    } finally {
      await setHome(HOME);
    }
  }, 15_000);

  test('a dead owner costs the writes of others a 503 in time, not their reads', async () => {
    const { authorization } = await joined(overHttp, home);
    home.server.closeAllConnections();
    await new Promise((resolve) => home.server.close(resolve));
    const started = Date.now();
    const answer = await publish(overHttp, away, { authorization });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer.body).toEqual({ errors: { region: [`${HOME} cannot be reached`] } });
    expect(Date.now() - started).toBeLessThan(2_000);
    expect((await overHttp(away, 'GET', '/api/articles')).status).toBe(200);
    expect((await overHttp(away, 'GET', '/readyz')).status).toBe(200);
  });

  test('without its database a Region is alive, not ready, and answers what needs none', async () => {
    await world.cluster.standby.stop('immediate');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const ready = await overHttp(away, 'GET', '/readyz');
    expect(ready.status).toBe(503);
    expect(ready.body).toMatchObject({
      ready: false,
      dependencies: { topology: 'ok', sessions: 'ok' },
    });
    expect(ready.body.dependencies['content.s0']).not.toBe('ok');
    expect((await overHttp(away, 'GET', '/healthz')).status).toBe(200);
    expect((await overHttp(away, 'GET', '/api/nowhere')).status).toBe(404);
    const list = await overHttp(away, 'GET', '/api/articles');
    expect(list.status).toBe(503);
    expect(list.body).toEqual({ errors: { database: ['cannot be reached'] } });
  }, 20_000);
});
