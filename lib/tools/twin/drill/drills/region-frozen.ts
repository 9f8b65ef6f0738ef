import { DECISION_SECONDS } from '../../../../config';
import type { FailoverDrill } from '../model';
import { AFTER_FAILOVER, wakesUpHarmless } from '../private/expectations';

/** The Region that writes stands still: no reset, just silence. It wakes up after the failover. */
export const regionFrozen: FailoverDrill = {
  flow: 'failover',
  name: 'region-frozen',
  summary: 'the Region that writes stands still, answers nobody, and wakes up later',
  setup: { replicationDelayMs: 250 },
  load: { writesPerSecond: 200, shareOfHome: 0.6 },
  fault: 'freeze',
  recovery: { decideSeconds: DECISION_SECONDS },
  expectations: [...AFTER_FAILOVER, wakesUpHarmless],
};
