import { READS } from '../../../lambda/api/reads';
import { exists, findArticle, findArticles, hasVersion } from '../../../lambda/data/articles';
import { showsNoOlderCard } from '../../../lambda/data/cards';
import { findComment, listComments } from '../../../lambda/data/comments';
import { listListed } from '../../../lambda/data/discovery';
import { listingsAfter, listingsFrom } from '../../../lambda/data/listings';
import { edgesIn, listAllLines, newestOf } from '../../../lambda/data/edges';
import { readEvents, readEventsOf, readFollowed, readRecent } from '../../../lambda/data/events';
import { favoredAmong } from '../../../lambda/data/favorites';
import { followedAmong, listFollowed } from '../../../lambda/data/follows';
import { findCards, findCredentials, findUser } from '../../../lambda/data/identity';
import { listFeedIds, listIds, listRows } from '../../../lambda/data/lists';
import { followedByMany } from '../../../lambda/data/graph';
import { listAuthors, listCounted } from '../../../lambda/data/repair';
import { searchIds } from '../../../lambda/data/search';
import { listTags, readTagPage } from '../../../lambda/data/tags';
import * as timelines from '../../../lambda/data/timelines';
import { listTrending, refreshTrending } from '../../../lambda/data/trending';
import { arrivedAmong } from '../../../lambda/platform/arrivals';
import { eventIdAt } from '../../../lambda/platform/ids';
import type { Domain, Sql } from '../../../lambda/platform/databases';
import { fillDerived, LATELY_MS } from '../support/derived';
import { type Seeded, startSeeded } from '../support/seeded';

/** Tables of which a query that a request waits for may not read everything. */
const LARGE = [
  'articles',
  'article_tags',
  'favorites',
  'follows',
  'users',
  'comments',
  'events',
  'cards',
  'listed',
  'listed_tags',
  'timeline',
  'followers',
  'counters',
  'idempotency',
];

interface Recorded {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

let seeded: Seeded;
const plain = new Map<Domain, Sql>();
const recording = new Map<Domain, Sql>();
let recorded: Recorded[] = [];

beforeAll(async () => {
  seeded = await startSeeded();
  for (const domain of ['identity', 'content', 'social', 'discovery'] as const) {
    plain.set(domain, seeded.connect(domain));
    const debug = (_: number, text: string, parameters: unknown[]) =>
      recorded.push({ text, parameters });
    recording.set(domain, seeded.connect(domain, { debug }));
  }
  await fillDerived(plain.get('content')!, plain.get('social')!);
}, 120_000);

afterAll(async () => {
  await seeded.close();
}, 30_000);

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Node[];
}

function nodesOf(node: Node): readonly Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** The plan of a named statement, which later uses may not make anew (`force_generic_plan`). */
async function planOf(sql: Sql, { text, parameters }: Recorded, mode: string) {
  await sql.unsafe(`set plan_cache_mode = ${mode}`);
  await sql.unsafe(`prepare hot as ${text}`);
  try {
    const values = parameters.map((value) => (value === null ? 'null' : literal(value as string)));
    const call = values.length === 0 ? 'hot' : `hot(${values.join()})`;
    const [row] = await sql.unsafe<{ 'QUERY PLAN': readonly { Plan: Node }[] }[]>(
      `explain (format json) execute ${call}`,
    );
    return nodesOf(row!['QUERY PLAN'][0]!.Plan);
  } finally {
    await sql.unsafe('deallocate hot');
  }
}

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

const some = () => {
  const { users, articles } = seeded.seed;
  const ids = articles.slice(-40).map(({ id }) => id);
  const people = users.slice(0, 40).map(({ id }) => id);
  return {
    user: users[7]!.id,
    article: articles[500]!.id,
    middle: articles[9_000]!.id,
    ids,
    people,
  };
};
const page = { before: undefined, count: 20 };

/** Every query that a request waits for, and an index that it goes by. */
const HOT: readonly (readonly [
  name: string,
  domain: Domain,
  index: string,
  run: (sql: Sql) => Promise<unknown>,
])[] = [
  ['the newest articles', 'content', 'articles_pkey', (sql) => listIds(sql, {}, page)],
  [
    'the next page of all, by its cursor',
    'content',
    'articles_pkey',
    (sql) => listIds(sql, {}, { before: some().middle, count: 20 }),
  ],
  [
    'what has come to a shard since the lists followed it',
    'content',
    'events_pkey',
    (sql) => listingsAfter(sql, '0', 500),
  ],
  [
    'articles of a shard, for the lists',
    'content',
    'articles_pkey',
    (sql) => listingsFrom(sql, some().middle, 500),
  ],
  [
    'everybody’s articles, from their own store',
    'discovery',
    'listed_pkey',
    (sql) => listListed(sql, { ...page, except: some().ids }),
  ],
  [
    'the next page of a tag, from there',
    'discovery',
    'listed_tags_pkey',
    (sql) => listListed(sql, { tag: 'topic-3', before: some().middle, count: 20, except: [] }),
  ],
  [
    'an author’s articles',
    'content',
    'articles_author',
    (sql) => listIds(sql, { authorId: some().user }, page),
  ],
  [
    'a tag’s articles',
    'content',
    'article_tags_pkey',
    (sql) => listIds(sql, { tag: 'topic-3' }, page),
  ],
  [
    'the next page of a tag, by its cursor',
    'content',
    'article_tags_pkey',
    (sql) => listIds(sql, { tag: 'topic-0' }, { before: some().middle, count: 20 }),
  ],
  [
    'a user’s favourites',
    'content',
    'favorites_pkey',
    (sql) => listIds(sql, { favoredBy: some().user }, page),
  ],
  [
    'an author’s articles of a tag that a user favours',
    'content',
    'articles_author',
    (sql) =>
      listIds(sql, { authorId: some().user, tag: 'topic-1', favoredBy: some().people[2] }, page),
  ],
  ['a feed', 'content', 'articles_author', (sql) => listFeedIds(sql, some().people, page)],
  ['the newest articles, whole', 'content', 'articles_pkey', (sql) => listRows(sql, {}, page)],
  [
    'an author’s articles, whole',
    'content',
    'articles_author',
    (sql) => listRows(sql, { authorId: some().user }, page),
  ],
  [
    'a tag’s articles, whole',
    'content',
    'article_tags_pkey',
    (sql) => listRows(sql, { tag: 'topic-3' }, page),
  ],
  [
    'a user’s favourites, whole',
    'content',
    'favorites_pkey',
    (sql) => listRows(sql, { favoredBy: some().user }, page),
  ],
  ['the tags', 'content', 'article_tags_pkey', (sql) => listTags(sql)],
  ['the tags as they are shown', 'content', 'tags_newest', (sql) => readTagPage(sql, 100)],
  ['an article', 'content', 'articles_pkey', (sql) => findArticle(sql, some().article)],
  [
    'a page’s articles',
    'content',
    'articles_pkey',
    (sql) => findArticles(sql, some().ids.slice(-20)),
  ],
  ['an article’s version', 'content', 'articles_pkey', (sql) => hasVersion(sql, some().article, 0)],
  [
    'a search for a word that few articles have',
    'content',
    'articles_search',
    (sql) => searchIds(sql, 'quokka', page),
  ],
  ['comments', 'content', 'comments_pkey', (sql) => listComments(sql, some().article)],
  ['a comment', 'content', 'comments_pkey', (sql) => findComment(sql, some().article, 1)],
  [
    'which of a page one favours',
    'content',
    'favorites_pkey',
    (sql) => favoredAmong(sql, some().user, some().ids),
  ],
  ['the log', 'content', 'events_pkey', (sql) => readEvents(sql, '0', 100)],
  [
    'the log of some authors',
    'content',
    'events_pkey',
    (sql) => readEventsOf(sql, some().people, String(eventIdAt(LATELY_MS)), 100),
  ],
  ['a user', 'identity', 'users_pkey', (sql) => findUser(sql, some().user)],
  ['a login', 'identity', 'users_pkey', (sql) => findCredentials(sql, some().user)],
  ['a page’s authors', 'identity', 'users_pkey', (sql) => findCards(sql, some().people)],
  [
    'which of a page’s authors one follows',
    'social',
    'follows_pkey',
    (sql) => followedAmong(sql, some().user, some().people),
  ],
  [
    'whom those follow whom one follows',
    'social',
    'follows_pkey',
    (sql) => followedByMany(sql, some().people, 50),
  ],
  ['whether an article is there', 'content', 'articles_pkey', (sql) => exists(sql, some().article)],
  [
    'whether an author’s card is as new as a change',
    'content',
    'cards_pkey',
    (sql) => showsNoOlderCard(sql, some().user, 1),
  ],
  ['what came a moment ago', 'content', 'events_pkey', (sql) => readRecent(sql, LATELY_MS)],
  [
    'the newest articles of each author',
    'content',
    'articles_author',
    (sql) => newestOf(sql, some().people, 20),
  ],
  [
    'a timeline',
    'social',
    'timeline_pkey',
    (sql) => timelines.listTimeline(sql, some().user, some().people, page),
  ],
  [
    'which articles a timeline holds',
    'social',
    'timeline_pkey',
    (sql) => timelines.inTimeline(sql, some().user, some().ids),
  ],
  [
    'whom a timeline lacks',
    'social',
    'follows_pkey',
    (sql) => timelines.readEdges(sql, some().user, some().people, some().people),
  ],
  ['who is pulled', 'social', 'counters_pulled', (sql) => timelines.listPulled(sql)],
  [
    'whether an author is pulled',
    'social',
    'counters_pulled',
    (sql) => timelines.isPulled(sql, some().user),
  ],
  [
    'followers to push to',
    'social',
    'followers_pkey',
    (sql) => timelines.listFollowers(sql, some().user, '0', 500),
  ],
  [
    'which edges are in the other direction, too',
    'social',
    'followers_pkey',
    (sql) =>
      edgesIn(
        sql,
        'followers',
        some().people.map((id) => ({ followerId: id, followedId: id })),
      ),
  ],
  [
    'an article into timelines',
    'social',
    'follows_pkey',
    (sql) => timelines.pushArticle(sql, some().user, some().article, some().people),
  ],
  [
    'an article out of timelines',
    'social',
    'timeline_pkey',
    (sql) => timelines.dropArticle(sql, some().article, some().people),
  ],
  [
    'an author out of a timeline',
    'social',
    'timeline_author',
    (sql) => timelines.dropAuthor(sql, some().user, some().people[3]!),
  ],
  [
    'writes that have arrived',
    'content',
    'idempotency_pkey',
    (sql) => arrivedAmong(sql, ['1:of-the-past', '2:of-the-past']),
  ],
  ['whom one follows', 'social', 'follows_pkey', (sql) => listFollowed(sql, some().user)],
  ['a connection’s follows', 'social', 'follows_pkey', (sql) => readFollowed(sql, some().user)],
  ['users to check', 'social', 'counters_pkey', (sql) => listCounted(sql, '0', 20)],
  ['authors to check', 'content', 'articles_author', (sql) => listAuthors(sql, '0', 20)],
  ['lines to check', 'social', 'follows_pkey', (sql) => listAllLines(sql, FIRST_LINE, 200)],
];

const FIRST_LINE = { userId: '0', id: '0' };

/** Of a view that is made for it, of a table of one row for each shard, and of one of one row. */
const SMALL = ['listTrending', 'listPositions', 'readHead'];

test('every read of a shard is among them', () => {
  const asserted = HOT.map(([, , , run]) => String(run)).join();
  const missing = Object.values(READS)
    .map(({ run }) => run.name)
    .filter((name) => !SMALL.includes(name) && !new RegExp(`\\b${name}\\b`).test(asserted));
  expect(missing).toEqual([]);
});

test.each(HOT)('%s: by an index, no large table from end to end', async (_, domain, index, run) => {
  recorded = [];
  await run(recording.get(domain)!);
  const statements = recorded.filter(
    ({ text }) =>
      text
        .trim()
        .toLowerCase()
        .match(/^(select|with|insert|update|delete)/) !== null,
  );
  expect(statements.length).toBeGreaterThan(0);
  const used: string[] = [];
  for (const statement of statements)
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      const nodes = await planOf(plain.get(domain)!, statement, mode);
      const scanned = nodes
        .filter((node) => node['Node Type'].includes('Seq Scan'))
        .map((node) => node['Relation Name'] ?? '')
        .filter((table) => LARGE.includes(table));
      expect({ mode, text: statement.text, scanned }).toMatchObject({ scanned: [] });
      used.push(...nodes.map((node) => node['Index Name'] ?? ''));
    }
  expect(used).toContain(index);
});

test('statements are named: a connection plans each of them once, whatever its parameters', async () => {
  const sql = seeded.connect('content');
  const { articles } = seeded.seed;
  for (const { id } of articles.slice(0, 8)) await findArticle(sql, id);
  const [row] = await sql<{ n: number; uses: number }[]>`
    select count(*)::int as n, sum(generic_plans + custom_plans)::int as uses
    from pg_prepared_statements where statement like '%from articles left join % where id = %' and statement not like '%prepared%'`;
  expect(row).toEqual({ n: 1, uses: 8 });
});

describe('trending tags', () => {
  test('are counted over a range of an index, not over all articles', async () => {
    const [row] = await plain.get('content')!<{ definition: string }[]>`
      select pg_get_viewdef('trending'::regclass) as definition`;
    const text = row!.definition.replace(/;$/, '');
    const nodes = await planOf(plain.get('content')!, { text, parameters: [] }, 'auto');
    expect(nodes.map((node) => node['Index Name'])).toContain('article_tags_article');
    expect(nodes.filter((node) => node['Node Type'].includes('Seq Scan'))).toEqual([]);
  });

  test('are read in their order, with as many tags as a big site has in a week', async () => {
    const sql = plain.get('content')!;
    const { id } = seeded.seed.users[7]!;
    await sql`
      insert into articles (id, author_id, author_username, title, description, body)
      select next_id(1), ${id}, 'seed-7', 'New', 'of this week', 'body' from generate_series(1, 2000)`;
    await sql`
      insert into article_tags (tag, article_id)
      select 'week-' || (n * row_number() over (order by id)) % 4999, id
      from articles cross join generate_series(1, 5) as n
      where author_id = ${id} and description = 'of this week' on conflict do nothing`;
    await refreshTrending(sql);
    await sql`vacuum analyze trending`;
    const { tags, refreshedAt } = await listTrending(sql, 20);
    const counts = await sql<{ tag: string; articles: number }[]>`
      select tag, count(*)::int as articles from article_tags where tag like 'week-%'
      group by tag order by articles desc, tag limit 20`;
    expect(tags).toEqual([...counts]);
    expect(Date.now() - Date.parse(refreshedAt)).toBeLessThan(60_000);
    recorded = [];
    await listTrending(recording.get('content')!, 20);
    const statement = recorded.find(({ text }) => text.includes('from trending'))!;
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      const nodes = await planOf(sql, statement, mode);
      expect(nodes.map((node) => node['Index Name'])).toContain('trending_most');
      expect(nodes.filter((node) => node['Node Type'].includes('Seq Scan'))).toEqual([]);
    }
  });
});
