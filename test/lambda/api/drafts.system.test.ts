import { overHttp } from '../support/client';
import { joined, type LiveWorld, startLiveWorld } from '../support/live';
import { AWAY, HOME, type RegionOfTest } from '../support/world';

let world: LiveWorld;
let home: RegionOfTest;
let away: RegionOfTest;

beforeAll(async () => {
  world = await startLiveWorld();
  ({ home, away } = world);
}, 60_000);
afterAll(() => world.stop(), 30_000);

type Someone = Awaited<ReturnType<typeof joined>>;
const WHOLE = { title: 'A title', description: 'Short', body: 'Long.', tagList: ['x'] };

const call = (by: Someone, method: string, path: string, body?: unknown, region = home) =>
  overHttp(region, method, path, body, { authorization: by.authorization });
/** The global table's replication, both ways. */
const replicate = async () => {
  await world.aws.replicate(`drafts-${HOME}`, `drafts-${AWAY}`);
  await world.aws.replicate(`drafts-${AWAY}`, `drafts-${HOME}`);
};
const shown = async (by: Someone, region: RegionOfTest) =>
  (await call(by, 'GET', '/api/drafts/mine', undefined, region)).body.draft;

test('both Regions write a draft at once, show the same afterwards, and publish what is named, once', async () => {
  const author = await joined(overHttp, home);
  const put = async (body: string, region: RegionOfTest, parents?: readonly string[]) => {
    const answer = await call(
      author,
      'PUT',
      '/api/drafts/mine',
      { draft: { ...WHOLE, body }, parents },
      region,
    );
    expect(answer.status).toBe(200);
    return answer.body.draft;
  };
  await put('First.', home);
  await replicate();
  const [mine, theirs] = [await put('At home.', home), await put('Away.', away)];
  expect([mine.conflicts, theirs.conflicts]).toEqual([[], []]);
  await replicate();
  const [here, there] = [await shown(author, home), await shown(author, away)];
  expect(there).toEqual(here);
  // Both histories are as long: the later one is shown, the other one stands beside it.
  expect(here.body).toBe('Away.');
  expect(here.conflicts).toEqual([
    expect.objectContaining({ revision: mine.revision, region: HOME }),
  ]);
  const path = `/api/drafts/mine/revisions/${mine.revision}`;
  expect((await call(author, 'GET', path, undefined, away)).body.revision.body).toBe('At home.');
  const unnamed = await call(author, 'POST', '/api/drafts/mine/publish', {}, away);
  expect([unnamed.status, Object.keys(unnamed.body.errors)]).toEqual([409, ['draft']]);
  const publish = (region: RegionOfTest) =>
    call(author, 'POST', '/api/drafts/mine/publish', { revision: mine.revision }, region);
  const [one, other] = await Promise.all([publish(away), publish(home)]);
  expect([one.status, other.status]).toEqual([201, 201]);
  expect(one.body.article.slug).toBe(other.body.article.slug);
  const article = await call(author, 'GET', `/api/articles/${one.body.article.slug}`);
  expect(article.body.article).toMatchObject({ body: 'At home.', tagList: ['x'] });
  const list = await call(author, 'GET', `/api/articles?author=${author.username}`);
  expect(list.body.articlesCount).toBe(1);
  for (const region of [home, away]) {
    expect((await call(author, 'GET', '/api/drafts', undefined, region)).body.drafts).toEqual([]);
    const gone = await call(author, 'GET', '/api/drafts/mine/revisions', undefined, region);
    expect(gone.body.revisions.some(({ slug }) => slug === one.body.article.slug)).toBe(true);
  }
}, 60_000);

test("a draft is its author's alone, and one that is no article yet cannot be published", async () => {
  const [author, other] = [await joined(overHttp, home), await joined(overHttp, home)];
  const first = await call(author, 'PUT', '/api/drafts/idea', { draft: { title: 'Only a title' } });
  expect(first.body.draft).toMatchObject({
    id: 'idea',
    title: 'Only a title',
    body: '',
    tagList: [],
  });
  const publish = await call(author, 'POST', '/api/drafts/idea/publish');
  expect([publish.status, Object.keys(publish.body.errors)]).toEqual([
    422,
    ['description', 'body'],
  ]);
  expect((await call(other, 'GET', '/api/drafts/idea')).status).toBe(404);
  const path = `/api/drafts/idea/revisions/${first.body.draft.revision}`;
  expect((await call(other, 'GET', path)).status).toBe(404);
  expect((await overHttp(home, 'GET', '/api/drafts')).status).toBe(401);
  for (const draft of [
    undefined,
    7,
    { title: 7 },
    { tagList: 'x' },
    { body: '\u00e9'.repeat(200_000) },
  ])
    expect((await call(author, 'PUT', '/api/drafts/idea', { draft })).status).toBe(422);
  for (const parents of ['x', ['x'], [7]])
    expect((await call(author, 'PUT', '/api/drafts/idea', { draft: {}, parents })).status).toBe(
      422,
    );
  expect((await call(author, 'PUT', '/api/drafts/a%2Fb', { draft: {} })).status).toBe(404);
  expect((await call(author, 'DELETE', '/api/drafts/idea')).status).toBe(204);
  expect((await call(author, 'DELETE', '/api/drafts/idea')).status).toBe(404);
  expect((await call(author, 'GET', '/api/drafts/idea')).status).toBe(404);
}, 60_000);

test('while the table is down, drafts are 503, and articles are read and written', async () => {
  const author = await joined(overHttp, home);
  await call(author, 'PUT', '/api/drafts/mine', { draft: WHOLE });
  world.ownTables.lead({ address: '127.0.0.1', port: 1 });
  try {
    for (const [method, body] of [['GET'], ['PUT', { draft: WHOLE }]] as const) {
      const refused = await call(author, method, '/api/drafts/mine', body);
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(refused.body.errors).toEqual({ drafts: ['cannot be reached'] });
    }
    const posted = await call(author, 'POST', '/api/articles', { article: WHOLE });
    expect(posted.status).toBe(201);
  } finally {
    world.ownTables.lead(world.aws.tables);
  }
  for (const until = Date.now() + 10_000; Date.now() < until;) {
    if ((await call(author, 'GET', '/api/drafts/mine')).status === 200) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect((await shown(author, home)).title).toBe('A title');
}, 60_000);
