import type { Migration } from '../migration';
import { FENCE, IDEMPOTENCY, LIMIT_TRANSACTION, NEXT_ID } from './shared';

export const IDENTITY: readonly Migration[] = [
  {
    version: 1,
    name: 'ids and idempotency',
    phase: 'expand',
    transaction: 'own',
    sql: NEXT_ID + IDEMPOTENCY,
  },
  {
    version: 2,
    name: 'users',
    phase: 'expand',
    transaction: 'own',
    sql: `
      create table users (
        id bigint primary key,
        username text not null,
        username_key text not null constraint users_username_key unique,
        email text not null,
        email_key text not null constraint users_email_key unique,
        password_hash text not null,
        bio text,
        image text,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
    `,
  },
  {
    version: 3,
    name: 'fence',
    phase: 'expand',
    transaction: 'own',
    sql: FENCE,
  },
  {
    version: 4,
    name: 'versions of users',
    phase: 'expand',
    transaction: 'own',
    sql: `
      alter table users add column version integer not null default 0;
    `,
  },
  {
    version: 5,
    name: 'limits of time',
    phase: 'expand',
    transaction: 'own',
    sql: LIMIT_TRANSACTION,
  },
];
