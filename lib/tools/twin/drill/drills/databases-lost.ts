import { DECISION_SECONDS } from '../../../../config';
import type { FailoverDrill } from '../model';
import { AFTER_FAILOVER } from '../private/expectations';

/**
 * Every database of the Region that writes is gone, readers too, and its servers live: they refuse writes, say
 * that they are not ready, and send writes on once another Region is the home. What one instance alone
 * does is another drill, `writer-lost`, and so is one zone, `zone-lost`.
 */
export const databasesLost: FailoverDrill = {
  flow: 'failover',
  name: 'databases-lost',
  summary: 'every database of the Region that writes is gone, readers too, and its servers live',
  setup: { replicationDelayMs: 250 },
  load: { writesPerSecond: 200, shareOfHome: 0.6 },
  fault: 'database',
  recovery: { decideSeconds: DECISION_SECONDS },
  expectations: AFTER_FAILOVER,
};
