import type { Sql } from '../../../lambda/platform/databases';
import type { Log } from '../../../lambda/platform/log';
import { Tracer } from '../../../lambda/platform/trace';
import type { DomainLocation } from '../../../lambda/topology';
import { followAll } from '../../../lambda/work/follow';
import { enter } from '../support/live';
import { eventually } from '../support/queued';
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

/** Longer than what has happened just now is cached. */
const EXPIRED_MS = 3_500;

let world: ShardedWorld;

beforeAll(async () => {
  world = await startShardedWorld({ size: SIZE, behindMs: 0, queued: true });
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
}, 30_000);

test('an article, its comments and its favourites are had through any Region', async () => {
  const { body } = await ask(EUROPE, '/api/articles?limit=100');
  for (const region of REGIONS) {
    const headers = await enter(world.servers[region][0]!, 1);
    expect((await ask(region, '/api/articles/feed', { headers })).status).toBe(200);
    for (const { slug } of body.articles.slice(0, 8)) {
      expect((await ask(region, `/api/articles/${slug}`, { headers })).status).toBe(200);
      const favorite = `/api/articles/${slug}/favorite`;
      const done = await ask(region, favorite, { method: 'POST', headers });
      expect([done.status, done.headers.get('x-meridian-freshness')]).toEqual([200, 'visible']);
    }
  }
}, 30_000);

describe('lists of everybody’s articles', () => {
  /** What a server asks of databases and of other Regions while it answers. */
  async function askedFor(path: string) {
    const { deps } = world.servers[AMERICA][1]!;
    const asked: string[] = [];
    const read = jest.spyOn(deps.databases, 'read');
    const send = jest.spyOn(deps.remoteReads, 'read');
    const answer = await fetch(new URL(path, world.urls(AMERICA)[1]));
    for (const [, domain] of read.mock.calls) asked.push(domain);
    for (const [, body] of send.mock.calls) asked.push((JSON.parse(body) as { read: string }).read);
    read.mockRestore();
    send.mockRestore();
    expect(answer.status).toBe(200);
    return asked;
  }
  const store = async () => {
    const { databases, topology } = world.servers[EUROPE][0]!.deps;
    const { document } = await topology.current();
    return await databases.writer(document.shards.all!, 'discovery');
  };
  /** Until it is ended, nobody else follows any shard. */
  const holdLists = async (sql: Sql) => {
    let release: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (release = resolve));
    let work: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve, reject) => {
      work = sql.begin(async (transaction) => {
        await transaction`select from followed_shards for update`;
        resolve();
        await ended;
      });
      work.catch(reject);
    });
    return {
      end: async () => {
        release();
        await work;
      },
    };
  };
  /** Where the lists are sought from now on. */
  const lead = async (endpoints: DomainLocation['endpoints']) => {
    await world.change((document) => {
      const all = document.shards.all!;
      const discovery = { ...all.domains.discovery!, endpoints };
      const shards = { ...document.shards, all: { ...all, domains: { discovery } } };
      return { ...document, shards };
    });
    await new Promise((resolve) => setTimeout(resolve, EXPIRED_MS));
  };
  const article = (tagList: readonly string[]) => ({
    ...{ title: 'Listed', description: 'For everybody', body: 'Body.', tagList },
  });
  const login = (region: RegionName) => enter(world.servers[region][0]!, 1);

  test('come from one store, whichever the tag, and not from every shard', async () => {
    await askedFor('/api/articles?tag=topic-1&limit=1');
    // What has happened since the store followed the shards is known by now.
    const asked = await askedFor('/api/articles?tag=topic-2&limit=1');
    expect(asked).toContain('listed');
    expect(asked).not.toContain('listIds');
  });

  test('have at once what was written through any Region, and lose it, before the store knows', async () => {
    const sql = await store();
    for (const region of REGIONS) {
      const headers = await login(region);
      const tag = `listed-${region}`;
      const count = async (path: string) => (await ask(region, path)).body.articlesCount;
      const before = await count('/api/articles?limit=1');
      // Whoever follows the shards waits for this one.
      const held = await holdLists(sql);
      const written = await ask(region, '/api/articles', {
        ...{ method: 'POST', headers, body: JSON.stringify({ article: article([tag]) }) },
      });
      expect(written.status).toBe(201);
      const { slug } = (written.body as unknown as { article: { slug: string } }).article;
      const shown = async (path: string) =>
        (await ask(region, path)).body.articles.map((one) => one.slug);
      expect(await shown(`/api/articles?tag=${tag}`)).toEqual([slug]);
      expect((await shown('/api/articles?limit=1'))[0]).toBe(slug);
      expect(await count('/api/articles?limit=1')).toBe(before + 1);
      const changed = { article: { tagList: [`${tag}-more`] } };
      await ask(region, `/api/articles/${slug}`, {
        ...{ method: 'PUT', headers, body: JSON.stringify(changed) },
      });
      expect(await shown(`/api/articles?tag=${tag}`)).toEqual([]);
      expect(await shown(`/api/articles?tag=${tag}-more`)).toEqual([slug]);
      await ask(region, `/api/articles/${slug}`, { method: 'DELETE', headers });
      expect(await shown(`/api/articles?tag=${tag}-more`)).toEqual([]);
      expect(await count('/api/articles?limit=1')).toBe(before);
      const listed = await sql`select from listed_tags where tag like ${`${tag}%`}`;
      expect(listed).toHaveLength(0);
      await held.end();
    }
  }, 60_000);

  test('are in the store a moment later', async () => {
    const [sql, headers] = [await store(), await login(AMERICA)];
    const written = await ask(AMERICA, '/api/articles', {
      ...{ method: 'POST', headers, body: JSON.stringify({ article: article(['stored']) }) },
    });
    expect(written.status).toBe(201);
    const { slug } = (written.body as unknown as { article: { slug: string } }).article;
    // Each change tells the store to follow; a reader may not have the first one yet.
    await eventually(async () => {
      const body = JSON.stringify({ article: { title: 'Changed' } });
      await ask(AMERICA, `/api/articles/${slug}`, { method: 'PUT', headers, body });
      return (await sql`select from listed_tags where tag = 'stored'`).length;
    }, 1);
  }, 30_000);

  test('come from every shard while the store is not filled, or does not answer', async () => {
    const sql = await store();
    await sql`update followed_shards set filled_to = 0 where shard = 's3'`;
    await new Promise((resolve) => setTimeout(resolve, EXPIRED_MS));
    expect(await askedFor('/api/articles?tag=topic-3&limit=2')).toContain('listIds');
    // The job fills them.
    await followAll(world.servers[EUROPE][0]!.deps);
    await new Promise((resolve) => setTimeout(resolve, EXPIRED_MS));
    expect(await askedFor('/api/articles?tag=topic-4&limit=2')).not.toContain('listIds');
    const { endpoints } = (await world.document()).shards.all!.domains.discovery!;
    const nowhere = { writer: '127.0.0.1:1', reader: '127.0.0.1:1' };
    await lead(Object.fromEntries(Object.keys(endpoints).map((region) => [region, nowhere])));
    const asked = await askedFor('/api/articles?tag=topic-5&limit=2');
    await lead(endpoints);
    expect(asked).toContain('listIds');
  }, 30_000);
});

test('what a read asks of other Regions bears its id in their logs, with the framework and without', async () => {
  const traces = ['4bf92f3577b34da6a3ce929d0e0e4736', '5bf92f3577b34da6a3ce929d0e0e4736'];
  const lines: string[] = [];
  const all = REGIONS.flatMap((region) => world.servers[region].map(({ deps }) => deps));
  const before = all.map(({ log, tracer }) => ({ log, tracer }));
  for (const deps of all)
    Object.assign(deps, {
      tracer: new Tracer(0, () => Promise.resolve()),
      log: ((_, message, { path, trace } = {}) => {
        lines.push(`${deps.region} ${message} ${String(path)} ${String(trace)}`);
      }) satisfies Log,
    });
  const told = async (index: number, path: string) => {
    const headers = { traceparent: `00-${traces[index]!}-00f067aa0ba902b7-01` };
    const { status, body } = await ask(AMERICA, path, { headers });
    expect(status).toBe(200);
    const own = lines.filter((line) => line.endsWith(traces[index]!));
    expect(own).toContain(`${AMERICA} request ${path.replace(/\?.*/, '')} ${traces[index]!}`);
    return { body, asked: own.some((line) => line.includes(' request /internal/read ')) };
  };
  const list = await told(0, '/api/articles?limit=7&offset=5');
  expect(list.asked).toBe(true);
  const comments = [];
  for (const { slug } of list.body.articles)
    comments.push(await told(1, `/api/articles/${slug}/comments`));
  expect(comments.at(-1)!.asked).toBe(true);
  all.forEach((deps, index) => Object.assign(deps, before[index]));
}, 30_000);

test('only a peer may read so, and only what has a name', async () => {
  const body = JSON.stringify({ shard: 's0', read: 'tags', args: [] });
  expect((await ask(EUROPE, '/internal/read', { method: 'POST', body })).status).toBe(403);
  const { remoteReads } = world.servers[AMERICA][0]!.deps;
  const read = (name: string) =>
    remoteReads.read([EUROPE], JSON.stringify({ shard: 's0', read: name, args: [] }), {
      shard: 's0',
    });
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
  // The lists of everybody's articles have a copy here; nobody knows what each shard would find.
  const listed = await ask(PACIFIC, '/api/articles?tag=topic-0&limit=19');
  expect(listed.status).toBe(200);
  expect(Number(listed.headers.get('x-meridian-age'))).toBeGreaterThanOrEqual(3);
  const missing = await ask(PACIFIC, '/api/search?q=nowhere');
  expect(missing.status).toBe(503);
  expect(missing.headers.get('retry-after')).toBe('2');
  expect(missing.body.errors).toHaveProperty('region');
}, 60_000);
