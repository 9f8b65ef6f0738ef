/** What is cached, under which name. */
export interface CacheEntry {
  /** What a write invalidates, all of it at once; for example `author:u#jane`. */
  readonly scope: string;
  /** Within the scope; without braces. */
  readonly name: string;
  /** How long a text is served. */
  readonly ttlMs: number;
  /** How long is remembered that there is none; 0 for not at all. */
  readonly negativeTtlMs: number;
  /**
   * How much longer a text may be shown, with its age, where nothing newer can be loaded.
   * @default 0: not at all
   */
  readonly staleMs?: number;
  /**
   * Whoever makes it void says so to `Changes`, too, and waits until that has settled: then servers may keep copies.
   * @default false
   */
  readonly near?: boolean;
}

/** Takes note of how old what is shown may be, in milliseconds. */
export type NoteAge = (ageMs: number) => void;

export interface Keys {
  readonly entry: string;
  readonly generation: string;
}

export interface Stored {
  readonly generation: string;
  /** Epoch milliseconds. */
  readonly expires: number;
  /** How long the load took, in milliseconds. */
  readonly loadMs: number;
  /** `undefined`: that there is none. */
  readonly text: string | undefined;
}

/** What the two keys of an entry hold. */
export interface Found {
  readonly generation: string;
  readonly stored: Stored | undefined;
  /** Also where it is of another generation, or has ended. */
  readonly old: Stored | undefined;
}

/** Generation of a scope that has not been invalidated lately. */
export const NONE = '-';

export function keysOf({ scope, name }: CacheEntry): Keys {
  const generation = generationKey(scope);
  return { generation, entry: `${generation}:${name}` };
}

/** The braces keep a scope's keys in one slot of a cluster; the number is the format's. */
export function generationKey(scope: string): string {
  return `m1:{${scope}}`;
}

/** A line of facts, then the text as it is: long texts are not parsed to be served. */
export function encode({ generation, expires, loadMs, text }: Stored): string {
  const facts = `${generation} ${expires} ${Math.ceil(loadMs)}`;
  return text === undefined ? facts : `${facts}\n${text}`;
}

export function decode(value: string): Stored {
  const end = value.indexOf('\n');
  const [generation = '', expires, loadMs] = value.slice(0, end < 0 ? undefined : end).split(' ');
  const text = end < 0 ? undefined : value.slice(end + 1);
  return { generation, expires: Number(expires), loadMs: Number(loadMs), text };
}

/** @param now epoch milliseconds */
export function foundOf(generation = NONE, text: string | undefined, now: number): Found {
  const old = text === undefined ? undefined : decode(text);
  const valid = old?.generation === generation && old.expires > now;
  return { generation, stored: valid ? old : undefined, old };
}

/**
 * What an outage leaves to show: the text, whatever has been written since. Its age counts from the end that
 * it was given, so that it is at most what is said.
 */
export function shownInstead(
  { ttlMs, staleMs = 0 }: CacheEntry,
  old: Stored | undefined,
  now: number,
  noteAge: NoteAge | undefined,
): string | undefined {
  if (noteAge === undefined || old?.text === undefined) return undefined;
  if (old.expires + staleMs <= now) return undefined;
  noteAge(Math.max(0, now - old.expires + ttlMs));
  return old.text;
}

/** How long the store keeps an entry that is served for `leftMs`. */
export function keptMs({ staleMs = 0 }: CacheEntry, text: string | undefined, leftMs: number) {
  return text === undefined ? leftMs : leftMs + staleMs;
}
