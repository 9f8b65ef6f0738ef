import type { Drill } from '../model';
import { regionFrozen } from './region-frozen';
import { regionKilled } from './region-killed';
import { regionsPartitioned } from './regions-partitioned';
import { writerLost } from './writer-lost';

/** Every drill, in the order in which `--all` runs them. */
export const DRILLS: readonly Drill[] = [
  regionKilled,
  regionFrozen,
  regionsPartitioned,
  writerLost,
];
