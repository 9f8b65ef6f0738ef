/** From 0 up to, but not, 1. */
export type Random = () => number;

/** Mulberry32: small, fast, the same numbers for the same seed on every machine. */
export function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of the first `count` whole numbers, the small ones the more often the greater the power. */
export function mostly(random: Random, count: number, power: number): number {
  return Math.floor(count * random() ** power);
}

/** One of a list that is not empty, its first the more often the greater the power. */
export function pick<T>(random: Random, from: readonly T[], power = 1): T {
  const one = from[mostly(random, from.length, power)];
  if (one === undefined) throw new RangeError('there is nothing to pick from');
  return one;
}
