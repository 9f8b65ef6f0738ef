/**
 * What the signing secret holds: the key that signs, and every key whose signatures count.
 *
 * A rotation takes time to reach all Regions, and servers keep the secret for minutes. The key that
 * signs next is therefore known before it signs, and the one that signed before is still accepted: two
 * servers that differ by one rotation believe each other.
 */
export interface SigningKeys {
  readonly current: string;
  /** {@link current} first. */
  readonly accepted: readonly string[];
}

/** The value once it has been rotated; before, the secret is the current key as plain text. */
interface KeyRing {
  readonly current: string;
  readonly previous?: string;
  readonly next?: string;
}

/** @throws Error for a JSON object without keys; the value itself is in no message */
export function parseSigningKeys(text: string): SigningKeys {
  const { current, previous, next } = parseKeyRing(text);
  const accepted = [current, previous, next].filter((key) => key !== undefined);
  return { current, accepted };
}

/**
 * The ring after one rotation: the next key signs, the current one is still accepted. A ring without a
 * next key only gains one, because nobody knows yet the key that would sign.
 */
export function rotateKeyRing(text: string, fresh: string): string {
  const { current, previous, next } = parseKeyRing(text);
  const ring: KeyRing =
    next === undefined
      ? { current, ...(previous !== undefined && { previous }), next: fresh }
      : { current: next, previous: current, next: fresh };
  return JSON.stringify(ring);
}

function parseKeyRing(text: string): KeyRing {
  if (!text.startsWith('{')) return { current: text };
  const { current, previous, next } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (typeof current !== 'string' || !isOptional(previous) || !isOptional(next))
    throw new Error('the signing secret must hold {"current"[,"previous"][,"next"]}, all text');
  return {
    current,
    ...(previous !== undefined && { previous }),
    ...(next !== undefined && { next }),
  };
}

function isOptional(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}
