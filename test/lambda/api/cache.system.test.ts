import { AwsApi } from '../../../lambda/platform/aws';
import { encodeId } from '../../../lambda/platform/ids';
import { type RunningCache, startStandInCache } from '../support/cache';
import { overHttp } from '../support/client';
import { draft, joined, LAG_MS, type LiveWorld, startLiveWorld } from '../support/live';
import { AWAY, HOME, type RegionOfTest } from '../support/world';

/** Lists and articles are cached for so long at most. */
const TTL_MS = 3_000;

let caches: Readonly<Record<string, RunningCache>>;
let world: LiveWorld;
let home: RegionOfTest;
let away: RegionOfTest;

beforeAll(async () => {
  caches = { [HOME]: await startStandInCache(), [AWAY]: await startStandInCache() };
  world = await startLiveWorld({ cacheOf: (region) => caches[region]?.endpoint });
  ({ home, away } = world);
}, 60_000);

afterAll(async () => {
  await world.stop();
  await Promise.all(Object.values(caches).map((cache) => cache.stop()));
}, 30_000);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const get = (region: RegionOfTest, path: string, headers = {}) =>
  overHttp(region, 'GET', path, undefined, headers);
const outcome = async (region: RegionOfTest, path: string) =>
  (await get(region, path)).headers.get('x-meridian-cache');
const post = (region: RegionOfTest, headers: object, fields: object = {}) =>
  overHttp(region, 'POST', '/api/articles', { article: draft(fields) }, { ...headers });

describe('reads', () => {
  test('are served from the Region’s cache the second time, byte for byte', async () => {
    const { authorization, username } = await joined(overHttp, home);
    const { slug } = (await post(home, { authorization }, { tagList: ['cached'] })).body.article;
    for (const path of [
      `/api/articles/${slug}`,
      '/api/articles',
      `/api/articles?author=${username}`,
      '/api/articles?tag=cached&limit=5',
      '/api/tags',
    ]) {
      const [first, second] = [await get(home, path), await get(home, path)];
      expect(first.headers.get('x-meridian-cache')).toBe('miss');
      expect(second.headers.get('x-meridian-cache')).toBe('hit');
      expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
      expect(second.body).toEqual(first.body);
    }
    expect(await outcome(home, '/api/articles?limit=7')).toBe('miss');
  });

  test('by nobody in particular are the server’s own copies, which bear a tag; a viewer’s never are', async () => {
    const { authorization } = await joined(overHttp, home);
    const { slug } = (await post(home, { authorization })).body.article;
    const path = `/api/articles/${slug}`;
    await get(home, path);
    const reads = jest.spyOn(home.deps.databases, 'read');
    const looks = jest.spyOn(home.deps.cache, 'read');
    const copy = await get(home, path);
    expect(reads).not.toHaveBeenCalled();
    expect(looks).not.toHaveBeenCalled();
    const etag = copy.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const headers = { 'if-none-match': known };
      const same = await fetch(`${home.url}${path}`, { headers });
      expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await get(home, path, { 'if-none-match': '"other"' })).status).toBe(200);
    await overHttp(home, 'POST', `${path}/favorite`, undefined, { authorization });
    const [own, others] = [await get(home, path, { authorization }), await get(home, path)];
    expect(own.body.article).toMatchObject({ favorited: true, favoritesCount: 1 });
    expect(own.headers.get('etag')).toBeNull();
    expect(others.body.article).toMatchObject({ favorited: false, favoritesCount: 1 });
    expect(others.headers.get('etag')).not.toBe(etag);
    expect((await get(home, path, { authorization: 'Token none' })).status).toBe(401);
    jest.restoreAllMocks();
  });

  test('kept or made now, go compressed to whoever takes gzip, by a tag that counts as well', async () => {
    const { authorization } = await joined(overHttp, home);
    const body = 'a long article '.repeat(200);
    const { slug } = (await post(home, { authorization }, { body })).body.article;
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(`${home.url}/api/articles/${slug}`, { headers });
      // `fetch` decompresses.
      return { answer, text: await answer.text(), at: answer.headers };
    };
    const gzip = { 'accept-encoding': 'gzip' };
    const plain = { 'accept-encoding': 'identity' };
    await ask(plain);
    const [zipped, again, whole] = [await ask(gzip), await ask(gzip), await ask(plain)];
    const tag = whole.at.get('etag') ?? '';
    for (const { text, at } of [zipped, again]) {
      expect([at.get('content-encoding'), at.get('vary'), at.get('etag')]).toEqual([
        ...['gzip', 'accept-encoding', `W/${tag}`],
      ]);
      expect([text, Number(at.get('content-length'))]).toEqual([whole.text, expect.any(Number)]);
      expect(Number(at.get('content-length'))).toBeLessThan(whole.text.length / 3);
    }
    expect(whole.at.get('content-encoding')).toBeNull();
    const same = await ask({ ...gzip, 'if-none-match': `W/${tag}` });
    expect([same.answer.status, same.text]).toEqual([304, '']);
  });

  test('of what is not there are remembered for a moment', async () => {
    const path = `/api/articles/nothing-${encodeId('12345')}`;
    expect((await get(home, path)).status).toBe(404);
    const again = await get(home, path);
    expect([again.status, again.headers.get('x-meridian-cache')]).toEqual([404, 'hit']);
    await pause(1_000);
    expect(await outcome(home, path)).toBe('miss');
  });

  test('of many at once ask the database once for each kind of thing', async () => {
    const read = jest.spyOn(home.deps.databases, 'read');
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => get(home, '/api/articles?limit=11')),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    // The list, its articles, their authors.
    expect(read.mock.calls.length).toBeLessThanOrEqual(3);
    read.mockRestore();
  });
});

describe('what is written', () => {
  test.each([
    ['at home', () => home],
    ['away from it', () => away],
  ])('through a Region %s is in all its answers at once', async (_where, region) => {
    const { authorization, username } = await joined(overHttp, region());
    const tag = `fresh-${username}`;
    const paths = [
      '/api/articles',
      `/api/articles?author=${username}`,
      `/api/articles?tag=${tag}`,
      '/api/tags',
    ];
    for (let round = 1; round <= 3; round += 1) {
      for (const path of paths) await get(region(), path);
      const answer = await post(region(), { authorization }, { tagList: [tag] });
      expect(answer.headers.get('x-meridian-freshness')).toBe('visible');
      const { slug } = answer.body.article;
      const [all, byAuthor, byTag, tags] = await Promise.all(
        paths.map((path) => get(region(), path)),
      );
      for (const list of [all, byAuthor, byTag])
        expect(list?.body.articles.map((article) => article.slug)).toContain(slug);
      expect(byAuthor?.body.articlesCount).toBe(round);
      expect(tags?.body.tags).toContain(tag);
      expect((await get(region(), `/api/articles/${slug}`)).status).toBe(200);
    }
  });

  test('through another Region is in the owner’s answers at once as well', async () => {
    const { authorization, username } = await joined(overHttp, away);
    const path = `/api/articles?author=${username}`;
    expect((await get(home, path)).body.articlesCount).toBe(0);
    await post(away, { authorization });
    expect((await get(home, path)).body.articlesCount).toBe(1);
  });

  test('at home is seen elsewhere after the replicas’ lag and the time of an entry', async () => {
    const { authorization, username } = await joined(overHttp, away);
    const path = `/api/articles?author=${username}`;
    await get(away, path);
    await post(home, { authorization });
    expect((await get(away, path)).body.articlesCount).toBe(0);
    await pause(LAG_MS + TTL_MS);
    expect((await get(away, path)).body.articlesCount).toBe(1);
  });
});

describe('sessions', () => {
  const current = (token: string) => get(home, '/api/user', { authorization: `Token ${token}` });

  test('are in the cache from the login on', async () => {
    const { email, password } = await joined(overHttp, home);
    const user = { email, password };
    const login = await overHttp(home, 'POST', '/api/users/login', { user });
    const call = jest.spyOn(AwsApi.prototype, 'call');
    expect((await current(login.body.user.token)).status).toBe(200);
    const bodies = call.mock.calls.map(([{ body }]) => JSON.stringify(body));
    expect(bodies.filter((body) => body.includes(`sessions-${HOME}`))).toEqual([]);
    call.mockRestore();
  });

  test('are over with the logout, whatever was cached', async () => {
    const { token, authorization } = await joined(overHttp, home);
    expect((await current(token)).status).toBe(200);
    const logout = () =>
      overHttp(home, 'POST', '/api/session/logout', undefined, { authorization });
    expect((await logout()).status).toBe(204);
    expect((await current(token)).status).toBe(401);
    expect((await logout()).status).toBe(401);
    expect((await post(home, { authorization })).status).toBe(401);
  });

  test('that end in one Region end in the others when they have heard of it', async () => {
    const { email, password } = await joined(overHttp, home);
    const login = await overHttp(home, 'POST', '/api/users/login', { user: { email, password } });
    const authorization = `Token ${login.body.user.token}`;
    await pause(LAG_MS + 200);
    await world.aws.replicate(`sessions-${HOME}`, `sessions-${AWAY}`);
    expect((await get(away, '/api/user', { authorization })).status).toBe(200);
    await overHttp(home, 'POST', '/api/session/logout', undefined, { authorization });
    await world.aws.replicate(`sessions-${HOME}`, `sessions-${AWAY}`);
    await pause(5_000);
    expect((await get(away, '/api/user', { authorization })).status).toBe(401);
  }, 10_000);
});

describe('without its cache', () => {
  test('a Region reads and writes on, and says so', async () => {
    const { authorization } = await joined(overHttp, away);
    await caches[AWAY]!.stop();
    const started = Date.now();
    for (const path of ['/api/articles', '/api/tags', '/api/articles?tag=cached']) {
      const answer = await get(away, path);
      expect([answer.status, answer.headers.get('x-meridian-cache')]).toEqual([200, 'down']);
    }
    expect(Date.now() - started).toBeLessThan(1_500);
    const posted = await post(away, { authorization });
    expect(posted.status).toBe(201);
    // Another server of the Region may still serve from the cache what was before.
    expect(posted.headers.get('x-meridian-freshness')).toBe('pending');
    expect((await get(away, `/api/articles/${posted.body.article.slug}`)).status).toBe(200);
    await pause(1_100);
    const ready = await get(away, '/readyz');
    expect([ready.status, ready.body]).toMatchObject([200, { ready: true, cache: 'down' }]);
    expect(await outcome(home, '/api/articles')).not.toBe('down');
  });
});
