import * as repair from '../../../lambda/data/repair';
import { PUSH_LIMIT } from '../../../lambda/data/timelines';
import { listedAfter } from '../../../lambda/data/listed';
import type { Sql } from '../../../lambda/platform/databases';
import { type Seeded, startSeeded } from '../support/seeded';

let seeded: Seeded;
let social: Sql;
let content: Sql;

beforeAll(async () => {
  seeded = await startSeeded({ users: 12, articles: 30, follows: 20, favorites: 1 });
  [social, content] = [seeded.connect('social'), seeded.connect('content')];
}, 60_000);

afterAll(async () => {
  await seeded.close();
}, 30_000);

const numbers = (ids: Iterable<string>) =>
  [...new Set(ids)].sort((a, b) => Number(BigInt(a) - BigInt(b)));

/** All pages of so many, one after the other. */
async function pagesOf(count: number, page: (after: string) => Promise<readonly string[]>) {
  const all: string[] = [];
  for (let after = '0'; ;) {
    const ids = await page(after);
    expect(ids.length).toBeLessThanOrEqual(count);
    all.push(...ids);
    if (ids.length < count) return all;
    after = ids.at(-1)!;
  }
}

test.each([1, 3, 100])(
  'whoever is counted or followed comes once, in order, in pages of %d; so does whoever has written',
  async (count) => {
    await social`delete from counters`;
    await social`delete from followers`;
    // Some of them both, some only one of both, and one followed by many.
    for (const id of [3, 5, 8])
      await social`insert into counters (user_id, articles) values (${id}, ${id})`;
    for (const [followed, follower] of [
      [5, 1],
      [5, 2],
      [5, 3],
      [6, 1],
      [9, 1],
      [9, 2],
    ] as const)
      await social`insert into followers (followed_id, follower_id) values (${followed}, ${follower})`;
    const articles = new Map<string, number | null>();
    const counted = await pagesOf(count, async (after) => {
      const page = await repair.listCounted(social, after, count);
      for (const one of page) articles.set(one.id, one.articles);
      return page.map(({ id }) => id);
    });
    expect(counted).toEqual(['3', '5', '6', '8', '9']);
    expect(['3', '5', '6', '9'].map((id) => articles.get(id))).toEqual([3, 5, null, null]);
    const authors = await pagesOf(count, (after) => repair.listAuthors(content, after, count));
    expect(authors).toEqual(numbers(seeded.seed.articles.map(({ author }) => author.id)));
  },
);

test('who has too many followers to be pushed to is pulled, also where the counters were lost', async () => {
  await social`delete from counters`;
  await social`
    insert into followers (followed_id, follower_id)
    select 77, n from generate_series(1, ${PUSH_LIMIT}::int) as n`;
  const row = async () =>
    (await social`select articles, followers, pulled from counters where user_id = 77`)[0];
  await repair.setArticles(social, '77', 2);
  expect(await repair.recountFollowers(social, ['77'])).toBe(1);
  expect(await row()).toEqual({ articles: 2, followers: PUSH_LIMIT, pulled: false });
  await social`insert into followers (followed_id, follower_id) values (77, 9999999)`;
  expect(await repair.recountFollowers(social, ['77'])).toBe(1);
  expect(await row()).toEqual({ articles: 2, followers: PUSH_LIMIT + 1, pulled: true });
  await social`update counters set pulled = false where user_id = 77`;
  expect(await repair.recountFollowers(social, ['77'])).toBe(1);
  expect(await repair.recountFollowers(social, ['77'])).toBe(0);
  // Who has been pulled once stays so.
  await social`delete from followers where followed_id = 77 and follower_id > 5`;
  await repair.recountFollowers(social, ['77']);
  expect(await row()).toEqual({ articles: 2, followers: 5, pulled: true });
});

test.each([1, 2, 100])(
  'what is in any list comes once, in order, in pages of %d',
  async (count) => {
    const lists = seeded.connect('discovery');
    await lists`delete from listed`;
    await lists`delete from listed_tags`;
    for (const id of [1, 4]) await lists`insert into listed (article_id) values (${id})`;
    for (const [tag, id] of [
      ['a', 4],
      ['b', 4],
      ['a', 6],
      ['b', 2],
    ] as const)
      await lists`insert into listed_tags (tag, article_id) values (${tag}, ${id})`;
    expect(await pagesOf(count, (after) => listedAfter(lists, after, count))).toEqual([
      '1',
      '2',
      '4',
      '6',
    ]);
  },
);
