import type { Queryable } from '../platform/databases';

/** How far a walk through what is derived has come. */
export interface WalkState {
  readonly name: string;
  /** `null` between two rounds. */
  readonly position: string | null;
  /** Epoch milliseconds of the last page. */
  readonly touchedMs: number;
  /** Seconds since the last round ended; since the first began, where none has. */
  readonly ageSeconds: number;
}

export async function readWalks(sql: Queryable): Promise<readonly WalkState[]> {
  return await sql<WalkState[]>`
    select name, position, extract(epoch from touched_at)::float8 * 1000 as "touchedMs",
      extract(epoch from now() - coalesce(ended_at, begun_at))::float8 as "ageSeconds"
    from walks`;
}

/** @param position `null` where the round has ended */
export async function noteWalk(
  sql: Queryable,
  name: string,
  position: string | null,
): Promise<void> {
  await sql`
    insert into walks (name, position, ended_at)
    values (${name}, ${position}, case when ${position}::text is null then now() end)
    on conflict (name) do update set
      position = excluded.position,
      touched_at = now(),
      begun_at = case when walks.position is null then now() else walks.begun_at end,
      ended_at = coalesce(excluded.ended_at, walks.ended_at)`;
}
