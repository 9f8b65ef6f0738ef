/**
 * What a cluster's log tells of statements, and what it does not let run on. All of it is for whoever asks
 * nothing else: a session sets its own by `SET`.
 */
export interface StatementsDeclaration {
  /** Statements that take so many milliseconds or more are logged, 1 to 3600000. @default 1000 */
  readonly logSlowerThanMs?: number;
  /**
   * Plans of statements that take so many milliseconds or more are logged too (`auto_explain`), 1 to
   * 3600000, at least `logSlowerThanMs`. Of a cluster that exists already from the next reboot on.
   * @default false
   */
  readonly explainSlowerThanMs?: number | false;
  /** A statement is cancelled after so many seconds, 1 to 86400. @default 3600 */
  readonly timeoutSeconds?: number | false;
  /**
   * A session that holds a transaction open and asks nothing is ended after so many seconds, 1 to 86400.
   * @default 60
   */
  readonly idleInTransactionSeconds?: number;
}

/** The same with every default filled in; `undefined` where there is none. */
export interface Statements {
  readonly logSlowerThanMs: number;
  readonly explainSlowerThanMs: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly idleInTransactionSeconds: number;
}

/**
 * `standard` keeps seven days of each cluster's load and costs nothing. `advanced` keeps fifteen months, shows
 * all clusters of a Region together and finds who waits for whose lock, for 0.0125 USD a vCPU and hour.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Database-Insights.html
 */
export const DATABASE_INSIGHTS = ['standard', 'advanced'] as const;
export type DatabaseInsights = (typeof DATABASE_INSIGHTS)[number];
