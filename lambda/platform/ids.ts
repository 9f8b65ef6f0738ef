import { createHash } from 'node:crypto';

/**
 * Ids are 63-bit integers, carried as decimal strings because JavaScript's numbers end at 53 bits:
 * 41 bits of milliseconds since {@link EPOCH_MS} | 10 bits of the owner's logical shard | 12 bits of
 * a sequence of the owning database. They are made in SQL (`next_id`, lambda/migrate/migrations), so
 * that two servers never repeat one; here they are only read.
 */
export type Id = string;

/** 2025-01-01T00:00:00Z; 41 bits of milliseconds last until 2094. */
export const EPOCH_MS = 1_735_689_600_000;

/** As a bound that no id lies above. */
export const LARGEST_ID = '9223372036854775807';

const SHARD_BITS = 10n;
const SEQUENCE_BITS = 12n;
const MAX_ID = 2n ** 63n;

/** Crockford's base 32, lower case: no i, l, o, u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** 63 bits in digits of five. */
const DIGITS = 13;
const LONGEST_SLUG_TITLE = 80;
const ASCII = /^[\x20-\x7e]*$/;

/** The logical shard in which an id's owner lives. */
export function logicalShardOf(id: Id): number {
  return Number((BigInt(id) >> SEQUENCE_BITS) & (2n ** SHARD_BITS - 1n));
}

/** The least id of an event of a moment: the milliseconds since 1970, and bits to keep those of one apart. */
export function eventIdAt(ms: number): bigint {
  return BigInt(ms) << SEQUENCE_BITS;
}

/** When an event was, in milliseconds since 1970. */
export function timeOfEvent(eventId: Id): number {
  return Number(BigInt(eventId) >> SEQUENCE_BITS);
}

/** Spreads names evenly over `count` places, the same way on every server. */
export function hashTo(count: number, text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) % count;
}

export function isId(text: string): boolean {
  return /^(0|[1-9]\d{0,18})$/.test(text) && BigInt(text) < MAX_ID;
}

export function encodeId(id: Id): string {
  const whole = BigInt(id);
  // Six digits and the seven before them, in numbers that are no objects.
  return digits(Number(whole >> 30n), DIGITS - 6) + digits(Number(whole & 0x3fffffffn), 6);
}

function digits(value: number, count: number): string {
  let text = '';
  for (let rest = value; text.length < count; rest = Math.floor(rest / 32))
    text = ALPHABET.charAt(rest % 32) + text;
  return text;
}

export function decodeId(text: string): Id | undefined {
  if (text.length !== DIGITS) return undefined;
  let id = 0n;
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    id = (id << 5n) | BigInt(value);
  }
  return id < MAX_ID ? id.toString() : undefined;
}

/** Readable part from the title, then the id: equal titles differ and no slug needs a look-up. */
export function slugOf(title: string, id: Id): string {
  const words = ASCII.test(title)
    ? title.toLowerCase().match(/[a-z0-9]+/g)
    : title
        .normalize('NFKD')
        .replace(/\p{M}/gu, '')
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu);
  const whole = words?.join('-') ?? '';
  const readable = whole.length <= LONGEST_SLUG_TITLE ? whole : shortened(whole);
  return readable === '' ? encodeId(id) : `${readable}-${encodeId(id)}`;
}

/** By whole characters, not ending between two words. */
function shortened(words: string): string {
  return Array.from(words).slice(0, LONGEST_SLUG_TITLE).join('').replace(/-$/, '');
}

/** The article's id; the readable part may be an older title's. */
export function idOfSlug(slug: string): Id | undefined {
  return decodeId(slug.slice(slug.lastIndexOf('-') + 1));
}
