import type { ShardLocation } from '../topology';

/** What happens to a write that entered here. */
export type Decision =
  | { readonly kind: 'execute' }
  | { readonly kind: 'forward'; readonly home: string }
  | { readonly kind: 'refuse'; readonly reason: string };

export interface WriteSituation {
  readonly region: string;
  /** Where the resource is written. */
  readonly home: string;
  readonly state: ShardLocation['state'];
  /** A peer sent it here as the owner: at most one hop. */
  readonly forwarded: boolean;
  /** Age of the topology document that says all this, in milliseconds. */
  readonly topologyAgeMs: number;
}

/**
 * A server that has not seen the topology document for so long may have missed a failover and
 * writes nothing; shorter than any detection of a dead Region (3 × 10 s).
 */
export const LEASE_MS = 10_000;

export function decideWrite(situation: WriteSituation): Decision {
  const { region, home, state, forwarded, topologyAgeMs } = situation;
  if (topologyAgeMs > LEASE_MS)
    return refuse('the topology document cannot be read, so that who writes is not known');
  if (state !== 'serving') return refuse(`writes are paused: the shard is ${state}`);
  if (home === region) return { kind: 'execute' };
  if (forwarded) return refuse('the owner moved while the write was on its way');
  return { kind: 'forward', home };
}

function refuse(reason: string): Decision {
  return { kind: 'refuse', reason };
}
