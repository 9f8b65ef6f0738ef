import { randomUUID } from 'node:crypto';
import { NotificationTable, RETENTION_DAYS } from '../../../lambda/platform/notifications';
import { Table } from '../../../lambda/platform/dynamodb';
import { createWorkHandler } from '../../../lambda/work/handler';
import { overHttp } from '../support/client';
import { draft, joined } from '../support/live';
import { eventually, type QueuedWorld, type Someone, startQueuedWorld } from '../support/queued';
import { AWAY, HOME, type RegionOfTest } from '../support/world';

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

const call = async (
  by: Someone,
  method: string,
  path: string,
  { body, region = home }: { readonly body?: unknown; readonly region?: RegionOfTest } = {},
) => overHttp(region, method, path, body, { authorization: by.authorization });
const post = async (by: Someone, title = 'How to train'): Promise<string> => {
  const answer = await call(by, 'POST', '/api/articles', { body: { article: draft({ title }) } });
  expect(answer.status).toBe(201);
  return answer.body.article.slug;
};
const list = async (by: Someone, query = '', region = home) => {
  const answer = await call(by, 'GET', `/api/notifications${query}`, { region });
  expect(answer.status).toBe(200);
  return answer.body;
};
const told = async (by: Someone, region = home) =>
  (await list(by, '', region)).notifications.map(
    ({ kind, actor, article }) => `${actor.username} ${kind} ${article?.title ?? ''}`,
  );
const follow = (by: Someone, whom: Someone) =>
  call(by, 'POST', `/api/profiles/${whom.username}/follow`);
const favor = (by: Someone, slug: string) => call(by, 'POST', `/api/articles/${slug}/favorite`);

describe('notifications', () => {
  test('tell who followed, favoured and commented, newest first, and nobody of their own deeds', async () => {
    const [author, reader] = [await joined(overHttp, home), await joined(overHttp, home)];
    const slug = await post(author, 'A title');
    await follow(reader, author);
    await eventually(() => told(author), [`${reader.username} followed `]);
    await favor(reader, slug);
    await favor(reader, slug);
    await favor(author, slug);
    await eventually(
      () => told(author),
      [`${reader.username} favorited A title`, `${reader.username} followed `],
    );
    const comment = { comment: { body: 'Well said.' } };
    await call(reader, 'POST', `/api/articles/${slug}/comments`, { body: comment });
    const all = [
      `${reader.username} commented A title`,
      `${reader.username} favorited A title`,
      `${reader.username} followed `,
    ];
    await eventually(() => told(author), all);
    expect((await list(author)).unreadCount).toBe(3);
    expect(await told(reader)).toEqual([]);
    // The other Region has a copy of the table.
    expect(await told(author, away)).toEqual([]);
    await world.aws.replicate(`notifications-${HOME}`, `notifications-${AWAY}`);
    await eventually(() => told(author, away), all);
    // What an article that is gone was about is not known any more.
    await call(author, 'DELETE', `/api/articles/${slug}`);
    expect((await list(author)).notifications[0]).toMatchObject({
      kind: 'commented',
      article: null,
    });
  }, 30_000);

  test('are one for each event, however often its message comes', async () => {
    const [author, reader] = [await joined(overHttp, home), await joined(overHttp, home)];
    const { userId: actorId } = (await home.deps.directory.find(`u#${reader.username}`))!;
    const { userId: subjectId } = (await home.deps.directory.find(`u#${author.username}`))!;
    const id = (BigInt(Date.now()) << 12n).toString();
    const event = { type: 'event', source: 'social.s0', id, kind: 'followed', actorId, subjectId };
    const handler = createWorkHandler(home.deps);
    for (const body of [event, event, { type: 'notify', event }])
      expect(
        await handler({
          Records: [{ messageId: randomUUID(), body: JSON.stringify(body), attributes: {} }],
        }),
      ).toEqual({ batchItemFailures: [] });
    expect(await told(author)).toEqual([`${reader.username} followed `]);
  }, 30_000);

  test('come in pages, and are read up to one or all of them, never less', async () => {
    const author = await joined(overHttp, home);
    const others = await Promise.all([1, 2, 3].map(() => joined(overHttp, home)));
    for (const [at, other] of others.entries()) {
      await follow(other, author);
      await eventually(async () => (await list(author)).unreadCount, at + 1);
    }
    const first = await list(author, '?limit=2');
    expect(first.notifications.map(({ actor }) => actor.username)).toEqual([
      others[2]!.username,
      others[1]!.username,
    ]);
    const rest = await list(author, `?limit=2&before=${first.nextCursor!}`);
    expect(rest.notifications.map(({ actor }) => actor.username)).toEqual([others[0]!.username]);
    expect(rest.nextCursor).toBeNull();
    const read = async (body?: object) => {
      const answer = await call(author, 'POST', '/api/notifications/read', { body });
      expect(answer.status).toBe(200);
      return answer.body.unreadCount;
    };
    expect(await read({ upTo: first.notifications[1]!.id })).toBe(1);
    expect((await list(author)).notifications.map((one) => one.read)).toEqual([false, true, true]);
    expect(await read({ upTo: rest.notifications[0]!.id })).toBe(1);
    expect(await read()).toBe(0);
    // Read here, told there: the mark of each Region is its own, and the furthest counts.
    await world.aws.replicate(`notifications-${HOME}`, `notifications-${AWAY}`);
    expect((await list(author, '', away)).unreadCount).toBe(0);
  }, 30_000);

  test('answer what is no page and no mark with 422', async () => {
    const author = await joined(overHttp, home);
    for (const query of ['limit=0', 'before=x', "before=' or 1=1"])
      expect((await call(author, 'GET', `/api/notifications?${encodeURI(query)}`)).status).toBe(
        422,
      );
    for (const upTo of [7, 'x', null])
      expect(
        (await call(author, 'POST', '/api/notifications/read', { body: { upTo } })).status,
      ).toBe(422);
    expect((await overHttp(home, 'GET', '/api/notifications')).status).toBe(401);
  }, 30_000);

  test('are not shown when they have expired, whether or not the table has deleted them', async () => {
    const table = new Table(world.aws.api, HOME, `notifications-${HOME}`);
    const eventId = (BigInt(Date.now()) << 12n).toString();
    const one = { recipientId: '77', actorId: '78', source: 'social.s0', eventId };
    await new NotificationTable(table, HOME).record({ ...one, kind: 'followed' });
    const at = (days: number) => {
      const now = () => Date.now() + days * 24 * 3_600_000;
      return new NotificationTable(table, HOME, now).list('77', { limit: 10 });
    };
    expect(await at(RETENTION_DAYS - 1)).toMatchObject({ unreadCount: 1 });
    expect(await at(RETENTION_DAYS + 1)).toEqual({ unreadCount: 0, notifications: [] });
    const [item] = await table.query({
      partition: ['userId', '77'],
      sort: ['at', '0', ':'],
      newestFirst: true,
    });
    const days = (Number(item!.expiresAt) * 1_000 - Date.now()) / (24 * 3_600_000);
    expect(Math.round(days)).toBe(RETENTION_DAYS);
  }, 30_000);
});

test('while the table is down, they are 503, all else goes on, and nothing is forgotten', async () => {
  const [author, reader] = [await joined(overHttp, home), await joined(overHttp, home)];
  await follow(reader, author);
  await eventually(() => told(author), [`${reader.username} followed `]);
  world.ownTables.lead({ address: '127.0.0.1', port: 1 });
  try {
    const refused = await call(author, 'GET', '/api/notifications');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.body.errors).toEqual({ notifications: ['cannot be reached'] });
    const slug = await post(author, 'Meanwhile');
    expect((await favor(reader, slug)).status).toBe(200);
    const feed = await call(reader, 'GET', '/api/articles/feed');
    expect(feed.body.articles[0]?.slug).toBe(slug);
    const { userId } = (await home.deps.directory.find(`u#${reader.username}`))!;
    const { document } = await home.deps.topology.current();
    const social = await home.deps.databases.writer(document.shards.s0!, 'social');
    const timeline = async () =>
      (await social`select from timeline where user_id = ${userId}`).length;
    await eventually(timeline, 1);
    // What the reader does later is not held up by what could not be told: the author is unfollowed in
    // their timeline too.
    await call(reader, 'DELETE', `/api/profiles/${author.username}/follow`);
    await eventually(timeline, 0);
    expect((await overHttp(home, 'GET', '/readyz')).status).toBe(200);
  } finally {
    world.ownTables.lead(world.aws.tables);
  }
  await eventually(
    () =>
      call(author, 'GET', '/api/notifications').then(({ status, body }) =>
        status === 200 ? body.notifications.map(({ kind }) => kind) : [],
      ),
    ['favorited', 'followed'],
  );
}, 60_000);
