import { shardOf } from '../../../lambda/topology';
import { checkAll } from '../../../lambda/work/check';
import { overHttp } from '../support/client';
import { joined, type LiveWorld, publish, startLiveWorld } from '../support/live';
import type { RegionOfTest } from '../support/world';

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

const authorized = (token: string) => ({ authorization: `Token ${token}` });

async function writer(domain: 'content' | 'identity') {
  const { document } = await home.deps.topology.current();
  return await home.deps.databases.writer(shardOf(document, 0).location, domain);
}

async function authorWithArticle() {
  const author = await joined(overHttp, home);
  const headers = authorized(author.token);
  const posted = await publish(overHttp, home, headers);
  expect(posted.status).toBe(201);
  const path = `/api/articles/${posted.body.article.slug}`;
  const shown = async (region = home) => (await overHttp(region, 'GET', path)).body.article.author;
  const change = async (user: object, region = home) => {
    const answer = await overHttp(region, 'PUT', '/api/user', { user }, headers);
    expect(answer.status).toBe(200);
  };
  const content = await writer('content');
  const copy = async () => {
    const [row] = await content`
      select as_of, cards.username from cards join articles on author_id = cards.user_id
      where author_username = ${author.username}`;
    return row;
  };
  return { ...author, shown, change, copy, path };
}

test('an article has its author from a copy beside it, in one statement', async () => {
  const { shown, copy, username, path } = await authorWithArticle();
  expect(await copy()).toEqual({ as_of: 0, username });
  const identity = await writer('identity');
  // Past the workload, so that only whoever asks there would see it.
  await identity`update users set bio = 'not asked for' where username = ${username}`;
  expect(await shown()).toMatchObject({ username, bio: null });
  const list = await overHttp(home, 'GET', '/api/articles?limit=1');
  expect(list.body.articles[0]?.author).toMatchObject({ username, bio: null });
  await identity`update users set bio = null where username = ${username}`;
  expect(path).toBe(`/api/articles/${list.body.articles[0]?.slug}`);
});

test('a changed profile is in its articles when the change is answered, where it entered', async () => {
  const { shown, change, copy, username } = await authorWithArticle();
  await change({ bio: 'first' });
  expect(await shown()).toMatchObject({ username, bio: 'first' });
  await change({ username: `${username}x`, bio: 'second' }, away);
  expect(await shown(away)).toMatchObject({ username: `${username}x`, bio: 'second' });
  expect(await shown()).toMatchObject({ username: `${username}x`, bio: 'second' });
  expect(await copy()).toEqual({ as_of: 2, username: `${username}x` });
});

test('of changes at once, the copy ends as the user does', async () => {
  const { shown, change, token } = await authorWithArticle();
  await Promise.all(Array.from({ length: 6 }, (_, n) => change({ bio: `bio ${n}` })));
  const user = await overHttp(home, 'GET', '/api/user', undefined, authorized(token));
  expect((await shown()).bio).toBe(user.body.user.bio);
});

test('a change that ends halfway leaves no old card: the truth is asked, until the check has repaired it', async () => {
  const { shown, copy, username, token } = await authorWithArticle();
  const [content, identity] = [await writer('content'), await writer('identity')];
  // Hidden for the version to come, committed, and never shown: what a crash leaves.
  await content`update cards set as_of = 1, username = null where username = ${username}`;
  await identity`update users set bio = 'from a crash', version = 1 where username = ${username}`;
  expect(await shown()).toMatchObject({ username, bio: 'from a crash' });
  expect(await checkAll(home.deps, 600_000)).toMatchObject({ cards: 0 });
  expect(await checkAll(home.deps, 0)).toMatchObject({ cards: 1 });
  expect(await copy()).toEqual({ as_of: 1, username });
  expect(await shown()).toMatchObject({ username, bio: 'from a crash' });
  // Hidden for a version that never came: the next article does not show it either.
  await content`update cards set as_of = 2, username = null where username = ${username}`;
  const headers = authorized(token);
  await publish(overHttp, home, headers);
  expect(await shown()).toMatchObject({ username });
  expect(await checkAll(home.deps, 0)).toMatchObject({ cards: 1 });
  expect(await checkAll(home.deps, 0)).toMatchObject({ cards: 0 });
});

test.each(['username', 'bio', 'image'] as const)(
  'a copy whose %s alone is another is found and repaired, and so is one of another version',
  async (field) => {
    const { shown, username } = await authorWithArticle();
    const content = await writer('content');
    const [author] = await content`select user_id from cards where username = ${username}`;
    const id = author!['user_id'] as string;
    await content`update cards set ${content({ [field]: 'damaged' })} where user_id = ${id}`;
    expect(await checkAll(home.deps, 0)).toMatchObject({ cards: 1 });
    expect(await shown()).toMatchObject({ username, bio: null, image: null });
    await content`update cards set as_of = 9 where user_id = ${id}`;
    expect(await checkAll(home.deps, 0)).toMatchObject({ cards: 1 });
    expect(await checkAll(home.deps, 0)).toMatchObject({ cards: 0 });
  },
);

test('the check gives a copy to authors of before there were copies', async () => {
  const { shown, copy, username } = await authorWithArticle();
  const content = await writer('content');
  await content`delete from cards where username = ${username}`;
  expect(await shown()).toMatchObject({ username });
  expect(await checkAll(home.deps, 0)).toMatchObject({ cards: 1 });
  expect(await copy()).toEqual({ as_of: 0, username });
});
