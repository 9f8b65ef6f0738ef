import { conform } from '../../conformance/conform';
import { AMERICA, PACIFIC, type ShardedWorld, startShardedWorld } from '../support/sharded';

/** Results of cases after which the writer dies: in mid-run. */
const CASES_BEFORE = 8;

let world: ShardedWorld;

beforeAll(async () => {
  // Six servers share this process: where it stands still, a short lease would run out.
  world = await startShardedWorld({ leaseMs: 30_000 });
  // As a cluster's storage does: what is acknowledged stands in more than one place.
  const cluster = world.clusters[AMERICA]!;
  const sql = cluster.admin(cluster.writer);
  await sql.unsafe(`alter system set synchronous_standby_names = '*'`);
  await sql`select pg_reload_conf()`;
  await sql.end();
  // New users live where the directory's home is.
  await world.change((document) => ({ ...document, directory: { home: AMERICA } }));
}, 240_000);

afterAll(async () => {
  await world.stop();
}, 60_000);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function send(path: string, body: object, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(new URL(path, world.urls(PACIFIC)[0]), {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as { user: { token: string } } };
}

/** Posts until it is told to end, each article under one key, until it is acknowledged. */
function startPosting(authorization: string) {
  const acknowledged: string[] = [];
  const state = { ended: false };
  const over = () => state.ended;
  const run = async () => {
    for (let n = 0; !over(); n += 1) {
      const title = `posted ${n}`;
      const article = { title, description: 'D', body: 'B' };
      for (let done = false; !done && !over();) {
        const headers = { authorization, 'idempotency-key': `posting-${n}` };
        const { status } = await send('/api/articles', { article }, headers);
        done = status === 201;
        if (done) acknowledged.push(title);
        else {
          expect(status).toBe(503);
          await pause(200);
        }
      }
    }
  };
  const running = run();
  return {
    acknowledged,
    end: async () => {
      state.ended = true;
      await running;
    },
  };
}

test('a writer fails over inside its Region in mid-run: the whole contract holds, nothing acknowledged is lost or doubled', async () => {
  const user = { username: 'poster', email: 'poster@example.com', password: 'correct horse' };
  const joined = await send('/api/users', { user });
  expect(joined.status).toBe(201);
  const posting = startPosting(`Token ${joined.body.user.token}`);
  const cluster = world.clusters[AMERICA]!;
  const { writer, standby } = cluster;
  let failedOver: Promise<void> | undefined;
  let acknowledgedBefore = 0;
  const failOver = async () => {
    acknowledgedBefore = posting.acknowledged.length;
    await writer.stop('immediate');
    const sql = cluster.admin(standby);
    await sql`select pg_promote()`;
    await sql.end();
    world.endpoints[AMERICA]!.lead(standby);
  };
  const report = await conform({
    urls: world.urls(AMERICA),
    concurrency: 6,
    onResult: (_, done) => {
      if (done === CASES_BEFORE) failedOver = failOver();
    },
  });
  await failedOver;
  const before = posting.acknowledged.length;
  const deadline = Date.now() + 60_000;
  while (posting.acknowledged.length < before + 2 && Date.now() < deadline) await pause(200);
  await posting.end();
  expect(report.cases.filter(({ passed }) => !passed)).toEqual([]);
  expect(acknowledgedBefore).toBeGreaterThan(0);
  expect(posting.acknowledged.length).toBeGreaterThan(acknowledgedBefore + 1);

  const counts = new Map<string, number>();
  for (const shard of ['s2', 's3']) {
    const sql = cluster.admin(standby, `${shard}_content`);
    const rows = await sql<{ title: string; n: number }[]>`
      select title, count(*)::int as n from articles where title like 'posted %' group by title`;
    for (const { title, n } of rows) counts.set(title, (counts.get(title) ?? 0) + n);
    await sql.end();
  }
  expect(posting.acknowledged.filter((title) => !counts.has(title))).toEqual([]);
  expect([...counts.values()].filter((n) => n !== 1)).toEqual([]);
}, 500_000);
