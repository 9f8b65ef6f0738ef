import type postgres from 'postgres';
import type { TopologyDocument } from '../../../lambda/topology';
import { asOperator, overHttp } from '../support/client';
import { draft, joined, type LiveWorld, person, publish, startLiveWorld } from '../support/live';
import { AWAY, HOME, type RegionOfTest } from '../support/world';

const LEASE_MS = 2_000;

let world: LiveWorld;
let home: RegionOfTest;
let away: RegionOfTest;
let oldWriter: postgres.Sql;
let newWriter: postgres.Sql;

beforeAll(async () => {
  world = await startLiveWorld({ leaseMs: LEASE_MS });
  ({ home, away } = world);
  await world.cluster.delayStandby(0);
  oldWriter = world.cluster.admin(world.cluster.writer, 'content');
  newWriter = world.cluster.admin(world.cluster.standby, 'content');
}, 60_000);

afterAll(async () => {
  await Promise.all([oldWriter.end(), newWriter.end()]);
  await world.stop();
}, 30_000);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A session of each Region's own: sessions are not replicated in this test. */
async function loggedIn(region: RegionOfTest, { email, password }: ReturnType<typeof person>) {
  const answer = await overHttp(region, 'POST', '/api/users/login', { user: { email, password } });
  expect(answer.status).toBe(200);
  return { authorization: `Token ${answer.body.user.token}` };
}

/** Posts through a Region until told to end; each article under one key, until it is acknowledged. */
function startLoad(region: RegionOfTest, name: string, headers: Readonly<Record<string, string>>) {
  const state = { ended: false, refusals: 0 };
  const acknowledged: string[] = [];
  const over = () => state.ended;
  const run = async () => {
    for (let n = 0; !over(); n += 1) {
      const title = `${name}-${n}`;
      const post = () =>
        publish(overHttp, region, { ...headers, 'idempotency-key': title }, { title });
      let answer = await post();
      while (answer.status !== 201 && !over()) {
        expect(answer.status).toBe(503);
        state.refusals += 1;
        await pause(50);
        answer = await post();
      }
      if (answer.status === 201) acknowledged.push(title);
    }
  };
  const running = run();
  return {
    state,
    acknowledged,
    end: async () => {
      state.ended = true;
      await running;
    },
  };
}

async function change(edit: (document: TopologyDocument) => TopologyDocument): Promise<void> {
  const document = (await world.topology.read())!;
  const next = { ...edit(document), epoch: document.epoch + 1 };
  expect(await world.topology.replace(next, document.epoch)).toBe(true);
}

test('a writer moves while the old one is cut off: it stops by itself, nothing is lost or doubled', async () => {
  const author = await joined(overHttp, home);
  await pause(300);
  const [atHome, atAway] = [await loggedIn(home, author), await loggedIn(away, author)];
  const loads = [
    startLoad(home, 'through-home', atHome),
    startLoad(away, 'through-away', atAway),
  ] as const;
  while (loads.some(({ acknowledged }) => acknowledged.length < 3)) await pause(50);

  // The old home no longer hears of anything, and its database goes on.
  world.cutOff.add(HOME);
  await change((document) => ({
    ...document,
    shards: { s0: { ...document.shards.s0!, state: 'fenced', epoch: 2 } },
  }));
  await pause(LEASE_MS);
  const secret = world.aws.secrets.get('signing')!;
  const believes = await asOperator(home, secret, 'GET', '/internal/fence');
  expect(believes.body).toMatchObject({ shards: { s0: { home: HOME, epoch: 1 } } });
  expect(believes.body.leaseLeftMs).toBeLessThanOrEqual(0);
  const direct = await overHttp(home, 'POST', '/api/articles', { article: draft() }, atHome);
  expect(direct.status).toBe(503);
  expect(direct.headers.get('retry-after')).toBe('2');
  expect(direct.body.errors).toHaveProperty('fenced');
  const accepts = await oldWriter`insert into tags (tag) values ('still accepts') returning tag`;
  expect(accepts).toHaveLength(1);

  await newWriter`select pg_promote()`;
  await change((document) => ({
    ...document,
    directory: { home: AWAY },
    shards: { s0: { ...document.shards.s0!, home: AWAY, state: 'serving', epoch: 3 } },
  }));
  const promoted = loads[1].acknowledged.length;
  while (loads[1].acknowledged.length < promoted + 5) await pause(50);
  expect((await overHttp(home, 'POST', '/api/articles', { article: draft() }, atHome)).status).toBe(
    503,
  );
  // The old home hears again, and sends on what enters there.
  world.cutOff.delete(HOME);
  const healed = loads[0].acknowledged.length;
  while (loads[0].acknowledged.length < healed + 5) await pause(50);
  await Promise.all(loads.map(({ end }) => end()));

  const rows = await newWriter<{ title: string; n: number }[]>`
    select title, count(*)::int as n from articles where title like 'through-%' group by title`;
  const counts = new Map(rows.map(({ title, n }) => [title, n]));
  const acknowledged = loads.flatMap((load) => load.acknowledged);
  expect(acknowledged.filter((title) => !counts.has(title))).toEqual([]);
  expect([...counts.values()].filter((n) => n !== 1)).toEqual([]);
  expect(loads.map(({ state }) => state.refusals > 0)).toEqual([true, true]);
  const fences = await newWriter`select epoch::int, state from fence`;
  expect(fences).toEqual([{ epoch: 3, state: 'serving' }]);
}, 60_000);

test('a repeat of a write that was acknowledged before the move is answered by the new writer', async () => {
  const [row] = await newWriter<{ key: string; response: { title: string } }[]>`
    select key, response from idempotency order by created_at limit 1`;
  expect(row?.response.title).toMatch(/^through-/);
});

test('new users are taken in by the new home, through either Region', async () => {
  for (const region of [away, home])
    expect((await overHttp(region, 'POST', '/api/users', { user: person() })).status).toBe(201);
});
