import type { Domain, Queryable } from '../platform/databases';

/** Rows that went, by table. */
export type Swept = Readonly<Record<'idempotency' | 'events' | 'processed', number>>;

/** A write may be repeated under its key for so long. */
export const IDEMPOTENCY_HOURS = 24;
/** Clients resume a feed for so long; followers' lag and a failover are minutes. */
export const EVENT_HOURS = 48;
/** Longer than the queue keeps a message, its dead-letter queue included. */
export const PROCESSED_HOURS = 24 * 30;
/** Rows of one statement, so that none holds locks for long. */
const BATCH = 5_000;

/**
 * Takes away what nobody asks for any more. Of the event log only what has been sent, where events are
 * sent at all: a queue that is down for days loses nothing.
 */
export async function sweepDatabase(
  sql: Queryable,
  domain: Domain,
  relayed: boolean,
): Promise<Swept> {
  const idempotency = await inBatches(
    () => sql`
      delete from idempotency where key in (
        select key from idempotency
        where created_at < now() - make_interval(hours => ${IDEMPOTENCY_HOURS}) limit ${BATCH})`,
  );
  if (domain === 'identity') return { idempotency, events: 0, processed: 0 };
  const sent = relayed ? sql`and id <= (select position from relay where id = 1)` : sql``;
  const events = await inBatches(
    () => sql`
      delete from events where id in (
        select id from events where id < (extract(epoch from
          now() - make_interval(hours => ${EVENT_HOURS})) * 1000)::bigint << 12 ${sent}
        order by id limit ${BATCH})`,
  );
  if (domain === 'content') return { idempotency, events, processed: 0 };
  const processed = await inBatches(
    () => sql`
      delete from processed where (source, event_id) in (
        select source, event_id from processed
        where processed_at < now() - make_interval(hours => ${PROCESSED_HOURS}) limit ${BATCH})`,
  );
  return { idempotency, events, processed };
}

async function inBatches(remove: () => Promise<{ readonly count: number }>): Promise<number> {
  for (let total = 0; ;) {
    const { count } = await remove();
    total += count;
    if (count < BATCH) return total;
  }
}
