import { DECISION_SECONDS } from '../../../../config';
import type { FailoverDrill } from '../model';
import { AFTER_FAILOVER } from '../private/expectations';

/**
 * The database that writes is gone, and its Region's servers live: they refuse writes, say that they
 * are not ready, and send writes on once another Region is the home. Nothing in its own
 * Region takes over, as where both zones of a cluster are lost; one zone alone is another drill, `zone-lost`.
 */
export const writerLost: FailoverDrill = {
  flow: 'failover',
  name: 'writer-lost',
  summary: 'the database that writes is gone, and the servers of its Region live',
  setup: { replicationDelayMs: 250 },
  load: { writesPerSecond: 200, shareOfHome: 0.6 },
  fault: 'database',
  recovery: { decideSeconds: DECISION_SECONDS },
  expectations: AFTER_FAILOVER,
};
