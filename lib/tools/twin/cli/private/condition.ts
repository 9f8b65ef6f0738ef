import type { Condition } from '../../link';
import { conditionOf as inUnits } from '../../link';

/** Of all lines between Regions, from the beginning. */
export interface LinkOptions {
  readonly linkLatency?: number;
  readonly linkJitter?: number;
  readonly linkLoss?: number;
  readonly linkBandwidth?: number;
  readonly linkSeed?: number;
}

export function conditionOf(options: LinkOptions): Condition {
  const { linkLatency, linkJitter, linkLoss, linkBandwidth } = options;
  return inUnits({
    ...{ latencyMs: linkLatency, jitterMs: linkJitter, lossPercent: linkLoss },
    megabitsPerSecond: linkBandwidth,
  });
}
