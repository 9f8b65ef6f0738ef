import type { How, Member } from '../../operations/failover';
import type { Lines } from '../link';

/** Sets how lines between Regions are, and asks how they are; what is left out stays. */
export interface LinkCall extends Lines {
  readonly call: 'link';
  /** One way. */
  readonly latencyMs?: number;
  readonly jitterMs?: number;
  readonly lossPercent?: number;
  /** In each direction; null: no limit. */
  readonly megabitsPerSecond?: number | null;
  /** false: open again. */
  readonly cut?: boolean;
  /** As at the beginning, and open; before anything else of the same call. */
  readonly reset?: boolean;
}

/** A request of `POST /operations`. */
export type Call =
  | LinkCall
  | { readonly call: 'facts' }
  | { readonly call: 'answers' | 'drained' | 'drain' | 'restore'; readonly region: string }
  | { readonly call: 'queues'; readonly region: string }
  | { readonly call: 'survey'; readonly shard: string }
  | {
      readonly call: 'promote';
      readonly shard: string;
      readonly region: string;
      readonly how: How;
    }
  | {
      readonly call: 'close';
      readonly shard: string;
      readonly region: string;
      readonly epoch: number;
    };

export interface DeskFacts {
  readonly regions: readonly string[];
  /** Domains by store. */
  readonly stores: Readonly<Record<string, readonly string[]>>;
  /** Of the control table's process. */
  readonly control: { readonly address: string; readonly port: number };
  readonly topologyTable: string;
  /** On this twin's clock, in milliseconds. */
  readonly leaseMs: number;
}

/** As it goes over the line: JSON has no big integers. */
export type SentMember = Omit<Member, 'position'> & { readonly position: string };
