import { DECISION_SECONDS } from '../../../../config';
import type { FailoverDrill } from '../model';
import {
  AFTER_FAILOVER,
  isCutOff,
  keepsWhatIsStranded,
  refusesAtTheOldWriter,
} from '../private/expectations';

/**
 * The Region that writes goes on for its own users, cut off from every other Region, from whoever
 * carries out the failover, and from the control table: the case in which two could write.
 */
export const regionsPartitioned: FailoverDrill = {
  flow: 'failover',
  name: 'regions-partitioned',
  summary: 'the Region that writes is cut off from the others, and both sides live',
  setup: { replicationDelayMs: 250 },
  load: { writesPerSecond: 200, shareOfHome: 0.6 },
  fault: 'partition',
  recovery: { decideSeconds: DECISION_SECONDS },
  expectations: [...AFTER_FAILOVER, refusesAtTheOldWriter, isCutOff, keepsWhatIsStranded],
};
