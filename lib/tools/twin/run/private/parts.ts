import type { HealthChecks } from '../../health';
import type { Place, TwinPlan } from '../../plan';
import type { RunningLink } from './link';
import type { RunningRegion } from './status';
import type { Steering } from './steering';

/** A running twin from within: what can be broken, and what operations act on. */
export interface RunningParts {
  readonly plan: TwinPlan;
  readonly regions: readonly RunningRegion[];
  readonly link: RunningLink;
  /** The process that holds the strongly consistent tables; it belongs to no Region. */
  readonly control: Place;
  readonly checks: HealthChecks;
  readonly steering: Steering;
  /** Directory that holds one directory per bucket. */
  readonly buckets: string;
  /** By how much time runs faster for health checks, leases and lifetimes of DNS answers. */
  readonly timeScale: number;
}
