import type { Queryable } from '../platform/databases';
import { withCommit } from '../platform/fence';
import type { Id } from '../platform/ids';
import { traceOf } from '../platform/trace';
import { MOST_FOLLOWED } from './follows';

/** Of articles, which feeds show, and of what others did to them in `content`; of follows in `social`. */
export type EventKind =
  'posted' | 'changed' | 'deleted' | 'favorited' | 'commented' | 'followed' | 'unfollowed';

/** Whether followers of the actor are shown it. */
export function isOfFeed({ kind }: Pick<LoggedEvent, 'kind'>): boolean {
  return kind !== 'favorited' && kind !== 'commented';
}

export interface LoggedEvent {
  /** Rises in the order of the commits of its database. */
  readonly id: Id;
  readonly kind: EventKind;
  /** Who did it: the author, the follower. */
  readonly actorId: Id;
  /** To what: the article, whoever is followed. */
  readonly subjectId: Id;
}

/** With the id of the trace that it came about in, where that was traced. */
export interface TracedEvent extends LoggedEvent {
  readonly trace: string | null;
}

/** What one look at the log saw; `head` is the last id that was there. */
export interface LogPage {
  readonly head: Id;
  readonly events: readonly LoggedEvent[];
}

/** With the commit of its transaction: until that ends, nobody else appends. */
export function appendEvent(sql: Queryable, kind: EventKind, actorId: Id, subjectId: Id): void {
  const trace = traceOf(sql) ?? null;
  withCommit(
    sql,
    (transaction) => transaction`
    with head as (
      update event_head
      set last = greatest(last + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint << 12)
      where id = 1 returning last)
    insert into events (id, kind, actor_id, subject_id, trace)
    select last, ${kind}, ${actorId}, ${subjectId}, ${trace} from head`,
  );
}

/** The newest id; what follows it has not been committed yet, as this reader sees it. */
export async function readHead(sql: Queryable): Promise<Id> {
  const [row] = await sql<{ last: Id }[]>`select last from event_head where id = 1`;
  return row?.last ?? '0';
}

/** Everything after `after`, in order, up to `most`. */
export async function readEvents(
  sql: Queryable,
  after: Id,
  most: number,
): Promise<readonly LoggedEvent[]> {
  return await sql<LoggedEvent[]>`
    select id, kind, actor_id as "actorId", subject_id as "subjectId" from events
    where id > ${after} order by id limit ${most}`;
}

/** As {@link readEvents}, for whoever acts upon them. */
export async function readTracedEvents(
  sql: Queryable,
  after: Id,
  most: number,
): Promise<readonly TracedEvent[]> {
  return await sql<TracedEvent[]>`
    select id, kind, actor_id as "actorId", subject_id as "subjectId", trace from events
    where id > ${after} order by id limit ${most}`;
}

/** As {@link readEvents}, of some actors only, with the head of the same moment. */
export async function readEventsOf(
  sql: Queryable,
  actors: readonly Id[],
  after: Id,
  most: number,
): Promise<LogPage> {
  const [row] = await sql<{ head: Id; events: readonly LoggedEvent[] }[]>`
    select last as head, coalesce((
      select json_agg(e) from (
        select id::text, kind, actor_id::text as "actorId", subject_id::text as "subjectId"
        from events where id > ${after} and actor_id = any(${`{${actors.join()}}`}::text::bigint[])
          and kind not in ('favorited', 'commented')
        order by id limit ${most}) as e), '[]') as events
    from event_head where id = 1`;
  return row ?? { head: '0', events: [] };
}

/** Whom somebody follows, with the head of the same moment. */
export async function readFollowed(
  sql: Queryable,
  followerId: Id,
): Promise<{ readonly head: Id; readonly followed: readonly Id[] }> {
  const [row] = await sql<{ head: Id; followed: readonly Id[] }[]>`
    select last as head, coalesce((
      select json_agg(f.id) from (
        select followed_id::text as id from follows where follower_id = ${followerId}
        order by created_at desc limit ${MOST_FOLLOWED}) as f), '[]') as followed
    from event_head where id = 1`;
  return row ?? { head: '0', followed: [] };
}

/** An article that came or went a moment ago. */
export interface RecentArticle {
  readonly id: Id;
  readonly authorId: Id;
  readonly gone: boolean;
}

/** No more than so many are told of one database. */
const MOST_RECENT = 1_000;

/** What has been posted and deleted since, newest first. */
export async function readRecent(
  sql: Queryable,
  sinceMs: number,
): Promise<readonly RecentArticle[]> {
  return await sql<RecentArticle[]>`
    select subject_id as id, actor_id as "authorId", kind = 'deleted' as gone from events
    where id > ${sinceMs}::bigint << 12 and kind in ('posted', 'deleted')
    order by id desc limit ${MOST_RECENT}`;
}
