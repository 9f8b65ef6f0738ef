import type { Drill } from '../model';
import { badDeployment } from './bad-deployment';
import { cacheLost } from './cache-lost';
import { databasesLost } from './databases-lost';
import { directoryMove } from './directory-move';
import { hotShard } from './hot-shard';
import { plannedSwitchover } from './planned-switchover';
import { queueStuck } from './queue-stuck';
import { readerLag } from './reader-lag';
import { regionFrozen } from './region-frozen';
import { regionKilled } from './region-killed';
import { regionsPartitioned } from './regions-partitioned';
import { retryStorm } from './retry-storm';
import { slowDependency } from './slow-dependency';
import { thunderingHerd } from './thundering-herd';
import { writerLost } from './writer-lost';
import { zoneLost } from './zone-lost';

/** Every drill, in the order in which `--all` runs them. */
export const DRILLS: readonly Drill[] = [
  zoneLost,
  regionKilled,
  regionFrozen,
  regionsPartitioned,
  writerLost,
  databasesLost,
  readerLag,
  cacheLost,
  slowDependency,
  queueStuck,
  plannedSwitchover,
  badDeployment,
  thunderingHerd,
  retryStorm,
  directoryMove,
  hotShard,
];
