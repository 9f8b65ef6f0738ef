import type { Scene } from './scene';

const STEP_MS = 100;

/** Attempts to write of the users near one Region, or near several. */
export interface Attempts {
  readonly failed: number;
  readonly acknowledged: number;
  /** Instant of the last one that failed, to a tenth of a second; undefined where none did. */
  readonly lastFailed: number | undefined;
}

/** Attempts between two instants of the monotonic clock, by the users near some Regions. */
export function attemptsBetween(
  { load }: Pick<Scene, 'load'>,
  regions: readonly string[],
  from: number,
  to: number,
): Attempts {
  const { acknowledged, failed } = load.series(STEP_MS, to);
  const first = Math.max(0, Math.round((from - load.startedAt) / STEP_MS));
  const count = (of: Readonly<Record<string, readonly number[]>>) =>
    regions.reduce((sum, region) => sum + total((of[region] ?? []).slice(first)), 0);
  const last = Math.max(
    ...regions.map((region) => (failed[region] ?? []).findLastIndex((it) => it > 0)),
  );
  return {
    failed: count(failed),
    acknowledged: count(acknowledged),
    lastFailed: last < first ? undefined : load.startedAt + (last + 1) * STEP_MS,
  };
}

/** Those that failed, of all of them; 0 where there are none. */
export function shareFailed({ failed, acknowledged }: Attempts): number {
  const all = failed + acknowledged;
  return all === 0 ? 0 : Math.round((failed / all) * 10_000) / 10_000;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, it) => sum + it, 0);
}
