import type { Migration } from '../migration';
import { EVENTS, FENCE, IDEMPOTENCY, LIMIT_TRANSACTION, NEXT_ID, RELAY, WALKS } from './shared';

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
  {
    version: 4,
    name: 'timelines, followers and counters',
    phase: 'expand',
    transaction: 'own',
    // All of it is derived: lambda/work builds it from events. An edge that is not filled yet is pulled.
    sql: `
      ${RELAY}
      alter table follows add column filled boolean not null default false;

      create table followers (
        followed_id bigint not null,
        follower_id bigint not null,
        primary key (followed_id, follower_id)
      );

      create table timeline (
        user_id bigint not null,
        article_id bigint not null,
        author_id bigint not null,
        primary key (user_id, article_id)
      );

      create index timeline_author on timeline (user_id, author_id);

      create table counters (
        user_id bigint primary key,
        articles integer not null default 0,
        followers integer not null default 0,
        pulled boolean not null default false
      );

      create index counters_pulled on counters (user_id) where pulled;

      create table processed (
        source text not null,
        event_id bigint not null,
        processed_at timestamptz not null default now(),
        primary key (source, event_id)
      );

      create index processed_processed_at on processed (processed_at);
    `,
  },
  {
    version: 5,
    name: 'walks of the check',
    phase: 'expand',
    transaction: 'own',
    sql: WALKS,
  },
  {
    version: 6,
    name: 'traces of events',
    phase: 'expand',
    transaction: 'own',
    // Null where the write was not traced.
    sql: 'alter table events add column trace text',
  },
  {
    version: 7,
    name: 'limits of time',
    phase: 'expand',
    transaction: 'own',
    sql: LIMIT_TRANSACTION,
  },
];
