/**
 * Ids of lambda/platform/ids.ts: 41 bits of milliseconds since 2025 | 10 bits of logical shard |
 * 12 bits of a sequence. PostgreSQL logs sequences ahead of their use, so that a promoted standby
 * continues beyond every value that the lost writer had given out.
 */
export const NEXT_ID = `
  create sequence id_sequence;

  create function next_id(logical_shard integer) returns bigint
  language sql volatile parallel unsafe
  return ((extract(epoch from clock_timestamp()) * 1000)::bigint - 1735689600000 << 22)
    | (logical_shard::bigint << 12)
    | (nextval('id_sequence') % 4096);
`;

/** One record for each write that carried a key, in the transaction of that write. */
export const IDEMPOTENCY = `
  create table idempotency (
    key text primary key,
    fingerprint text not null,
    response jsonb,
    created_at timestamptz not null default now()
  );

  create index idempotency_created_at on idempotency (created_at);
`;

/**
 * The highest epoch of its shard that the database has seen (lambda/platform/fence.ts). It begins
 * below the first, so that the first write makes it known.
 */
export const FENCE = `
  create table fence (
    id smallint primary key default 1 check (id = 1),
    epoch bigint not null,
    state text not null check (state in ('serving', 'fenced'))
  );

  insert into fence (epoch, state) values (0, 'serving');
`;

/**
 * For the rest of a transaction its limit of time, and that of its pauses; `transaction_timeout` came with
 * PostgreSQL 17, before it only the pauses are bounded. In a function, because RDS Proxy gives a session that
 * it sees calling `set_config` no other connection until it ends, and does not look into functions; nothing
 * of this outlasts the transaction.
 */
export const LIMIT_TRANSACTION = `
  create function limit_transaction(how_long text) returns text
  language sql volatile parallel unsafe
  return set_config('idle_in_transaction_session_timeout', how_long, true)
    || case when current_setting('transaction_timeout', true) is null then ''
       else set_config('transaction_timeout', how_long, true) end;
`;

/** Likewise of its statements, where one needs longer than requests may take. */
export const LIMIT_STATEMENTS = `
  create function limit_statements(how_long text) returns text
  language sql volatile parallel unsafe
  return set_config('statement_timeout', how_long, true);
`;

/**
 * The event log of a database. The head's row is locked until the transaction ends, so that ids rise in
 * the order of the commits: whoever has read up to an id misses none that comes later. Ids begin with
 * the time, so that a promoted standby goes on above those that the lost writer gave out.
 */
export const EVENTS = `
  create table event_head (
    id smallint primary key default 1 check (id = 1),
    last bigint not null
  );

  insert into event_head (last) values (0);

  create table events (
    id bigint primary key,
    kind text not null,
    actor_id bigint not null,
    subject_id bigint not null
  );
`;

/**
 * How far the log has been sent to the queue: whoever sends locks the row, so that the log goes in its
 * own order, and others pass it by.
 */
export const RELAY = `
  create table relay (
    id smallint primary key default 1 check (id = 1),
    position bigint not null
  );

  insert into relay (position) values (0);
`;

/**
 * How far each walk of the job `check` has come, in the order of what it compares; null between two rounds.
 * No more than a hint: a walk that begins anew repairs the same.
 */
export const WALKS = `
  create table walks (
    name text primary key,
    position text,
    begun_at timestamptz not null default now(),
    ended_at timestamptz,
    touched_at timestamptz not null default now()
  );
`;
