/**
 * A pool of connections between a Region's servers and its clusters of a store, by RDS Proxy. Each shard's
 * cluster has one in each of its Regions.
 *
 * It follows the writer inside its Region. In a Region that does not write, its way to the writer is closed
 * until the cluster there is promoted, and its way to the readers is open: as with the cluster's own
 * endpoints, each Region uses its own. Nothing is forwarded to another Region.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-gdb.html
 */
export interface ProxyDeclaration {
  /** Of an instance's connections, in percent, 1 to 95; migrations and people go past it. @default 80 */
  readonly maxConnectionsPercent?: number;
  /** Of an instance's connections kept open while idle, at most `maxConnectionsPercent`. @default half of it */
  readonly maxIdleConnectionsPercent?: number;
  /** How long a transaction waits for a connection, in seconds, 1 to 300. @default 5 */
  readonly borrowTimeoutSeconds?: number;
  /** After how long a silent client is let go, in seconds, 60 to 28800. @default 1800 */
  readonly idleClientSeconds?: number;
}

/** The same with every default filled in. */
export type Proxy = Required<ProxyDeclaration>;
