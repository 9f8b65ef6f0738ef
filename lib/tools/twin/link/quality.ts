/** How one line carries what is sent over it. */
export interface Quality {
  /** One way, in milliseconds. */
  readonly delayMs: number;
  /** Most that a piece takes beyond the delay, evenly spread, in milliseconds. */
  readonly jitterMs: number;
  /** Share of packets that are lost, from 0 to {@link MOST_LOSS}. */
  readonly loss: number;
  /** Bytes a second in each direction, shared by all connections between two Regions; null: no limit. */
  readonly bytesPerSecond: number | null;
}

/** At one half, one packet in 30,000 is lost as often as TCP tries; beyond it connections die. */
export const MOST_LOSS = 0.5;

export const PERFECT: Quality = { delayMs: 0, jitterMs: 0, loss: 0, bytesPerSecond: null };

const BYTES_PER_MEGABIT = 125_000;

/** @param megabits a second */
export function bytesOf(megabits: number): number {
  return megabits * BYTES_PER_MEGABIT;
}

/** @returns megabits a second */
export function megabitsOf(bytes: number): number {
  return bytes / BYTES_PER_MEGABIT;
}
