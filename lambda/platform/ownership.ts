import type { ShardLocation } from '../topology';

/** What happens to a write that entered here. */
export type Decision =
  | { readonly kind: 'execute' }
  | { readonly kind: 'forward'; readonly home: string }
  | { readonly kind: 'refuse'; readonly code: 'fenced' | 'moved'; readonly reason: string };

export interface WriteSituation {
  readonly region: string;
  /** Where the resource is written. */
  readonly home: string;
  readonly state: ShardLocation['state'];
  /** A peer sent it here as the owner: at most one hop. */
  readonly forwarded: boolean;
  /** What is left of the lease on the topology document that says all this, in milliseconds. */
  readonly leaseLeftMs: number;
}

/**
 * A server whose lease has run out may have missed a failover: it neither writes nor says who does.
 */
export function decideWrite(situation: WriteSituation): Decision {
  const { region, home, state, forwarded, leaseLeftMs } = situation;
  if (leaseLeftMs <= 0)
    return refuse(
      'fenced',
      'the topology document cannot be read, so that who writes is not known',
    );
  if (state !== 'serving') return refuse('fenced', `writes are paused: the shard is ${state}`);
  if (home === region) return { kind: 'execute' };
  if (forwarded) return refuse('moved', 'the owner moved while the write was on its way');
  return { kind: 'forward', home };
}

function refuse(code: 'fenced' | 'moved', reason: string): Decision {
  return { kind: 'refuse', code, reason };
}
