/** One connection pool for each domain in each server and each instance of a function. */
export const MAX_CONNECTIONS = 200;

/**
 * Small enough for many servers on a laptop. They go to `initdb`, so that they stand in the control
 * file: a standby refuses to start where its own values are below those of its primary.
 * `fsync` off is safe against a killed process, not against a crash of the operating system: a twin
 * is made anew at each start.
 */
export const SETTINGS: Readonly<Record<string, string>> = {
  // All of it is touched by every server: with 16 MB and the usual tables of locks it was 25 MB each, now 8.
  shared_buffers: '4MB',
  max_locks_per_transaction: '16',
  max_pred_locks_per_transaction: '10',
  max_connections: String(MAX_CONNECTIONS),
  fsync: 'off',
  io_method: 'sync',
  jit: 'off',
  max_worker_processes: '2',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '1',
  wal_keep_size: '64MB',
  wal_log_hints: 'on',
  max_wal_senders: '8',
  hot_standby_feedback: 'on',
  wal_receiver_timeout: '5s',
  wal_sender_timeout: '5s',
  // With the default of 5 s a promotion was once seen to take as long.
  wal_retrieve_retry_interval: '200ms',
  unix_socket_directories: '',
  log_min_messages: 'warning',
};

export const SUPERUSER = 'postgres';
