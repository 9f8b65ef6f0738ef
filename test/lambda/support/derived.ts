import type { Sql } from '../../../lambda/platform/databases';

/** Of the logs, which begin with the time. */
const BEGUN_MS = 1_750_000_000_000;
/** Shortly before the newest of them, in milliseconds since 1970. */
export const LATELY_MS = BEGUN_MS + 19_900_000;

/** What the seed leaves to servers and consumers: logs, comments, timelines and what they are made by. */
export async function fillDerived(content: Sql, social: Sql): Promise<void> {
  await content`
    insert into events (id, kind, actor_id, subject_id)
    select ${BEGUN_MS}::bigint + 1000 * row_number() over (order by id) << 12, 'posted', author_id, id
    from articles`;
  await content`
    insert into comments (article_id, no, author_id, body)
    select id, n, author_id, 'Well said.' from articles cross join generate_series(1, 3) as n`;
  await social`
    insert into events (id, kind, actor_id, subject_id)
    select ${BEGUN_MS}::bigint + row_number() over () << 12, 'followed', follower_id, followed_id from follows`;
  await social`insert into followers (followed_id, follower_id) select followed_id, follower_id from follows`;
  await social`
    insert into counters (user_id, followers, pulled)
    select followed_id, count(*), followed_id % 2000 = 0 from follows group by followed_id`;
  await social`update follows set filled = true where followed_id % 10 > 0`;
  await social`
    insert into timeline (user_id, article_id, author_id)
    select follower_id, (followed_id << 3) + n, followed_id from follows cross join generate_series(1, 4) as n`;
  for (const sql of [content, social]) {
    await sql`
      insert into idempotency (key, fingerprint)
      select n || ':of-the-past', 'x' from generate_series(1, 20000) as n`;
    await sql`vacuum analyze`;
  }
}
