import { slugOfArticle } from '../../../lambda/data/articles';
import type { Seed } from '../../../lambda/seed';
import { createWorkHandler } from '../../../lambda/work/handler';
import { type Answer, overHttp } from '../support/client';
import { enter, publish } from '../support/live';
import {
  AMERICA,
  EUROPE,
  type RegionName,
  type ShardedWorld,
  startShardedWorld,
} from '../support/sharded';

jest.setTimeout(60_000);

const SIZE = { users: 40, articles: 120, follows: 200, favorites: 200 };
const NEXT = 'x-meridian-next-cursor';
const READER = 1;

let world: ShardedWorld;

beforeAll(async () => {
  world = await startShardedWorld({ size: SIZE, behindMs: 0, queued: true });
}, 120_000);

afterAll(async () => {
  await world.stop();
}, 60_000);

type Article = Seed['articles'][number];

const followed = ({ follows }: Seed) =>
  new Set(follows.filter(({ by }) => by.username === `seed-${READER}`).map(({ to }) => to));
const favored = ({ favorites }: Seed) =>
  new Set(favorites.filter(({ by }) => by.username === 'seed-2').map(({ to }) => to));
const words = ({ title, description, body }: Article) =>
  `${title} ${description} ${body}`.toLowerCase().split(/\W+/);

const LISTS: readonly (readonly [string, (seed: Seed) => (article: Article) => boolean])[] = [
  ['/api/articles?', () => () => true],
  [
    '/api/articles?tag=topic-0&',
    () =>
      ({ tagList }) =>
        tagList.includes('topic-0'),
  ],
  [
    '/api/articles?author=seed-0&',
    () =>
      ({ author }) =>
        author.username === 'seed-0',
  ],
  [
    '/api/articles?favorited=seed-2&',
    (seed) => {
      const ids = favored(seed);
      return ({ id }) => ids.has(id);
    },
  ],
  ['/api/search?q=harbour&', () => (article) => words(article).includes('harbour')],
  [
    '/api/articles/feed?',
    (seed) => {
      const ids = followed(seed);
      return ({ author }) => ids.has(author.id);
    },
  ],
];

describe.each(LISTS)('%s', (path, chosen) => {
  const expected = () =>
    world.seed.articles
      .filter(chosen(world.seed))
      .sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? 1 : -1))
      .map(slugOfArticle);

  async function reading(region: RegionName) {
    const at = world.servers[region][0]!;
    const headers = await enter(at, READER);
    return async (query: string) => {
      const answer = await overHttp(at, 'GET', `${path}${query}`, undefined, headers);
      expect(answer.status).toBe(200);
      return answer;
    };
  }
  const slugsOf = ({ body }: Answer) => body.articles.map(({ slug }) => slug);

  test.each([EUROPE, AMERICA] as const)(
    'has each article once, by cursors and by offsets, through %s',
    async (region) => {
      const all = expected();
      const limit = Math.max(2, Math.ceil(all.length / 9));
      const page = await reading(region);
      const [byCursor, byOffset]: string[][] = [[], []];
      for (let cursor: string | null = ''; cursor !== null;) {
        const answer = await page(`limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`);
        byCursor!.push(...slugsOf(answer));
        // A list that does not end is wrong long before.
        expect(byCursor!.length).toBeLessThanOrEqual(all.length);
        expect(answer.body.articlesCount).toBe(all.length);
        cursor = answer.headers.get(NEXT);
      }
      for (let offset = 0; offset <= all.length; offset += limit) {
        const answer = await page(`limit=${limit}&offset=${offset}`);
        byOffset!.push(...slugsOf(answer));
        expect(answer.body.articlesCount).toBe(all.length);
      }
      expect(all.length).toBeGreaterThan(2);
      expect(byCursor).toEqual(all);
      expect(byOffset).toEqual(all);
      // Both at once: so many are passed over after the cursor.
      const cursor = (await page('limit=1')).headers.get(NEXT);
      expect(slugsOf(await page(`limit=1&offset=1&cursor=${cursor}`))).toEqual(all.slice(2, 3));
    },
  );
});

test('what trends is of these seven days, of all shards together, however much there was before', async () => {
  const before = world.seed.articles.filter(({ tagList }) => tagList.includes('topic-0'));
  expect(before.length).toBeGreaterThan(2);
  // Of a shard of Europe and of one of America.
  for (const n of [1, 4]) {
    const at = world.servers[EUROPE][0]!;
    const tagList = n === 1 ? ['topic-0', 'topic-new'] : ['topic-0'];
    const posted = await publish(overHttp, at, await enter(at, n), { tagList });
    expect(posted.status).toBe(201);
  }
  for (const region of [EUROPE, AMERICA] as const) {
    const work = createWorkHandler(world.servers[region][0]!.deps);
    expect(await work({ job: 'trending' })).toEqual({ refreshed: 2 });
  }
  for (const region of [EUROPE, AMERICA] as const) {
    // Another server's copy of what was there before may be a moment old.
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    const { body } = await overHttp(world.servers[region][0]!, 'GET', '/api/tags/trending?limit=2');
    expect(body.tags).toEqual([
      { tag: 'topic-0', articles: 2 },
      { tag: 'topic-new', articles: 1 },
    ]);
  }
});
