import type { AuroraStore } from '../../../config';

type Parameters = Readonly<Record<string, string>>;
type Tuned = Pick<AuroraStore, 'statements' | 'logicalReplication'>;

const MS = 1000;

/**
 * What holds of a whole cluster, its writer and its readers, in the units of the engine. Whatever is not
 * here has Aurora's own default, which follows the instance's memory: shared buffers, connections, how many
 * workers vacuum and how fast. `rds.global_db_rpo` is left alone on purpose: with one secondary it stops
 * every commit while that Region is away (rule `rpo-parameter-stalls`).
 *
 * What is static holds of a cluster that exists already from the next reboot of its instances on.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html
 */
export function clusterParameters({ statements, logicalReplication }: Tuned): Parameters {
  const { timeoutSeconds, explainSlowerThanMs } = statements;
  return {
    // Before 17 the default is off, and a client that forgets would speak in the clear.
    'rds.force_ssl': '1',
    // What the proxy's clients speak too; an MD5 hash that leaks is as good as the password.
    password_encryption: 'scram-sha-256',

    // Holds back vacuum in the whole cluster, and every lock that it took, while its client thinks; Aurora's
    // default is a day. A lease or a migration sets its own.
    idle_in_transaction_session_timeout: String(statements.idleInTransactionSeconds * MS),
    // The last stop, for whoever set none: servers and migrations set shorter ones for themselves. How long to
    // wait for a lock is theirs alone, as PostgreSQL advises: here it would hit queues of rows as well.
    // https://www.postgresql.org/docs/current/runtime-config-client.html
    ...(timeoutSeconds !== undefined && { statement_timeout: String(timeoutSeconds * MS) }),

    // A hundredth where Aurora waits for a tenth: of a table of 100 million rows ten million dead ones are read
    // past by each scan until then. Small tables are held by the threshold of 50 rows, as before.
    // https://docs.aws.amazon.com/prescriptive-guidance/latest/tuning-postgresql-parameters/autovacuum-vacuum-scale-factor.html
    autovacuum_vacuum_scale_factor: '0.01',
    // Plans go by samples; a tag that is new today is not in yesterday's.
    autovacuum_analyze_scale_factor: '0.01',
    // Tables that only grow (articles, events) are frozen bit by bit, not all at once near a wraparound; and
    // index-only scans need the visibility map that a vacuum writes.
    autovacuum_vacuum_insert_scale_factor: '0.05',
    // A vacuum of ten seconds or more is told, which at Aurora's default level, `warning`, it is not.
    log_autovacuum_min_duration: '10000',
    'rds.force_autovacuum_logging_level': 'log',

    // Which statements take the time, on writer and readers; Database Insights reads it. Static.
    shared_preload_libraries:
      explainSlowerThanMs === undefined ? 'pg_stat_statements' : 'pg_stat_statements,auto_explain',
    // For whoever replicates out of the cluster; otherwise it is log that nobody reads. Static.
    ...(logicalReplication && { 'rds.logical_replication': '1' }),
  };
}

/**
 * What each instance tells of itself, in a group of its own, because readers that come and go take the
 * writer's group.
 *
 * `log_statement` stays `none`: with `ddl` the log would hold the password of each role that is rotated.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_LogAccess.Concepts.PostgreSQL.Query_Logging.html
 */
export function instanceParameters({ statements }: Tuned): Parameters {
  const { logSlowerThanMs, explainSlowerThanMs } = statements;
  return {
    // Who waited for whom, once `deadlock_timeout` (1 s) is over.
    log_lock_waits: '1',
    // The slow statements, in milliseconds.
    log_min_duration_statement: String(logSlowerThanMs),
    // Without the values: they are people's own, and the log is read by more people than the table.
    log_parameter_max_length: '0',
    // kB: sorts and hashes that spill onto the instance's own storage want more `work_mem`, or an index.
    log_temp_files: '65536',
    ...(explainSlowerThanMs !== undefined && {
      'auto_explain.log_min_duration': String(explainSlowerThanMs),
      'auto_explain.log_format': 'json',
      // What it would cost to time each step is paid by every statement, not by the slow ones alone.
      'auto_explain.log_analyze': '0',
      // Also statements inside functions.
      'auto_explain.log_nested_statements': '1',
    }),
  };
}
