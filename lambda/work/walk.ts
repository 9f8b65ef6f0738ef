import { readWalks, noteWalk, type WalkState } from '../data/walks';
import type { Sql } from '../platform/databases';

/** One page of what is compared with the truth. */
export interface WalkedPage<Found> {
  /** Where the next page begins; `undefined` after the last one. */
  readonly next: string | undefined;
  readonly found: Partial<Found>;
}

/** All of something, page by page. */
export interface Walk<Found> {
  /** Unique in its database. */
  readonly name: string;
  /** The database that keeps how far it has come. */
  readonly sql: Sql;
  /** What may be done twice. @param after where the page before has ended, `undefined` for the first */
  readonly page: (after: string | undefined) => Promise<WalkedPage<Found>>;
}

export interface Walked<Found> {
  readonly found: Found;
  /** Walks that had no turn, or are not at their end. */
  readonly unfinished: number;
  /** Hours since the walk that is furthest behind ended its last round. */
  readonly roundHours: number;
}

const NONE: Omit<WalkState, 'name'> = { position: null, touchedMs: 0, ageSeconds: 0 };

/**
 * A round of each walk from where it was left, the one that was touched longest ago first, until the time is
 * over: what is too large for one run is gone through in several, and keeps nobody else from their turn.
 *
 * @param longestMs after which no page begins
 * @param now monotonic milliseconds
 * @throws what one of them has thrown, after all have had their turn
 */
export async function walkAll<Found extends Record<keyof Found, number>>(
  walks: readonly Walk<Found>[],
  nothing: Found,
  longestMs: number,
  now: () => number = () => performance.now(),
): Promise<Walked<Found>> {
  const until = now() + longestMs;
  const hasTime = () => now() < until;
  const known = await statesOf(walks);
  const stateOf = ({ sql, name }: Walk<Found>) => known.get(sql)?.get(name) ?? NONE;
  const turns = [...walks].sort((one, other) => stateOf(one).touchedMs - stateOf(other).touchedMs);
  const found = { ...nothing };
  const failures: unknown[] = [];
  let unfinished = 0;
  for (const walk of turns) {
    try {
      const ended = await round(walk, stateOf(walk).position, hasTime, (page) => {
        for (const [name, count] of Object.entries(page) as [keyof Found, number][])
          found[name] = (found[name] + count) as Found[keyof Found];
      });
      if (!ended) unfinished += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  // The others have had their turn.
  if (failures.length > 0) throw failures[0] as Error;
  const after = await statesOf(walks);
  const ages = walks.map(({ sql, name }) => after.get(sql)?.get(name)?.ageSeconds ?? 0);
  return { found, unfinished, roundHours: Math.max(0, ...ages) / 3_600 };
}

/** Whether it has come to its end. */
async function round<Found>(
  { name, sql, page }: Walk<Found>,
  from: string | null,
  hasTime: () => boolean,
  take: (found: Partial<Found>) => void,
): Promise<boolean> {
  let position = from;
  while (hasTime()) {
    const { next, found } = await page(position ?? undefined);
    take(found);
    position = next ?? null;
    await noteWalk(sql, name, position);
    if (position === null) return true;
  }
  return false;
}

async function statesOf(
  walks: readonly { readonly sql: Sql }[],
): Promise<ReadonlyMap<Sql, ReadonlyMap<string, WalkState>>> {
  const states = new Map<Sql, ReadonlyMap<string, WalkState>>();
  for (const sql of new Set(walks.map((walk) => walk.sql)))
    states.set(sql, new Map((await readWalks(sql)).map((state) => [state.name, state])));
  return states;
}
