import type { Condition } from '../../link';
import { bytesOf } from '../../link';

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
  return {
    ...(linkLatency !== undefined && { delayMs: linkLatency }),
    ...(linkJitter !== undefined && { jitterMs: linkJitter }),
    ...(linkLoss !== undefined && { loss: linkLoss / 100 }),
    ...(linkBandwidth !== undefined && { bytesPerSecond: bytesOf(linkBandwidth) }),
  };
}
