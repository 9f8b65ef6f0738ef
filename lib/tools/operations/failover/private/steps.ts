import type { Move, ShardRecord, Topology } from './ports';

/** What one run remembers beside the document. A new run begins with none of it. */
export interface Memory {
  /** Fences (see {@link fenceId}) since which a full lease has gone by. */
  readonly leaseOver: ReadonlySet<string>;
  /** Fences whose successor takes writes, with the successor's name behind. */
  readonly promoted: ReadonlySet<string>;
  readonly steered: boolean;
}

export type Step =
  | { readonly kind: 'fence'; readonly next: Topology; readonly shards: readonly string[] }
  | { readonly kind: 'wait-lease'; readonly shards: readonly string[] }
  | { readonly kind: 'choose'; readonly shards: readonly string[] }
  | { readonly kind: 'promote'; readonly moves: readonly Move[] }
  | { readonly kind: 'home'; readonly next: Topology; readonly moves: readonly Move[] }
  | { readonly kind: 'steer' }
  | { readonly kind: 'done' };

/**
 * The next step out of the Region `from`: of the document and the memory, and of nothing else. So a
 * run that was interrupted anywhere is gone on with by beginning again; at worst it waits a lease
 * that had been waited before.
 */
export function nextStep(
  document: Topology,
  from: string,
  memory: Memory,
  only?: readonly string[],
): Step {
  const shards = shardsHomedIn(document, from, only);
  const open = shards.filter((name) => document.shards[name]?.state !== 'fenced');
  if (open.length > 0) return { kind: 'fence', next: fenced(document, open), shards: open };
  const homeless = shards.filter((name) => document.shards[name]?.successor === undefined);
  if (homeless.length > 0) {
    const waiting = homeless.filter((name) => !memory.leaseOver.has(fenceId(document, name)));
    return waiting.length > 0
      ? { kind: 'wait-lease', shards: waiting }
      : { kind: 'choose', shards: homeless };
  }
  const moves = shards.map((shard) => ({ shard, to: document.shards[shard]?.successor ?? '' }));
  const left = moves.filter((move) => !memory.promoted.has(moveId(document, move)));
  if (left.length > 0) return { kind: 'promote', moves: left };
  if (moves.length > 0) return { kind: 'home', next: homed(document, from, moves), moves };
  return { kind: memory.steered ? 'done' : 'steer' };
}

/** One fencing of one shard: a later one has another epoch, and its lease has to be waited anew. */
export function fenceId({ shards }: Topology, shard: string): string {
  return `${shard}@${shards[shard]?.epoch ?? 0}`;
}

export function moveId(document: Topology, { shard, to }: Move): string {
  return `${fenceId(document, shard)} ${to}`;
}

/** @param only names to look at. @default all */
export function shardsHomedIn(
  { shards }: Topology,
  region: string,
  only?: readonly string[],
): readonly string[] {
  return Object.keys(shards).filter(
    (name) => shards[name]?.home === region && only?.includes(name) !== false,
  );
}

/** Nobody may write the shards any more; who had an older document may until its lease is over. */
function fenced(document: Topology, shards: readonly string[]): Topology {
  return changed(document, shards, (shard) => ({
    ...withoutSuccessor(shard),
    state: 'fenced',
    epoch: shard.epoch + 1,
  }));
}

/** Writes down which standbys are to be promoted, before they are. */
export function chosen(document: Topology, moves: readonly Move[]): Topology {
  const names = moves.map(({ shard }) => shard);
  return changed(document, names, (shard, name) => ({ ...shard, successor: target(moves, name) }));
}

/**
 * The new homes serve. The directory of names follows where no shard stays, for its writes rest on
 * the shards' fence: new users are placed in shards whose home is the directory's.
 */
function homed(document: Topology, from: string, moves: readonly Move[]): Topology {
  const names = moves.map(({ shard }) => shard);
  const next = changed(document, names, (shard, name) => ({
    ...withoutSuccessor(shard),
    home: target(moves, name),
    state: 'serving',
    epoch: shard.epoch + 1,
  }));
  const home = moves[0]?.to;
  const left = shardsHomedIn(next, from).length === 0;
  return document.directory.home === from && home !== undefined && left
    ? { ...next, directory: { ...document.directory, home } }
    : next;
}

/** They serve where they did, in a new epoch. */
export function released(document: Topology, names: readonly string[]): Topology {
  return changed(document, names, (shard) => ({
    ...withoutSuccessor(shard),
    state: 'serving',
    epoch: shard.epoch + 1,
  }));
}

function changed(
  document: Topology,
  names: readonly string[],
  change: (shard: ShardRecord, name: string) => ShardRecord,
): Topology {
  const shards = Object.entries(document.shards).map(([name, shard]) => {
    return [name, names.includes(name) ? change(shard, name) : shard] as const;
  });
  return { ...document, epoch: document.epoch + 1, shards: Object.fromEntries(shards) };
}

function target(moves: readonly Move[], name: string): string {
  return moves.find(({ shard }) => shard === name)?.to ?? '';
}

function withoutSuccessor(shard: ShardRecord): ShardRecord {
  const kept = Object.entries(shard).filter(([name]) => name !== 'successor');
  return Object.fromEntries(kept) as unknown as ShardRecord;
}
