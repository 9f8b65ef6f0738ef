import {
  EVENT_HOURS,
  IDEMPOTENCY_HOURS,
  PROCESSED_HOURS,
  sweepDatabase,
} from '../../../lambda/data/sweep';
import type { Sql } from '../../../lambda/platform/databases';
import { eventIdAt } from '../../../lambda/platform/ids';
import { type Seeded, startSeeded } from '../support/seeded';

let seeded: Seeded;
const sql: Record<string, Sql> = {};
const DOMAINS = ['identity', 'content', 'social'] as const;

beforeAll(async () => {
  seeded = await startSeeded({ users: 2, articles: 2, follows: 1, favorites: 1 });
  for (const domain of DOMAINS) sql[domain] = seeded.connect(domain);
}, 60_000);

afterAll(async () => {
  await seeded.close();
}, 30_000);

const HOUR_MS = 3_600_000;
const agoMs = (hours: number) => Date.now() - hours * HOUR_MS;
/** An event so many hours ago, and one an hour before and after the time for which they are kept. */
const eventAt = (hours: number) => String(eventIdAt(agoMs(hours)));
const [OLD, OLDER, NEW] = [
  eventAt(EVENT_HOURS + 1),
  eventAt(EVENT_HOURS + 9),
  eventAt(EVENT_HOURS - 1),
];

async function fillLogs(database: Sql) {
  await database`delete from events`;
  for (const id of [OLDER, OLD, NEW])
    await database`insert into events (id, kind, actor_id, subject_id) values (${id}, 'posted', 1, 2)`;
}
const eventsOf = async (database: Sql) =>
  (await database<{ id: string }[]>`select id from events order by id`).map(({ id }) => id);

test.each(DOMAINS)('in %s a write can be repeated under its key for a day', async (domain) => {
  const database = sql[domain]!;
  for (const [key, hours] of [
    ['old', IDEMPOTENCY_HOURS + 1],
    ['new', IDEMPOTENCY_HOURS - 1],
  ] as const)
    await database`
      insert into idempotency (key, fingerprint, created_at)
      values (${key}, 'f', ${new Date(agoMs(hours)).toISOString()}::text::timestamptz)`;
  expect(await sweepDatabase(database, domain, true)).toMatchObject({ idempotency: 1 });
  expect(await database`select key from idempotency`).toEqual([{ key: 'new' }]);
  await database`delete from idempotency`;
});

test.each(['content', 'social'] as const)(
  'what was written in %s and is not sent yet stays, however long the queue is down',
  async (domain) => {
    const database = sql[domain]!;
    await fillLogs(database);
    await database`update relay set position = 0`;
    expect(await sweepDatabase(database, domain, true)).toMatchObject({ events: 0 });
    await database`update relay set position = ${OLDER}`;
    expect(await sweepDatabase(database, domain, true)).toMatchObject({ events: 1 });
    expect(await eventsOf(database)).toEqual([OLD, NEW]);
    await database`update relay set position = ${NEW}`;
    expect(await sweepDatabase(database, domain, true)).toMatchObject({ events: 1 });
    // For clients that resume a feed.
    expect(await eventsOf(database)).toEqual([NEW]);
  },
);

test('without a queue nobody is waited for', async () => {
  const { content } = sql as { content: Sql };
  await fillLogs(content);
  await content`update relay set position = 0`;
  expect(await sweepDatabase(content, 'content', false)).toMatchObject({ events: 2 });
  expect(await eventsOf(content)).toEqual([NEW]);
});

test('that a message has been dealt with is known for longer than any queue keeps it', async () => {
  const { social } = sql as { social: Sql };
  for (const [id, hours] of [
    [1, PROCESSED_HOURS + 1],
    [2, PROCESSED_HOURS - 1],
  ] as const)
    await social`
      insert into processed (source, event_id, processed_at)
      values ('content.s0', ${id}, ${new Date(agoMs(hours)).toISOString()}::text::timestamptz)`;
  expect(await sweepDatabase(social, 'social', true)).toMatchObject({ processed: 1 });
  expect(await social`select event_id from processed`).toEqual([{ event_id: '2' }]);
  // 14 days at most in a queue, and as long in its dead-letter queue.
  expect(PROCESSED_HOURS).toBeGreaterThanOrEqual(28 * 24);
});

test('many are taken away in batches, all of them', async () => {
  const { content } = sql as { content: Sql };
  await content`delete from events`;
  await content`
    insert into events (id, kind, actor_id, subject_id)
    select ${OLDER}::bigint + n, 'posted', 1, 2 from generate_series(1, 10001) as n`;
  expect(await sweepDatabase(content, 'content', false)).toMatchObject({ events: 10_001 });
});
