import type { LostWrite, Rpo } from '../model';
import type { ControlClient } from './control';
import { serverAt } from './databases';
import type { Write } from './load';
import { DrillRefused } from './refused';
import type { World } from './world';

/** Domain whose database holds the articles. */
const DOMAIN = 'content';
const COUNTING_MS = 10_000;

/** How often each id of a run is in a Region's databases, all shards together. */
export type Rows = ReadonlyMap<string, number>;

/** Where each shard is looked at: by its name, a Region. */
export type Places = Readonly<Record<string, string>>;

/**
 * Reads row by row what databases hold of a run's writes.
 *
 * @throws Error where one of them does not answer
 */
export async function rowsOf(
  world: World,
  control: ControlClient,
  places: Places,
  run: string,
): Promise<Rows> {
  const { shards } = await control.read();
  const all = Object.entries(places).map(async ([shard, region]) => {
    const domain = shards[shard]?.domains[DOMAIN];
    const server = serverAt(world, region, domain?.endpoints[region]?.writer ?? '');
    if (domain === undefined || server === undefined) {
      throw new DrillRefused(`${region} holds no ${DOMAIN}`, 'drill the sample workload');
    }
    const connection = server.connect(domain.database, COUNTING_MS);
    try {
      return await connection.query<{ title: string; count: number }>(
        'select title, count(*)::int as count from articles where title like $1 group by title',
        [`${run}-%`],
      );
    } finally {
      await connection.end();
    }
  });
  return merged((await Promise.all(all)).map((rows) => rows.map((it) => [it.title, it.count])));
}

/** An id that is in two of them is there twice. */
export function merged(parts: readonly Iterable<readonly [id: string, count: number]>[]): Rows {
  const rows = new Map<string, number>();
  for (const part of parts) {
    for (const [id, count] of part) rows.set(id, (rows.get(id) ?? 0) + count);
  }
  return rows;
}

/** What every copy of every shard held at an instant; those that did not answer are not there. */
export interface Snapshot {
  readonly at: number;
  readonly rows: ReadonlyMap<string, Rows>;
}

export async function snapshot(
  world: World,
  control: ControlClient,
  {
    shards,
    regions,
    run,
  }: Readonly<Record<'shards' | 'regions', readonly string[]>> & {
    readonly run: string;
  },
): Promise<Snapshot> {
  const at = performance.now();
  const copies = regions.flatMap((region) => shards.map((shard) => ({ region, shard })));
  const counted = copies.map(async ({ region, shard }) => {
    const rows = await rowsOf(world, control, { [shard]: region }, run).catch(() => undefined);
    return [`${region} ${shard}`, rows] as const;
  });
  const rows = new Map<string, Rows>();
  for (const [copy, held] of await Promise.all(counted))
    if (held !== undefined) rows.set(copy, held);
  return { at, rows };
}

/**
 * Acknowledged writes that the copies lack which were promoted: those of before the look, and those of the
 * lost Region whose answer waited until the entering Region would show them, in vain.
 */
export function notReplayed(
  { at, rows }: Snapshot,
  writes: readonly Write[],
  places: Places,
  lost: string,
): number {
  const copies = Object.entries(places).map(([shard, region]) => rows.get(`${region} ${shard}`));
  const held = merged(copies.map((it) => it ?? []));
  return writes.filter(({ id, acknowledgedAt, writtenBy }) => {
    if (acknowledgedAt === undefined || held.has(id)) return false;
    return acknowledgedAt <= at || writtenBy === lost;
  }).length;
}

export interface Account {
  readonly writes: readonly Write[];
  /** When the fault struck. */
  readonly fault: number;
  /** Acknowledged and not replayed on the standby that was promoted. */
  readonly predicted: number;
  /** Of the new writer, and of the old one where it can be asked. */
  readonly held: Rows;
  readonly heldByOld: Rows | undefined;
}

/** Settles acknowledged writes against rows. */
export function settle({ writes, fault, predicted, held, heldByOld }: Account): Rpo {
  const acknowledged = writes.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined);
  const lost = acknowledged.filter(({ id }) => !held.has(id));
  const lostWrites = lost.map(({ id, entered, acknowledgedAt = fault }): LostWrite => ({
    ...{ id, entered, acknowledgedAt: Math.round(acknowledgedAt - fault) },
    heldByOldWriter: heldByOld === undefined ? null : heldByOld.has(id),
  }));
  const oldest = Math.min(...lostWrites.map((it) => it.acknowledgedAt));
  const unknown = writes.filter(({ acknowledgedAt }) => acknowledgedAt === undefined);
  return {
    acknowledged: acknowledged.length,
    lost: lost.length,
    doubled: [...held.values()].filter((count) => count > 1).length,
    predicted,
    unconfirmed: unknown.filter(({ id }) => held.has(id)).length,
    oldestLostMs: lost.length === 0 ? null : -oldest,
    lostWrites: lostWrites.sort((one, other) => one.acknowledgedAt - other.acknowledgedAt),
  };
}
