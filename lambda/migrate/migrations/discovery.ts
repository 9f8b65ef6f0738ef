import type { Migration } from '../migration';
import { FENCE, LIMIT_TRANSACTION, WALKS } from './shared';

export const DISCOVERY: readonly Migration[] = [
  {
    version: 1,
    name: 'lists of everybody’s articles',
    phase: 'expand',
    transaction: 'own',
    // All of it is derived from the shards (lambda/work/follow.ts). Ids begin with the time.
    sql: `
      ${FENCE}
      create table listed (article_id bigint primary key);

      create table listed_tags (
        tag text not null,
        article_id bigint not null,
        primary key (tag, article_id)
      );

      create index listed_tags_article on listed_tags (article_id);

      create table followed_shards (
        shard text primary key,
        position bigint not null,
        filled_to bigint,
        followed_at timestamptz not null default now()
      );
    `,
  },
  {
    version: 2,
    name: 'walks of the check',
    phase: 'expand',
    transaction: 'own',
    sql: WALKS,
  },
  {
    version: 3,
    name: 'limits of time',
    phase: 'expand',
    transaction: 'own',
    sql: LIMIT_TRANSACTION,
  },
];
