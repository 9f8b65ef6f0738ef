import type { Dependencies } from '../../../lambda/api/dependencies';
import { type Edge, idAt } from '../../../lambda/data/edges';
import { EVENT_HOURS } from '../../../lambda/data/sweep';
import type { Sql } from '../../../lambda/platform/databases';
import { eventIdAt, logicalShardOf } from '../../../lambda/platform/ids';
import { shardOf } from '../../../lambda/topology';
import { checkAll } from '../../../lambda/work/check';
import { compare } from '../../../lambda/work/check-edges';
import { Consumer } from '../../../lambda/work/consume';
import { followAll } from '../../../lambda/work/follow';
import { parseMessage } from '../../../lambda/work/messages';
import { AMERICA, EUROPE, type ShardedWorld, startShardedWorld } from '../support/sharded';

/** Nobody has more than the newest articles that are compared. */
const SIZE = { users: 40, articles: 120, follows: 200, favorites: 20 };

let world: ShardedWorld;
/** What was sent to a Region's queue. */
const sent: { readonly region: string; readonly body: string }[] = [];
const depsOf: Record<string, Dependencies> = {};

beforeAll(async () => {
  world = await startShardedWorld({ size: SIZE, behindMs: 0 });
  for (const region of [EUROPE, AMERICA] as const) {
    const events = {
      send: (to: string, messages: readonly { readonly body: unknown }[]) => {
        for (const { body } of messages) sent.push({ region: to, body: JSON.stringify(body) });
        return Promise.resolve();
      },
    } as unknown as NonNullable<Dependencies['events']>;
    depsOf[region] = { ...world.servers[region][0]!.deps, events };
  }
}, 120_000);

afterAll(async () => {
  await world.stop();
}, 60_000);

/** What is checked is read from readers, which may not be behind. */
async function checkOf(deps: Dependencies, settledMs = 0) {
  await Promise.all(Object.values(world.clusters).map((cluster) => cluster.caughtUp()));
  return await checkAll(deps, settledMs);
}

/** Both Regions' checks, and all that they have sent on. */
async function check() {
  const found = { edges: 0, missing: 0, surplus: 0 };
  for (const region of [EUROPE, AMERICA]) {
    const { edges, missing, surplus } = await checkOf(depsOf[region]!);
    found.edges += edges;
    found.missing += missing;
    found.surplus += surplus;
  }
  for (let message = sent.shift(); message !== undefined; message = sent.shift())
    await new Consumer(depsOf[message.region]!).handle(parseMessage(message.body), {
      ...{ group: 'test', id: 'test' },
    });
  return found;
}

/** Where a user's social rows are written. */
async function social(userId: string): Promise<Sql> {
  const { location } = shardOf(await world.document(), logicalShardOf(userId));
  return await depsOf[location.home]!.databases.writer(location, 'social');
}

const shardNameOf = async (id: string) => shardOf(await world.document(), logicalShardOf(id)).name;

/** An edge between the shards of two Regions, of an author who has written. */
async function edgeAcross() {
  for (const { by, to } of world.seed.follows) {
    const [from, at] = [await shardNameOf(by.id), await shardNameOf(to)];
    const articles = world.seed.articles.filter(({ author }) => author.id === to);
    if (from < 's2' && at >= 's2' && articles.length > 0)
      return { followerId: by.id, followedId: to, articleId: articles[0]!.id };
  }
  throw new Error('the seed has no such edge');
}

const byNumber = (ids: readonly string[]) =>
  [...ids].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));

test('from the edges alone it builds the followers and timelines of all shards, and then finds nothing', async () => {
  expect((await check()).edges).toBe(SIZE.follows);
  expect(await check()).toEqual({ edges: 0, missing: 0, surplus: 0 });
  for (const user of world.seed.users) {
    const followed = new Set(
      world.seed.follows.filter(({ by }) => by.id === user.id).map(({ to }) => to),
    );
    const expected = world.seed.articles.filter(({ author }) => followed.has(author.id));
    const sql = await social(user.id);
    const rows = await sql<{ id: string }[]>`
      select article_id as id from timeline where user_id = ${user.id}`;
    expect(byNumber(rows.map(({ id }) => id))).toEqual(byNumber(expected.map(({ id }) => id)));
    const followers = await sql<{ id: string }[]>`
      select follower_id as id from followers where followed_id = ${user.id}`;
    const truth = world.seed.follows.filter(({ to }) => to === user.id).map(({ by }) => by.id);
    expect(byNumber(followers.map(({ id }) => id))).toEqual(byNumber(truth));
  }
}, 60_000);

test('damage between the shards of two Regions is found from either side, and repaired', async () => {
  const { followerId, followedId, articleId } = await edgeAcross();
  const [near, far] = [await social(followerId), await social(followedId)];
  const stranger = world.seed.users.find(
    ({ id }) =>
      id !== followedId &&
      !world.seed.follows.some(({ by, to }) => by.id === id && to === followedId),
  )!;
  await far`delete from followers where follower_id = ${followerId} and followed_id = ${followedId}`;
  await far`insert into followers (follower_id, followed_id) values (${stranger.id}, ${followedId})`;
  await near`delete from timeline where user_id = ${followerId} and article_id = ${articleId}`;
  await near`insert into timeline (user_id, article_id, author_id)
    values (${followerId}, 12345, ${followedId})`;
  expect(await check()).toEqual({ edges: 2, missing: 1, surplus: 1 });
  expect(await check()).toEqual({ edges: 0, missing: 0, surplus: 0 });
  const rows = await far<{ id: string }[]>`
    select follower_id as id from followers where followed_id = ${followedId}
      and follower_id in (${followerId}, ${stranger.id})`;
  expect(rows.map(({ id }) => id)).toEqual([followerId]);
  const [line] = await near`
    select from timeline where user_id = ${followerId} and article_id = ${articleId}`;
  expect(line).toBeDefined();
  const [counted] = await far`
    select followers, (
      select count(*)::int from followers where followed_id = ${followedId}) as truth
    from counters where user_id = ${followedId}`;
  expect(counted?.followers).toBe(counted?.truth);
}, 60_000);

/** The Region's dependencies, with something that happens after its first look whether there is an edge. */
function afterFirstLook(
  region: string,
  { followerId, followedId }: Edge,
  happens: () => Promise<unknown>,
): Dependencies {
  const deps = depsOf[region]!;
  const real = deps.remoteReads;
  const asked = JSON.stringify({ followerId, followedId });
  let looks = 0;
  const read: typeof real.read = async (regions, body, about) => {
    const answer = await real.read(regions, body, about);
    if (body.includes('"follows"') && body.includes(asked) && (looks += 1) === 1) await happens();
    return answer;
  };
  return { ...deps, remoteReads: Object.assign(Object.create(real) as typeof real, { read }) };
}

test('a follower whose own shard’s copy was behind is no stranger', async () => {
  const edge = await edgeAcross();
  const { followerId, followedId } = edge;
  const [near, far] = [await social(followerId), await social(followedId)];
  const rows = await near`
    delete from follows where follower_id = ${followerId} and followed_id = ${followedId}
    returning *`;
  const arrive = jest.fn(async () => {
    await near`insert into follows ${near(rows)}`;
    await world.clusters[EUROPE]!.caughtUp();
  });
  await checkOf(afterFirstLook(AMERICA, edge, arrive));
  expect(arrive).toHaveBeenCalledTimes(1);
  expect(
    await far`
      select from followers where follower_id = ${followerId} and followed_id = ${followedId}`,
  ).toHaveLength(1);
  expect(await check()).toEqual({ edges: 0, missing: 0, surplus: 0 });
}, 60_000);

/** One edge within a shard and one between two, each of an author with articles. */
async function edgesOfBothKinds() {
  const across = await edgeAcross();
  for (const { by, to } of world.seed.follows) {
    const article = world.seed.articles.find(({ author }) => author.id === to);
    if (article !== undefined && (await shardNameOf(by.id)) === (await shardNameOf(to)))
      return [across, { followerId: by.id, followedId: to, articleId: article.id }];
  }
  throw new Error('the seed has no edge within a shard');
}

test('authors who are pulled are missed in no timeline', async () => {
  const all = await edgesOfBothKinds();
  const setPulled = async (pulled: boolean) => {
    for (const { followedId } of all) {
      const sql = await social(followedId);
      await sql`update counters set pulled = ${pulled} where user_id = ${followedId}`;
    }
  };
  await setPulled(true);
  for (const { followerId, articleId } of all) {
    const sql = await social(followerId);
    await sql`delete from timeline where user_id = ${followerId} and article_id = ${articleId}`;
  }
  expect(await check()).toEqual({ edges: 0, missing: 0, surplus: 0 });
  await setPulled(false);
  expect(await check()).toEqual({ edges: 0, missing: 2, surplus: 0 });
}, 60_000);

test('lines of somebody who is followed no more go, but for users who have just left somebody', async () => {
  const reader = world.seed.users.find(({ id }) =>
    world.seed.follows.some(({ by, to }) => by.id === id && to !== id),
  )!;
  const followed = world.seed.follows.filter(({ by }) => by.id === reader.id).map(({ to }) => to);
  const left = world.seed.articles.find(({ author }) => !followed.includes(author.id))!;
  const sql = await social(reader.id);
  await sql`insert into timeline (user_id, article_id, author_id)
    values (${reader.id}, ${left.id}, ${left.author.id})`;
  const event = String(eventIdAt(Date.now()));
  await sql`
    insert into events (id, kind, actor_id, subject_id)
    values (${event}, 'unfollowed', ${reader.id}, ${left.author.id})`;
  const deps = depsOf[shardOf(await world.document(), logicalShardOf(reader.id)).location.home]!;
  expect(await checkOf(deps, 600_000)).toMatchObject({ surplus: 0 });
  await sql`delete from events where id = ${event}`;
  expect(await checkOf(deps, 600_000)).toMatchObject({ surplus: 1 });
  expect(await check()).toEqual({ edges: 0, missing: 0, surplus: 0 });
}, 60_000);

test('counters that are lost as a whole are made anew, of authors and of whoever is followed', async () => {
  const all = await edgesOfBothKinds();
  const writesNothing = world.seed.users.find(
    ({ id }) =>
      world.seed.follows.some(({ to }) => to === id) &&
      !world.seed.articles.some(({ author }) => author.id === id),
  );
  const ids = [...new Set([...all.map(({ followedId }) => followedId), writesNothing?.id ?? ''])];
  const stateOf = async (id: string) => {
    const sql = await social(id);
    return await sql`select articles, followers from counters where user_id = ${id}`;
  };
  const users = ids.filter((id) => id !== '');
  const before = await Promise.all(users.map(stateOf));
  for (const id of users) {
    const sql = await social(id);
    await sql`delete from counters where user_id = ${id}`;
  }
  const counted = async () => {
    const found = [];
    for (const region of [EUROPE, AMERICA]) found.push((await checkOf(depsOf[region]!)).counters);
    return found.reduce((sum, one) => sum + one, 0);
  };
  expect(await counted()).toBe(users.length);
  expect(await Promise.all(users.map(stateOf))).toEqual(before);
  expect(await counted()).toBe(0);
}, 60_000);

test('damage in the lists of everybody’s articles is found and repaired where they are written', async () => {
  const deps = depsOf[EUROPE]!;
  const lists = await deps.databases.writer((await world.document()).shards.all!, 'discovery');
  const [lost, retagged] = world.seed.articles;
  const stranger = String(BigInt(lost!.id) + 1n);
  expect((await checkOf(deps)).listed).toBe(0);
  await lists`delete from listed where article_id = ${lost!.id}`;
  await lists`delete from listed_tags where article_id = ${lost!.id}`;
  await lists`insert into listed_tags (tag, article_id) values ('of-no-one', ${retagged!.id})`;
  await lists`insert into listed (article_id) values (${stranger})`;
  expect((await checkOf(depsOf[AMERICA]!)).listed).toBe(0);
  expect((await checkOf(deps)).listed).toBe(3);
  expect((await checkOf(deps)).listed).toBe(0);
  const rows = await lists`
    select from listed where article_id in (${lost!.id}, ${stranger})`;
  expect(rows).toHaveLength(1);
  const tags = await lists<{ tag: string }[]>`
    select tag from listed_tags where article_id = ${retagged!.id}`;
  expect(tags.map(({ tag }) => tag).sort()).toEqual([...retagged!.tagList].sort());
  // Of an article that nobody has, and no list of all: it would be counted for its tag.
  await lists`insert into listed_tags (tag, article_id) values ('of-no-one', ${stranger})`;
  expect((await checkOf(deps)).listed).toBe(1);
  expect(await lists`select from listed_tags where article_id = ${stranger}`).toHaveLength(0);
}, 60_000);

test('what the lists may not have followed yet, or is too new to be gone, is left to them', async () => {
  const deps = depsOf[EUROPE]!;
  const document = await world.document();
  const lists = await deps.databases.writer(document.shards.all!, 'discovery');
  const here = [];
  for (const article of world.seed.articles)
    if ((await shardNameOf(article.id)) < 's2') here.push(article);
  const [moving, settled] = here;
  const { location } = shardOf(document, logicalShardOf(moving!.id));
  const content = await deps.databases.writer(location, 'content');
  const event = String(eventIdAt(Date.now()));
  await content`
    insert into events (id, kind, actor_id, subject_id)
    values (${event}, 'changed', ${moving!.author.id}, ${moving!.id})`;
  const ids = [moving!.id, settled!.id];
  for (const id of ids) await lists`delete from listed where article_id = ${id}`;
  await lists`insert into listed (article_id) values (${String(idAt(Date.now() - 1_000))})`;
  expect((await checkOf(deps, 600_000)).listed).toBe(1);
  expect((await checkOf(deps)).listed).toBe(2);
  expect(await lists`select from listed where article_id in ${lists(ids)}`).toHaveLength(2);
  await content`delete from events where id = ${event}`;
}, 60_000);

test('a shard in which more moves than can be told apart is left for the next time', async () => {
  const deps = depsOf[EUROPE]!;
  const document = await world.document();
  const lists = await deps.databases.writer(document.shards.all!, 'discovery');
  let lost: string | undefined;
  for (const { id } of world.seed.articles) if ((await shardNameOf(id)) === 's0') lost ??= id;
  const content = await deps.databases.writer(document.shards.s0!, 'content');
  const first = String(eventIdAt(Date.now()));
  await content`
    insert into events (id, kind, actor_id, subject_id)
    select ${first}::bigint + n, 'changed', 1, 1 from generate_series(1, 50001) as n`;
  await lists`delete from listed where article_id = ${lost!}`;
  expect((await checkOf(deps, 600_000)).listed).toBe(0);
  await content`delete from events where id > ${first}`;
  expect((await checkOf(deps, 600_000)).listed).toBe(1);
}, 60_000);

test('lists that have not followed a shard for as long as its log is kept read all of it again', async () => {
  const deps = depsOf[EUROPE]!;
  const lists = await deps.databases.writer((await world.document()).shards.all!, 'discovery');
  const [lost] = world.seed.articles;
  const shard = await shardNameOf(lost!.id);
  const isListed = async () =>
    (await lists`select from listed where article_id = ${lost!.id}`).length > 0;
  await world.clusters[EUROPE]!.caughtUp();
  await followAll(deps);
  await lists`delete from listed where article_id = ${lost!.id}`;
  await followAll(deps);
  expect(await isListed()).toBe(false);
  await lists`
    update followed_shards set followed_at = now() - make_interval(hours => ${EVENT_HOURS - 7})
    where shard = ${shard}`;
  await followAll(deps);
  expect(await isListed()).toBe(true);
}, 60_000);

test('what is too new to be judged, or older than the end of a full timeline, is left alone', () => {
  const bounds = { settled: 100n, end: 10n };
  expect(compare(['120', '50', '9'], ['130', '20'], bounds)).toEqual({
    missing: ['50'],
    surplus: ['20'],
  });
  const many = Array.from({ length: 100 }, (_, n) => String(300 - n));
  // Of an author who has written more, what is older than the newest that are compared is unknown.
  expect(compare(many, [...many, '150'], { settled: 1_000n, end: 0n })).toEqual({
    missing: [],
    surplus: [],
  });
});
