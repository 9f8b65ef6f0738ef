import type { Deployment } from './deployment';
import { EVENT_QUEUE } from './queue-declaration';
import { SAMPLE_BUNDLE } from './sample';

/** Attributes of a table's keys, all of them text, and the one that says when an item goes. */
export interface TableShape {
  readonly partitionKey: string;
  /** By which the items of one partition are in order. @default one item for each partition key */
  readonly sortKey?: string;
  /** Epoch second after which an item is deleted. @default items stay */
  readonly timeToLiveAttribute?: string;
}

/**
 * Tables that every Region reads and writes in a copy of its own. Of those that the sample workload
 * alone uses, one partition is one user's, so that neither reads nor writes of one touch another's.
 */
export const REPLICATED_TABLES = {
  sessions: { partitionKey: 'sid', timeToLiveAttribute: 'expiresAt' },
  directory: { partitionKey: 'key' },
  notifications: { partitionKey: 'userId', sortKey: 'at', timeToLiveAttribute: 'expiresAt' },
  drafts: { partitionKey: 'userId', sortKey: 'revision', timeToLiveAttribute: 'expiresAt' },
} as const satisfies Readonly<Record<string, TableShape>>;
export type ReplicatedTable = keyof typeof REPLICATED_TABLES;

/** Those of a deployment. Notifications are made of the events of the queue, so that both go together. */
export function tablesOf({
  services,
  queues,
}: Pick<Deployment, 'services' | 'queues'>): readonly ReplicatedTable[] {
  const sample = services.some(({ bundle }) => bundle === SAMPLE_BUNDLE);
  const events = queues.some(({ name, fifo }) => name === EVENT_QUEUE && fifo);
  return [
    'sessions',
    'directory',
    ...(sample && events ? (['notifications'] as const) : []),
    ...(sample ? (['drafts'] as const) : []),
  ];
}
