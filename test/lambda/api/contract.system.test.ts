import argon2 from 'hash-wasm/dist/argon2.umd.min.js';
import { overEvents, overHttp } from '../support/client';
import { draft, joined, type LiveWorld, person, publish, startLiveWorld } from '../support/live';
import { AWAY, HOME, type RegionOfTest } from '../support/world';

let world: LiveWorld;
let home: RegionOfTest;
let away: RegionOfTest;

beforeAll(async () => {
  world = await startLiveWorld();
  ({ home, away } = world);
}, 60_000);

afterAll(async () => {
  await world.stop();
}, 30_000);

describe.each([
  ['server', overHttp],
  ['load balancer event', overEvents],
])('the contract through a %s', (_entry, client) => {
  test('a user who registers in one Region logs in there at once, and at home', async () => {
    const user = person();
    const registered = await client(away, 'POST', '/api/users', { user });
    expect(registered.status).toBe(201);
    expect(registered.body).toEqual({
      user: {
        email: user.email,
        token: expect.any(String) as string,
        username: user.username,
        bio: null,
        image: null,
      },
    });
    expect(registered.headers.get('x-meridian-region')).toBe(AWAY);
    expect(registered.headers.get('x-meridian-written-by')).toBe(HOME);
    expect(registered.headers.get('x-meridian-freshness')).toBe('visible');
    for (const region of [away, home]) {
      const { email, password } = user;
      const login = await client(region, 'POST', '/api/users/login', { user: { email, password } });
      expect(login.status).toBe(200);
      const headers = { authorization: `Token ${login.body.user.token}` };
      const current = await client(region, 'GET', '/api/user', undefined, headers);
      expect(current.body.user).toMatchObject({ username: user.username, email });
    }
  });

  test('an article posted away from home is read in both Regions at once, lists without its body', async () => {
    const { username, authorization } = await joined(client, away);
    const tag = `tag-${username}`;
    const article = draft({ tagList: [tag, 'dragons', tag] });
    const posted = await client(away, 'POST', '/api/articles', { article }, { authorization });
    expect(posted.status).toBe(201);
    expect(posted.headers.get('x-meridian-freshness')).toBe('visible');
    const { slug } = posted.body.article;
    expect(slug).toMatch(/^how-to-train-[0-9a-z]{13}$/);
    for (const region of [away, home]) {
      const read = await client(region, 'GET', `/api/articles/${slug}`);
      expect(read.body).toEqual(posted.body);
      expect(read.body.article).toMatchObject({
        ...draft(),
        tagList: [tag, 'dragons'],
        favorited: false,
        favoritesCount: 0,
        author: { username, bio: null, image: null, following: false },
      });
      for (const query of [`author=${username}`, `tag=${tag}`]) {
        const list = await client(region, 'GET', `/api/articles?${query}`);
        expect(list.body.articlesCount).toBe(1);
        expect(list.body.articles[0]?.slug).toBe(slug);
        expect(list.body.articles[0]).not.toHaveProperty('body');
      }
      const tags = await client(region, 'GET', '/api/tags');
      expect(tags.body.tags).toContain(tag);
    }
  });

  test('a name or address that is taken is refused with its own key, in any case and Region', async () => {
    const taken = await joined(client, home);
    const other = person();
    const username = taken.username.toUpperCase();
    const nameOnly = await client(away, 'POST', '/api/users', { user: { ...other, username } });
    expect(nameOnly.status).toBe(409);
    expect(nameOnly.body).toEqual({ errors: { username: ['has already been taken'] } });
    const email = taken.email.toUpperCase();
    const mailOnly = await client(home, 'POST', '/api/users', { user: { ...other, email } });
    expect(mailOnly.body).toEqual({ errors: { email: ['has already been taken'] } });
    // Neither attempt left a claim on what was free.
    expect((await client(home, 'POST', '/api/users', { user: other })).status).toBe(201);
  });

  test('a tag is shown until the last of its articles is gone', async () => {
    const { username, authorization } = await joined(client, home);
    const tag = `last-${username}`;
    const slugs: string[] = [];
    for (const article of [draft({ tagList: [tag] }), draft({ tagList: [tag] })]) {
      const posted = await client(home, 'POST', '/api/articles', { article }, { authorization });
      slugs.push(posted.body.article.slug);
    }
    const isShown = async () => (await client(home, 'GET', '/api/tags')).body.tags.includes(tag);
    const [first, second] = slugs;
    await client(home, 'DELETE', `/api/articles/${first}`, undefined, { authorization });
    expect(await isShown()).toBe(true);
    const retag = { article: { tagList: [] } };
    await client(home, 'PUT', `/api/articles/${second}`, retag, { authorization });
    expect(await isShown()).toBe(false);
    const back = { article: { tagList: [tag] } };
    await client(home, 'PUT', `/api/articles/${second}`, back, { authorization });
    expect(await isShown()).toBe(true);
  });

  test('lists are newest first and paged', async () => {
    const { username, authorization } = await joined(client, home);
    for (const title of ['One', 'Two', 'Three'])
      await publish(client, home, { authorization }, { title });
    const page = await client(home, 'GET', `/api/articles?author=${username}&limit=1&offset=1`);
    expect(page.body.articlesCount).toBe(3);
    expect(page.body.articles.map(({ title }) => title)).toEqual(['Two']);
    const all = await client(home, 'GET', '/api/articles?limit=2');
    expect(all.body.articles.map(({ title }) => title)).toEqual(['Three', 'Two']);
  });

  test('what is wrong with a request is said in the contract’s words', async () => {
    const { email, authorization } = await joined(client, home);
    const cases: [string, string, unknown, Record<string, string>, number, object][] = [
      ['GET', '/api/user', undefined, {}, 401, { token: ['is missing'] }],
      [
        'GET',
        '/api/user',
        undefined,
        { authorization: 'Token x.y' },
        401,
        { token: ['is invalid'] },
      ],
      ['POST', '/api/articles', { article: draft() }, {}, 401, { token: ['is missing'] }],
      [
        'POST',
        '/api/users/login',
        { user: { email, password: 'wrong horse' } },
        {},
        401,
        { credentials: ['invalid'] },
      ],
      [
        'POST',
        '/api/users/login',
        { user: { email: 'a@b', password: 'x' } },
        {},
        401,
        { credentials: ['invalid'] },
      ],
      [
        'POST',
        '/api/users/login',
        { user: { email: '', password: 'x' } },
        {},
        422,
        { email: ["can't be blank"] },
      ],
      [
        'POST',
        '/api/articles',
        { article: draft({ title: ' ' }) },
        { authorization },
        422,
        { title: ["can't be blank"] },
      ],
      ['POST', '/api/users', '{"user":', {}, 422, { body: ['is not valid JSON'] }],
      [
        'POST',
        '/api/users',
        JSON.stringify({ user: 'x'.repeat(1_000_001) }),
        {},
        413,
        { body: ['is too large'] },
      ],
      ['GET', '/api/articles/nothing-here', undefined, {}, 404, { article: ['not found'] }],
      ['GET', '/api/articles/x-0000000000001', undefined, {}, 404, { article: ['not found'] }],
      ['GET', '/api/articles?tag=%00', undefined, {}, 422, { tag: ['is invalid'] }],
      [
        'GET',
        '/api/articles?limit=0',
        undefined,
        {},
        422,
        { limit: ['must be between 1 and 100'] },
      ],
      ['GET', '/api/nowhere', undefined, {}, 404, { path: ['not found'] }],
    ];
    for (const [method, path, body, headers, status, errors] of cases) {
      const answer = await client(home, method, path, body, headers);
      expect({ path, status: answer.status, body: answer.body }).toEqual({
        path,
        status,
        body: { errors },
      });
      expect(answer.headers.get('x-meridian-region')).toBe(HOME);
    }
  });

  test('what nobody waits for any more is not done, here or in another Region', async () => {
    const { username, authorization } = await joined(client, home);
    const post = (region: RegionOfTest, left: string) => {
      const headers = { authorization, 'x-meridian-time-left': left };
      return publish(client, region, headers);
    };
    for (const region of [home, away]) {
      const late = await post(region, '0');
      expect({ status: late.status, body: late.body }).toEqual({
        status: 503,
        body: { errors: { deadline: ['nobody waits for the answer any more'] } },
      });
      expect(late.headers.get('retry-after')).toBe('1');
      const wrong = await post(region, 'soon');
      expect({ status: wrong.status, body: wrong.body }).toMatchObject({
        status: 422,
        body: { errors: { 'x-meridian-time-left': [expect.stringContaining('milliseconds')] } },
      });
    }
    const list = await client(home, 'GET', `/api/articles?author=${username}`);
    expect(list.body.articlesCount).toBe(0);
    expect((await post(home, '14000')).status).toBe(201);
    const hashed = jest.spyOn(argon2, 'argon2id');
    for (const region of [home, away]) {
      const user = person();
      const left = { 'x-meridian-time-left': '0' };
      const late = [
        await client(region, 'POST', '/api/users', { user }, left),
        await client(region, 'PUT', '/api/user', { user }, { authorization, ...left }),
      ];
      expect(late.map(({ status, body }) => [status, Object.keys(body.errors)])).toEqual(
        Array(2).fill([503, ['deadline']]),
      );
      expect((await client(region, 'POST', '/api/users', { user })).status).toBe(201);
    }
    // Nor has the work that comes before it been done: one for each who has registered.
    expect(hashed).toHaveBeenCalledTimes(2);
    hashed.mockRestore();
  });

  test('the author of nothing has an empty list', async () => {
    const list = await client(home, 'GET', '/api/articles?author=nobody');
    expect(list.body).toEqual({ articles: [], articlesCount: 0 });
  });

  test('ready where every dependency answers', async () => {
    const ready = await client(away, 'GET', '/readyz');
    expect(ready.status).toBe(200);
    expect(ready.body).toMatchObject({
      ready: true,
      region: AWAY,
      dependencies: { topology: 'ok', sessions: 'ok', 'identity.s0': 'ok', 'content.s0': 'ok' },
    });
    expect((await client(away, 'GET', '/healthz')).body).toEqual({ status: 'alive', region: AWAY });
  });
});
