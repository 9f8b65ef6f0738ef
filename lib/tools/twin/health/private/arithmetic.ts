import type { HealthState } from '..';

/** State of an endpoint check and how many results in a row contradict it. */
export interface Observation {
  readonly state: HealthState;
  readonly contradictions: number;
}

/**
 * The state after one more result. The first result decides at once; afterwards as many results in
 * a row as the threshold says change it, in both directions alike.
 */
export function observe(before: Observation, success: boolean, threshold: number): Observation {
  if (before.state === undefined || before.state === success) {
    return { state: success, contradictions: 0 };
  }
  const contradictions = before.contradictions + 1;
  return contradictions >= threshold
    ? { state: success, contradictions: 0 }
    : { state: before.state, contradictions };
}

/**
 * The state of a calculated check: healthy from `threshold` healthy children on. Where unknown
 * children could tip it either way it is unknown.
 */
export function calculate(children: readonly HealthState[], threshold: number): HealthState {
  const healthy = children.filter((state) => state === true).length;
  const unknown = children.filter((state) => state === undefined).length;
  if (healthy >= threshold) return true;
  return healthy + unknown < threshold ? false : undefined;
}
