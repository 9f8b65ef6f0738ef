import { SEED_PASSWORD } from '../../../lambda/seed';
import {
  AMERICA,
  EUROPE,
  PACIFIC,
  REGIONS,
  type RegionName,
  type ShardedWorld,
  startShardedWorld,
} from '../support/sharded';

/** Small, at once visible: what is read of which shard is what matters here. */
const SIZE = { users: 40, articles: 120, follows: 200, favorites: 200 };

let world: ShardedWorld;

beforeAll(async () => {
  world = await startShardedWorld({ size: SIZE, behindMs: 0 });
}, 120_000);

afterAll(async () => {
  await world.stop();
}, 60_000);

type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

async function ask(region: RegionName, path: string, init: Init = {}) {
  const response = await fetch(new URL(path, world.urls(region)[0]), {
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  });
  const text = await response.text();
  const body = JSON.parse(text === '' ? '{}' : text) as {
    readonly articles: readonly { readonly slug: string }[];
    readonly articlesCount: number;
    readonly tags: readonly string[];
    readonly user: { readonly token: string };
    readonly errors: Readonly<Record<string, readonly string[]>>;
  };
  return { status: response.status, headers: response.headers, body };
}

test('a Region answers for shards that it holds no copy of as one that holds them all', async () => {
  for (const path of [
    '/api/articles?limit=100',
    '/api/articles?tag=topic-0',
    '/api/articles?author=seed-0',
    '/api/articles?favorited=seed-2',
    '/api/tags',
    '/api/profiles/seed-3',
  ]) {
    const [all, ...others] = await Promise.all(REGIONS.map((region) => ask(region, path)));
    expect(all!.status).toBe(200);
    for (const other of others) expect(other.body).toEqual(all!.body);
  }
  const first = await ask(EUROPE, '/api/articles?limit=100');
  expect(first.body.articlesCount).toBe(SIZE.articles);
});

test('an article, its comments and its favourites are had through any Region', async () => {
  const { body } = await ask(EUROPE, '/api/articles?limit=100');
  const login = (region: RegionName) => {
    const user = { email: 'seed-1@seed.example.com', password: SEED_PASSWORD };
    return ask(region, '/api/users/login', { method: 'POST', body: JSON.stringify({ user }) });
  };
  for (const region of REGIONS) {
    const { token } = (await login(region)).body.user;
    const headers = { authorization: `Token ${token}` };
    expect((await ask(region, '/api/articles/feed', { headers })).status).toBe(200);
    for (const { slug } of body.articles.slice(0, 8)) {
      expect((await ask(region, `/api/articles/${slug}`, { headers })).status).toBe(200);
      const favorite = `/api/articles/${slug}/favorite`;
      const done = await ask(region, favorite, { method: 'POST', headers });
      expect([done.status, done.headers.get('x-meridian-freshness')]).toEqual([200, 'visible']);
    }
  }
}, 30_000);

test('only a peer may read so, and only what has a name', async () => {
  const body = JSON.stringify({ shard: 's0', read: 'tags', args: [] });
  expect((await ask(EUROPE, '/internal/read', { method: 'POST', body })).status).toBe(403);
  const { remoteReads } = world.servers[AMERICA][0]!.deps;
  const read = (name: string) =>
    remoteReads.read([EUROPE], JSON.stringify({ shard: 's0', read: name, args: [] }), 's0');
  expect(await read('tags')).toContain('topic-0');
  await expect(read('toString')).rejects.toMatchObject({ status: 503 });
});

/** One after the other: what is refused here is not for want of capacity. */
async function askForEach(articles: readonly { readonly slug: string }[]) {
  const answers = [];
  for (const { slug } of articles.slice(0, 30))
    answers.push(await ask(PACIFIC, `/api/articles/${slug}`));
  return answers;
}

test('where all Regions that hold a shard are gone, what was read before is shown with its age, else 503', async () => {
  const { articles } = (await ask(EUROPE, '/api/articles?limit=100')).body;
  for (const { server } of world.servers[AMERICA]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  const answers = await askForEach(articles);
  // Of the shards of Europe there is a copy here; of America's, a second Region has one.
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  for (const { server } of world.servers[EUROPE]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 3_500));
  const alone = await askForEach(articles);
  // What was read here before is shown again, and how old it is.
  expect(new Set(alone.map(({ status }) => status))).toEqual(new Set([200]));
  const ages = alone.map(({ headers }) => headers.get('x-meridian-age'));
  expect(ages.some((age) => age === null) && ages.some((age) => Number(age) >= 3)).toBe(true);
  const missing = await ask(PACIFIC, '/api/articles?limit=99');
  expect(missing.status).toBe(503);
  expect(missing.headers.get('retry-after')).toBe('2');
  expect(missing.body.errors).toHaveProperty('region');
}, 60_000);
