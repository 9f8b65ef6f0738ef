import type { Migration } from '../migration';
import { EVENTS, FENCE, IDEMPOTENCY, NEXT_ID } from './shared';

export const SOCIAL: readonly Migration[] = [
  {
    version: 1,
    name: 'ids, idempotency and fence',
    phase: 'expand',
    transaction: 'own',
    sql: NEXT_ID + IDEMPOTENCY + FENCE,
  },
  {
    version: 2,
    name: 'follows',
    phase: 'expand',
    transaction: 'own',
    // With their follower: "whom do I follow" and a feed ask one shard.
    sql: `
      create table follows (
        follower_id bigint not null,
        followed_id bigint not null,
        created_at timestamptz not null default now(),
        primary key (follower_id, followed_id)
      );
    `,
  },
  {
    version: 3,
    name: 'event log',
    phase: 'expand',
    transaction: 'own',
    sql: EVENTS,
  },
];
