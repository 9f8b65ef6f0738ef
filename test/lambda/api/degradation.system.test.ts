import type { Body } from '../support/client';
import { AMERICA, EUROPE, PACIFIC, type ShardedWorld, startShardedWorld } from '../support/sharded';

jest.setTimeout(60_000);

const BEHIND_MS = 300;
/** Longer than lists and articles are cached. */
const EXPIRED_MS = 3_500;

let world: ShardedWorld;
let authorization: string;
let username: string;
let slugs: readonly string[] = [];

interface Answered {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
  readonly ms: number;
}

type Place = keyof ShardedWorld['servers'];

async function ask(
  region: Place,
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const started = performance.now();
  const answer = await fetch(world.servers[region][0]!.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const ms = performance.now() - started;
  const { status, headers: got } = answer;
  return { status, body: JSON.parse(text || '{}') as Body, headers: got, ms };
}

const get = (region: Place, path: string) => ask(region, 'GET', path);
const post = (title: string, key?: string) => {
  const article = { title, description: 'During an outage', body: 'Body.', tagList: ['outage'] };
  const headers = { authorization, ...(key !== undefined && { 'idempotency-key': key }) };
  return ask(EUROPE, 'POST', '/api/articles', { article }, headers);
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What anybody may read of what has been written so far. */
const paths = () => [
  '/api/articles',
  `/api/articles?author=${username}`,
  `/api/articles/${slugs[0]}`,
  `/api/articles/${slugs[0]}/comments`,
  `/api/profiles/${username}`,
  '/api/tags',
];

/** Ages that a Region's answers bear; all of them are given. */
async function agesOf(region: Place): Promise<readonly (string | null)[]> {
  const ages: (string | null)[] = [];
  for (const path of paths()) {
    const answer = await get(region, path);
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    ages.push(answer.headers.get('x-meridian-age'));
  }
  return ages;
}

const none = () => paths().map(() => null);

beforeAll(async () => {
  const size = { users: 40, articles: 120, follows: 100, favorites: 100 };
  world = await startShardedWorld({ size, behindMs: BEHIND_MS, leaseMs: 3_000 });
  username = `outage${Date.now()}`;
  const user = { username, email: `${username}@example.com`, password: 'correct horse' };
  const joined = await ask(EUROPE, 'POST', '/api/users', { user });
  expect(joined.status).toBe(201);
  authorization = `Token ${joined.body.user.token}`;
  for (const title of ['First', 'Second']) {
    const { status, body } = await post(title);
    expect(status).toBe(201);
    slugs = [...slugs, body.article.slug];
  }
}, 120_000);

afterAll(async () => {
  await world.stop();
}, 30_000);

test('all is well: no answer bears an age', async () => {
  expect(await agesOf(EUROPE)).toEqual(none());
});

test('without its cache a Region reads its databases', async () => {
  await world.caches[AMERICA].stop();
  const answer = await get(AMERICA, '/api/articles');
  expect([answer.status, answer.headers.get('x-meridian-cache')]).toEqual([200, 'down']);
  expect(answer.headers.get('x-meridian-age')).toBeNull();
});

test('without its replica a Region reads the writer, where that is here, else another Region', async () => {
  await world.clusters[EUROPE]!.standby.stop('immediate');
  await pause(EXPIRED_MS);
  expect(await agesOf(EUROPE)).toEqual(none());
  expect(await agesOf(PACIFIC)).toEqual(none());
  const { status, body, headers } = await post('Third');
  expect([status, headers.get('x-meridian-freshness')]).toEqual([201, 'visible']);
  slugs = [...slugs, body.article.slug];
  expect((await get(PACIFIC, `/api/articles/${body.article.slug}`)).status).toBe(200);
});

test('without the databases of a shard, reads go on with their age, and writes fail fast', async () => {
  await agesOf(EUROPE);
  const endpoint = world.endpoints[EUROPE]!;
  endpoint.lead({ address: '127.0.0.1', port: 1 });
  const cutAt = performance.now();
  await pause(EXPIRED_MS);
  const ages = await agesOf(EUROPE);
  const most = (performance.now() - cutAt) / 1_000 + 5;
  for (const age of ages) {
    expect(Number(age)).toBeGreaterThanOrEqual(3);
    expect(Number(age)).toBeLessThanOrEqual(most);
  }
  const list = await get(EUROPE, '/api/articles');
  expect(list.headers.get('x-meridian-cache')).toBe('stale');
  const refused = await post('Fourth', 'the-fourth');
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('2');
  expect(refused.body.errors).toHaveProperty('database');
  expect(refused.ms).toBeLessThan(5_000);
  // Nobody is told that what was never read is not there.
  expect((await get(EUROPE, '/api/articles?limit=7')).status).toBe(503);

  endpoint.lead(world.clusters[EUROPE]!.writer);
  await pause(2_000);
  const [first, again] = [await post('Fourth', 'the-fourth'), await post('Fourth', 'the-fourth')];
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body.article.slug).toBe(first.body.article.slug);
  slugs = [...slugs, first.body.article.slug];
  const mine = await get(EUROPE, `/api/articles?author=${username}`);
  expect(mine.headers.get('x-meridian-age')).toBeNull();
  expect(mine.body.articles.map(({ slug }) => slug)).toEqual([...slugs].reverse());
});

test('without directory, sessions and control table, reads go on, and writes fail fast', async () => {
  await agesOf(EUROPE);
  await world.aws.stop();
  await pause(EXPIRED_MS);
  const ages = await agesOf(EUROPE);
  const at = paths().indexOf(`/api/profiles/${username}`);
  expect(Number(ages[at])).toBeGreaterThanOrEqual(3);
  expect(ages[0]).toBeNull();
  for (const answer of [
    await post('Fifth'),
    await ask(EUROPE, 'POST', '/api/users', {
      user: { username: 'later', email: 'later@example.com', password: 'correct horse' },
    }),
  ]) {
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer.ms).toBeLessThan(5_000);
  }
});
