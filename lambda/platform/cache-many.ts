import type { Apart } from './admission';
import { type Cache, CacheDown } from './cache';
import {
  type CacheEntry,
  encode,
  type Found,
  foundOf,
  keptMs,
  type Keys,
  keysOf,
  type NoteAge,
  shownInstead,
} from './cache-entry';
import { isOutage } from './errors';
import type { Near } from './near';

type Text = string | undefined;

/** What is being loaded now, by key and generation. */
export type Flights = Map<string, Promise<Text>>;

export interface ManyRead<Id> {
  readonly ids: readonly Id[];
  readonly entryOf: (id: Id) => CacheEntry;
  /** Those that exist. */
  readonly load: (missing: readonly Id[]) => Promise<ReadonlyMap<Id, string>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Without it, nothing old is shown. */
  readonly noteAge: NoteAge | undefined;
  /** Waits for what is being loaded. */
  readonly apart: Apart;
  /** This process's copies of hot entries. */
  readonly near: Near | undefined;
}

interface Slot<Id> extends Found {
  readonly id: Id;
  readonly entry: CacheEntry;
  readonly keys: Keys;
}

/**
 * As one read of `CacheAside`, for many entries at once: one look-up, one load of all that is missing
 * and that nobody in this process is loading yet.
 */
export async function readMany<Id>(
  cache: Cache,
  flights: Flights,
  read: ManyRead<Id>,
): Promise<ReadonlyMap<Id, string>> {
  let slots: readonly Slot<Id>[];
  try {
    slots = await lookUp(cache, read);
  } catch (error) {
    if (!(error instanceof CacheDown)) throw error;
    return await read.load(read.ids);
  }
  const missing = slots.filter((slot) => slot.stored === undefined && !flights.has(flightOf(slot)));
  if (missing.length > 0) startLoad(cache, flights, missing, read);
  const found = slots.map(async (slot): Promise<readonly [Id, Text]> => {
    const { id, stored } = slot;
    return [id, stored === undefined ? await landed(flights, slot, read) : stored.text];
  });
  const known = (pair: readonly [Id, Text]): pair is readonly [Id, string] => pair[1] !== undefined;
  return new Map((await read.apart(() => Promise.all(found))).filter(known));
}

/** Where the load ended in an outage, what was known before. */
async function landed<Id>(flights: Flights, slot: Slot<Id>, read: ManyRead<Id>): Promise<Text> {
  try {
    return await flights.get(flightOf(slot));
  } catch (error) {
    const { entry, old } = slot;
    const text = isOutage(error) ? shownInstead(entry, old, read.now(), read.noteAge) : undefined;
    if (text === undefined) throw error;
    return text;
  }
}

function flightOf({ keys, generation }: Slot<unknown>): string {
  return `${keys.entry} ${generation}`;
}

async function lookUp<Id>(
  cache: Cache,
  { ids, entryOf, now, near }: ManyRead<Id>,
): Promise<readonly Slot<Id>[]> {
  const slots: Slot<Id>[] = [];
  const asked = ids.flatMap((id) => {
    const entry = entryOf(id);
    const one = { id, entry, keys: keysOf(entry) };
    const copies = entry.near === true ? near : undefined;
    const seen = copies?.get(one.keys.entry, now());
    if (seen === undefined) return { ...one, copies, stamp: copies?.stampOf(one.keys.entry) };
    slots.push({ ...one, generation: seen.generation, stored: seen, old: seen });
    return [];
  });
  if (asked.length === 0) return slots;
  const names = asked.flatMap(({ keys }) => [keys.generation, keys.entry]);
  const texts = await cache.getAll(names);
  for (const [index, { copies, stamp, ...one }] of asked.entries()) {
    const found = foundOf(texts[2 * index], texts[2 * index + 1], now());
    copies?.keep(one.keys.entry, found.stored, stamp);
    slots.push({ ...one, ...found });
  }
  return slots;
}

function startLoad<Id>(
  cache: Cache,
  flights: Flights,
  missing: readonly Slot<Id>[],
  { load, now }: ManyRead<Id>,
): void {
  const began = now();
  const loaded = load(missing.map(({ id }) => id));
  for (const slot of missing) {
    const flight = flightOf(slot);
    const text = loaded.then((texts) => texts.get(slot.id));
    flights.set(flight, text);
    // Not before it is stored: whoever has looked in vain until then finds it here.
    text
      .then((known) => put(cache, slot, known, began))
      .catch(() => undefined)
      .finally(() => flights.delete(flight))
      .catch(() => undefined);
  }
}

/** The time counts from before the load. */
async function put(
  cache: Cache,
  { entry, keys, generation }: Slot<unknown>,
  text: Text,
  began: number,
): Promise<void> {
  const ttlMs = text === undefined ? entry.negativeTtlMs : entry.ttlMs;
  // Entries that were made together do not end together.
  const expires = began + Math.floor(ttlMs * (0.9 + Math.random() / 10));
  const left = expires - Date.now();
  if (left < 1) return;
  const value = encode({ generation, expires, loadMs: 0, text });
  await cache.set(keys.entry, value, keptMs(entry, text, left));
}
