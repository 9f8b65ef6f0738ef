import type { Migration } from '../migration';
import {
  EVENTS,
  FENCE,
  IDEMPOTENCY,
  LIMIT_STATEMENTS,
  LIMIT_TRANSACTION,
  NEXT_ID,
  RELAY,
} from './shared';

export const CONTENT: readonly Migration[] = [
  {
    version: 1,
    name: 'ids and idempotency',
    phase: 'expand',
    transaction: 'own',
    sql: NEXT_ID + IDEMPOTENCY,
  },
  {
    version: 2,
    name: 'articles and tags',
    phase: 'expand',
    transaction: 'own',
    sql: `
      create table articles (
        id bigint primary key,
        author_id bigint not null,
        author_username text not null,
        author_bio text,
        author_image text,
        title text not null,
        description text not null,
        body text not null,
        tag_list jsonb not null default '[]',
        favorites_count integer not null default 0,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );

      create index articles_author on articles (author_id, id desc);

      create table article_tags (
        tag text not null,
        article_id bigint not null references articles (id) on delete cascade,
        primary key (tag, article_id)
      );

      create index article_tags_article on article_tags (article_id);

      create table tags (
        tag text primary key,
        created_at timestamptz not null default now()
      );

      create index tags_newest on tags (created_at desc, tag);
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
    name: 'comments, favourites and versions',
    phase: 'expand',
    transaction: 'own',
    // A comment's number counts within its article: an integer that JavaScript holds.
    sql: `
      alter table articles add column version integer not null default 0;
      alter table articles add column comments_made integer not null default 0;

      create table comments (
        article_id bigint not null references articles (id) on delete cascade,
        no integer not null,
        author_id bigint not null,
        body text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        primary key (article_id, no)
      );

      create table favorites (
        user_id bigint not null,
        article_id bigint not null references articles (id) on delete cascade,
        created_at timestamptz not null default now(),
        primary key (user_id, article_id)
      );

      create index favorites_article on favorites (article_id);
    `,
  },
  {
    version: 5,
    name: 'event log',
    phase: 'expand',
    transaction: 'own',
    sql: EVENTS,
  },
  {
    version: 6,
    name: 'relay of the event log',
    phase: 'expand',
    transaction: 'own',
    sql: RELAY,
  },
  {
    version: 7,
    name: 'search',
    phase: 'expand',
    transaction: 'none',
    // Of the expression in lambda/data/search.ts; `simple`, because articles are of any language.
    sql: `
      create index concurrently if not exists articles_search on articles
      using gin (to_tsvector('simple', title || ' ' || description || ' ' || body))
    `,
  },
  {
    version: 8,
    name: 'trending tags',
    phase: 'expand',
    transaction: 'own',
    // Ids begin with the time: the window is a range of an index. Only its owner may refresh a view, and
    // the role that serves requests owns nothing: hence the function. `2025` as in `next_id`.
    sql: `
      create materialized view trending as
        select tag, count(*)::integer as articles from article_tags
        where article_id >= (extract(epoch from now() - interval '7 days') * 1000)::bigint
          - 1735689600000 << 22
        group by tag;

      create unique index trending_tag on trending (tag);

      create index trending_most on trending (articles desc, tag);

      create table refreshes (
        view text primary key,
        refreshed_at timestamptz not null
      );

      insert into refreshes (view, refreshed_at) values ('trending', now());

      create function refresh_trending() returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      as $$
      begin
        refresh materialized view concurrently public.trending;
        update public.refreshes set refreshed_at = clock_timestamp() where view = 'trending';
      end;
      $$;
    `,
  },
  {
    version: 9,
    name: 'tags known to have articles',
    phase: 'expand',
    transaction: 'own',
    // Null is not known: a look at the articles tells, and the job `check` takes note.
    sql: 'alter table tags add column kept boolean',
  },
  {
    version: 10,
    name: 'cards of authors',
    phase: 'expand',
    transaction: 'own',
    // No name: hidden, until the version that it waits for is shown (lambda/data/cards.ts).
    sql: `
      create table cards (
        user_id bigint primary key,
        as_of integer not null,
        username text,
        bio text,
        image text,
        changed_at timestamptz not null default now()
      );
    `,
  },
  {
    version: 11,
    name: 'traces of events',
    phase: 'expand',
    transaction: 'own',
    // Null where the write was not traced.
    sql: 'alter table events add column trace text',
  },
  {
    version: 12,
    name: 'limits of time',
    phase: 'expand',
    transaction: 'own',
    sql: LIMIT_TRANSACTION + LIMIT_STATEMENTS,
  },
];
