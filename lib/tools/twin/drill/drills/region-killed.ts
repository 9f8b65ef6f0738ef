import { DECISION_SECONDS } from '../../../../config';
import type { FailoverDrill } from '../model';
import { AFTER_FAILOVER } from '../private/expectations';

/** Every process of the Region that writes is gone at once, with what was on its lines. */
export const regionKilled: FailoverDrill = {
  flow: 'failover',
  name: 'region-killed',
  summary: 'the Region that writes is gone, and whoever connects is refused',
  setup: { replicationDelayMs: 250 },
  load: { writesPerSecond: 200, shareOfHome: 0.6 },
  fault: 'kill',
  recovery: { decideSeconds: DECISION_SECONDS },
  expectations: AFTER_FAILOVER,
};
