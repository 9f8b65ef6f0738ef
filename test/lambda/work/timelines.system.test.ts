import { timelineIds } from '../../../lambda/api/feed';
import type { LoggedEvent } from '../../../lambda/data/events';
import { idOfSlug, type Id } from '../../../lambda/platform/ids';
import { shardOf } from '../../../lambda/topology';
import { checkAll } from '../../../lambda/work/check';
import { createWorkHandler } from '../../../lambda/work/handler';
import { relayAll } from '../../../lambda/work/relay';
import { overHttp } from '../support/client';
import { draft, joined } from '../support/live';
import { eventually, type QueuedWorld, type Someone, startQueuedWorld } from '../support/queued';
import { DEAD } from '../support/queues';
import { HOME, type RegionOfTest } from '../support/world';

let world: QueuedWorld;
let home: RegionOfTest;
let away: RegionOfTest;

beforeAll(async () => {
  world = await startQueuedWorld();
  ({ home, away } = world);
}, 60_000);

afterAll(async () => {
  await world.stop();
}, 30_000);

const writerOf = async (domain: 'social' | 'content') => {
  const { document } = await home.deps.topology.current();
  return await home.deps.databases.writer(shardOf(document, 0).location, domain);
};
const social = () => writerOf('social');
const idOf = async ({ username }: Someone): Promise<Id> => {
  const found = await home.deps.directory.find(`u#${username}`);
  if (found === undefined) throw new Error('nobody of this name');
  return found.userId;
};
const timelineOf = async (someone: Someone): Promise<readonly Id[]> => {
  const sql = await social();
  const rows = await sql<{ id: Id }[]>`
    select article_id as id from timeline where user_id = ${await idOf(someone)}
    order by article_id desc`;
  return rows.map(({ id }) => id);
};
const follow = (follower: Someone, followed: Someone, method = 'POST') =>
  overHttp(home, method, `/api/profiles/${followed.username}/follow`, {}, headers(follower));
const post = async (author: Someone, region = home): Promise<Id> => {
  const body = { article: draft({ title: 'Told to those who follow' }) };
  const answer = await overHttp(region, 'POST', '/api/articles', body, headers(author));
  expect(answer.status).toBe(201);
  return idOfSlug(answer.body.article.slug)!;
};
const headers = ({ authorization }: Someone) => ({ authorization });
const feed = async (viewer: Someone, region = home, query = '') => {
  const answer = await overHttp(
    region,
    'GET',
    `/api/articles/feed${query}`,
    undefined,
    headers(viewer),
  );
  expect(answer.status).toBe(200);
  const { articles, articlesCount } = answer.body;
  return { ids: articles.map(({ slug }) => idOfSlug(slug)), articlesCount };
};

/** Databases that are read one by one where timelines are; after so many reads something happens. */
function interrupted(after: number, happens: () => Promise<void>): typeof home.deps.databases {
  const { databases } = home.deps;
  let [count, last]: [number, Promise<unknown>] = [0, Promise.resolve()];
  const read: typeof databases.read = (shard, domain, query) => {
    if (domain !== 'social') return databases.read(shard, domain, query);
    const turn = last.then(async () => {
      const result = await databases.read(shard, domain, query);
      count += 1;
      if (count === after) await happens();
      return result;
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  return Object.assign(Object.create(databases) as typeof databases, { read });
}

describe('a timeline', () => {
  test('has what was written before the follow, and what is written after it', async () => {
    const [author, reader] = [await joined(overHttp, home), await joined(overHttp, home)];
    const first = await post(author);
    await follow(reader, author);
    const second = await post(author);
    expect(await feed(reader)).toEqual({ ids: [second, first], articlesCount: 2 });
    await eventually(() => timelineOf(reader), [second, first]);
    expect(await feed(reader)).toEqual({ ids: [second, first], articlesCount: 2 });
    // The other Region's reader is late.
    await eventually(() => feed(reader, away), { ids: [second, first], articlesCount: 2 });
    const page = await feed(reader, home, '?limit=1&offset=1');
    expect(page).toEqual({ ids: [first], articlesCount: 2 });
  }, 30_000);

  test('loses what is deleted, and whoever is followed no more', async () => {
    const [author, reader] = [await joined(overHttp, home), await joined(overHttp, home)];
    await follow(reader, author);
    const [first, second] = [await post(author), await post(author)];
    await eventually(() => timelineOf(reader), [second, first]);
    const { body } = await overHttp(home, 'GET', `/api/articles?author=${author.username}`);
    await overHttp(
      home,
      'DELETE',
      `/api/articles/${body.articles[0]!.slug}`,
      undefined,
      headers(author),
    );
    expect(await feed(reader)).toEqual({ ids: [first], articlesCount: 1 });
    await eventually(() => timelineOf(reader), [first]);
    await follow(reader, author, 'DELETE');
    expect(await feed(reader)).toEqual({ ids: [], articlesCount: 0 });
    await eventually(() => timelineOf(reader), []);
  }, 30_000);

  test('that is filled in the midst of a read of the feed shows an article once', async () => {
    const [author, reader] = [await joined(overHttp, home), await joined(overHttp, home)];
    await follow(reader, author);
    const article = await post(author);
    await eventually(() => timelineOf(reader), [article]);
    const [sql, viewer] = [await social(), await idOf(reader)];
    const { document } = await home.deps.topology.current();
    for (const reads of [1, 2, 3]) {
      const rows = await sql`delete from timeline where user_id = ${viewer} returning *`;
      expect(rows).toHaveLength(1);
      const fill = async () => {
        await sql`insert into timeline ${sql(rows)}`;
      };
      const deps = { ...home.deps, databases: interrupted(reads, fill) };
      const { pushed } = await timelineIds(deps, document, viewer, {
        count: 20,
        before: undefined,
      });
      await eventually(() => timelineOf(reader), [article]);
      expect({ reads, ids: pushed.ids }).toEqual({ reads, ids: [article] });
    }
  }, 30_000);

  test('that loses what is deleted in the midst of a read of the feed is counted once', async () => {
    const [author, reader] = [await joined(overHttp, home), await joined(overHttp, home)];
    await follow(reader, author);
    const [first, second] = [await post(author), await post(author)];
    await eventually(() => timelineOf(reader), [second, first]);
    const [sql, viewer] = [await social(), await idOf(reader)];
    const [row] = await sql`select * from timeline where article_id = ${second}`;
    const { body } = await overHttp(home, 'GET', `/api/articles?author=${author.username}`);
    const path = `/api/articles/${body.articles[0]!.slug}`;
    await overHttp(home, 'DELETE', path, undefined, headers(author));
    await eventually(() => timelineOf(reader), [first]);
    const { document } = await home.deps.topology.current();
    for (const reads of [1, 2, 3]) {
      await sql`insert into timeline ${sql(row!)}`;
      const lose = async () => {
        await sql`delete from timeline where user_id = ${viewer} and article_id = ${second}`;
      };
      const deps = { ...home.deps, databases: interrupted(reads, lose) };
      const { pushed } = await timelineIds(deps, document, viewer, {
        count: 20,
        before: undefined,
      });
      expect({ reads, ...pushed }).toEqual({ reads, ids: [first], total: 1 });
      expect(await timelineOf(reader)).toEqual([first]);
    }
  }, 30_000);

  test('is not needed for authors with too many followers: those are pulled', async () => {
    const [author, reader] = [await joined(overHttp, home), await joined(overHttp, home)];
    await follow(reader, author);
    const first = await post(author);
    await eventually(() => timelineOf(reader), [first]);
    const sql = await social();
    await sql`update counters set pulled = true where user_id = ${await idOf(author)}`;
    const second = await post(author);
    expect(await feed(reader)).toEqual({ ids: [second, first], articlesCount: 2 });
    const probe = await joined(overHttp, home);
    await follow(probe, author);
    // The group of the author is in order: the article has been dealt with by then.
    await eventually(async () => (await timelineOf(probe)).length, 2);
    expect(await timelineOf(reader)).toEqual([first]);
  }, 30_000);
});

describe('while the queue is down', () => {
  test('writes succeed, feeds show them, and timelines follow when it is back', async () => {
    const [author, reader] = [await joined(overHttp, home), await joined(overHttp, home)];
    await follow(reader, author);
    const first = await post(author);
    await eventually(() => timelineOf(reader), [first]);
    await world.queues.stop(HOME);
    const second = await post(author);
    expect(await feed(reader)).toEqual({ ids: [second, first], articlesCount: 2 });
    // Longer than any attempt to send waits: what has been given up is not lost.
    const givesUp = () =>
      relayAll(home.deps).then(
        () => false,
        () => true,
      );
    await eventually(givesUp, true);
    expect(await timelineOf(reader)).toEqual([first]);
    await world.queues.start(HOME);
    await eventually(() => timelineOf(reader), [second, first]);
  }, 40_000);
});

describe('a message', () => {
  test('that comes twice counts once', async () => {
    const author = await joined(overHttp, home);
    await post(author);
    const sql = await social();
    const id = await idOf(author);
    const counted = async () => {
      const [row] = await sql<{ articles: number }[]>`
        select articles from counters where user_id = ${id}`;
      return row?.articles;
    };
    await eventually(counted, 1);
    const { document } = await home.deps.topology.current();
    const content = await home.deps.databases.writer(shardOf(document, 0).location, 'content');
    const [event] = await content<LoggedEvent[]>`
      select id, kind, actor_id as "actorId", subject_id as "subjectId" from events
      where actor_id = ${id}`;
    const again = (messageId: string) => ({
      messageId,
      body: JSON.stringify({ type: 'event', source: 'content.s0', ...event }),
      attributes: { MessageGroupId: id, MessageDeduplicationId: messageId },
    });
    const Records = [again('one'), again('two')];
    const answer = await createWorkHandler(home.deps)({ Records });
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(await counted()).toBe(1);
  }, 30_000);

  test('is recorded with those of its batch, each once, deletions after what they delete', async () => {
    const author = await joined(overHttp, home);
    const reader = await joined(overHttp, home);
    await follow(reader, author);
    const id = await idOf(author);
    const sql = await social();
    const source = 'content.of-a-test';
    const known = [await post(author), await post(author)];
    await eventually(() => timelineOf(reader), [...known].reverse());
    const counted = async () => {
      const [row] = await sql<{ articles: number }[]>`
        select articles from counters where user_id = ${id}`;
      return row?.articles;
    };
    await eventually(counted, 2);
    const [kept, gone] = known as [Id, Id];
    const record = (messageId: string, event: Partial<LoggedEvent>) => {
      const message = { type: 'event', source, id: '7', actorId: id, subjectId: kept, ...event };
      return {
        messageId,
        body: JSON.stringify(message),
        attributes: { MessageGroupId: id, MessageDeduplicationId: messageId },
      };
    };
    const Records = [
      record('one', { kind: 'posted' }),
      record('one again', { kind: 'posted' }),
      record('two', { kind: 'posted', id: '8', subjectId: gone }),
      record('gone', { kind: 'deleted', id: '9', subjectId: gone }),
    ];
    const before = await transactions();
    const answer = await createWorkHandler(home.deps)({ Records });
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(await counted()).toBe(2 + 2 - 1);
    expect(await timelineOf(reader)).toEqual([kept]);
    expect(await transactions()).toBe(before + 1);

    /** That have recorded something. */
    async function transactions(): Promise<number> {
      const [found] = await sql<{ count: number }[]>`
        select count(distinct xmin::text)::int as count from processed where source = ${source}`;
      return found?.count ?? 0;
    }
  }, 30_000);

  test('that nobody understands ends in the dead-letter queue, and holds up no other', async () => {
    await world.queues.send(HOME, '{"type": "nonsense"}', 'poison');
    const author = await joined(overHttp, home);
    const reader = await joined(overHttp, home);
    await follow(reader, author);
    const first = await post(author);
    await eventually(() => timelineOf(reader), [first]);
    await eventually(() => Promise.resolve(world.queues.depth(HOME)[DEAD]?.visible), 1);
  }, 30_000);
});

test('the job `check` finds planted damage, repairs it, and finds nothing after that', async () => {
  const [author, reader] = [await joined(overHttp, home), await joined(overHttp, home)];
  await follow(reader, author);
  const [first, second] = [await post(author), await post(author)];
  await eventually(() => timelineOf(reader), [second, first]);
  const sql = await social();
  const [authorId, readerId] = [await idOf(author), await idOf(reader)];
  const check = () => checkAll(home.deps, 0);
  await check();
  await sql`update counters set articles = 9, followers = 7 where user_id = ${authorId}`;
  await sql`delete from timeline where user_id = ${readerId} and article_id = ${first}`;
  await sql`insert into timeline (user_id, article_id, author_id)
    values (${readerId}, 12345, ${authorId})`;
  const content = await writerOf('content');
  await content`insert into tags (tag, kept) values ('of-no-article', true)`;
  await content`update tags set kept = null where tag <> 'of-no-article'`;
  // Whoever has just written is left alone.
  const later = await createWorkHandler(home.deps)({ job: 'check' });
  expect(later).toMatchObject({ missing: 0, surplus: 0 });
  const wrong = await content`
    select from tags where (kept is true) <> exists (
      select from article_tags where article_tags.tag = tags.tag)`;
  expect(wrong).toHaveLength(0);
  expect((later as { readonly tags: number }).tags).toBeGreaterThan(0);
  expect(await check()).toMatchObject({ missing: 1, surplus: 1, tags: 0 });
  expect(await timelineOf(reader)).toEqual([second, first]);
  const [row] = await sql`select articles, followers from counters where user_id = ${authorId}`;
  expect(row).toEqual({ articles: 2, followers: 1 });
  expect(await check()).toMatchObject({ counters: 0, missing: 0, surplus: 0 });
}, 30_000);

test('the job `check` makes the counters anew of an author whom nobody follows', async () => {
  const author = await joined(overHttp, home);
  await post(author);
  const [sql, id] = [await social(), await idOf(author)];
  const counters = async () =>
    (await sql`select articles, followers from counters where user_id = ${id}`).map((row) => ({
      ...row,
    }));
  await eventually(counters, [{ articles: 1, followers: 0 }]);
  await checkAll(home.deps, 0);
  await sql`delete from counters where user_id = ${id}`;
  // The event of whoever has just written may be on its way.
  expect(await checkAll(home.deps)).toMatchObject({ counters: 0 });
  expect(await checkAll(home.deps, 0)).toMatchObject({ counters: 1 });
  expect(await counters()).toEqual([{ articles: 1, followers: 0 }]);
}, 30_000);

test('the job `check` counts favourites anew and finds articles under their own tags again', async () => {
  const author = await joined(overHttp, home);
  const article = draft({ tagList: ['checked-a', 'checked-b'] });
  const posted = await overHttp(home, 'POST', '/api/articles', { article }, headers(author));
  const path = `/api/articles/${posted.body.article.slug}`;
  await overHttp(home, 'POST', `${path}/favorite`, undefined, headers(author));
  const id = idOfSlug(posted.body.article.slug)!;
  const content = await writerOf('content');
  await checkAll(home.deps, 0);
  await content`update articles set favorites_count = 7 where id = ${id}`;
  await content`delete from article_tags where article_id = ${id} and tag = 'checked-a'`;
  await content`insert into article_tags (tag, article_id) values ('checked-c', ${id})`;
  expect(await checkAll(home.deps, 0)).toMatchObject({ favorites: 1, tagged: 1 });
  // Each is noticed alone, too.
  await content`delete from article_tags where article_id = ${id} and tag = 'checked-a'`;
  expect(await checkAll(home.deps, 0)).toMatchObject({ favorites: 0, tagged: 1 });
  await content`update articles set favorites_count = 7 where id = ${id}`;
  expect(await checkAll(home.deps, 0)).toMatchObject({ favorites: 1, tagged: 0 });
  expect(await checkAll(home.deps, 0)).toMatchObject({ favorites: 0, tagged: 0 });
  const { body } = await overHttp(home, 'GET', path);
  expect(body.article).toMatchObject({ favoritesCount: 1, tagList: ['checked-a', 'checked-b'] });
  const slugsOf = async (tag: string) =>
    (await overHttp(home, 'GET', `/api/articles?tag=${tag}`)).body.articles.map(({ slug }) => slug);
  expect(await slugsOf('checked-a')).toEqual([posted.body.article.slug]);
  expect(await slugsOf('checked-c')).toEqual([]);
  await overHttp(home, 'DELETE', path, undefined, headers(author));
}, 30_000);

test('the job `trending` makes the view anew, for the role that owns nothing and for every Region', async () => {
  const author = await joined(overHttp, home);
  const [tag, other] = ['trend-a', 'trend-b'];
  const tagged = async (tagList: readonly string[]) => {
    const body = { article: draft({ tagList }) };
    const answer = await overHttp(home, 'POST', '/api/articles', body, headers(author));
    expect(answer.status).toBe(201);
    return answer.body.article.slug;
  };
  await tagged([tag, other]);
  await tagged([tag]);
  const trending = async (region = home) =>
    (await overHttp(region, 'GET', '/api/tags/trending?limit=2')).body.tags;
  expect(await trending()).toEqual([]);
  expect((await overHttp(home, 'GET', '/api/tags')).body.tags).toContain(tag);
  expect(await createWorkHandler(home.deps)({ job: 'trending' })).toEqual({ refreshed: 1 });
  expect(await createWorkHandler(away.deps)({ job: 'trending' })).toEqual({ refreshed: 0 });
  const expected: unknown = [
    { tag, articles: 2 },
    { tag: other, articles: 1 },
  ];
  expect(await trending()).toEqual(expected);
  await eventually(() => trending(away) as Promise<unknown>, expected);
  expect((await overHttp(home, 'GET', '/api/tags')).body.tags.slice(0, 2)).toEqual([tag, other]);
}, 30_000);
