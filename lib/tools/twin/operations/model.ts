import type { How, Member } from '../../operations/failover';

/** A request of `POST /operations`. */
export type Call =
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
  /** Of the control table's process. */
  readonly control: { readonly address: string; readonly port: number };
  readonly topologyTable: string;
  /** On this twin's clock, in milliseconds. */
  readonly leaseMs: number;
}

/** As it goes over the line: JSON has no big integers. */
export type SentMember = Omit<Member, 'position'> & { readonly position: string };
