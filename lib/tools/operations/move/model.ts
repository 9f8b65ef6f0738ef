/** Where the data is, where it goes, and how far. */
export interface MoveOptions {
  /** `postgres://user:password@host:port` of the server that is left, as its owner. */
  readonly source: string;
  /** The same of the cluster that is moved to; its schemas exist, and their tables are empty. */
  readonly target: string;
  /** Names of the databases. */
  readonly databases: readonly string[];
  /** `host:port` of the source as the target reaches it. @default that of `source` */
  readonly sourceAddress?: string;
  /** Whether to fence the source and finish, once the target has caught up. @default only follow */
  readonly cutover?: boolean;
  /** Longest wait for a copy, and after the fence for the last change, in milliseconds. @default 1 h, 60 s */
  readonly copyTimeoutMs?: number;
  readonly catchUpTimeoutMs?: number;
  readonly onProgress?: (step: string) => void;
}

export interface MovedTable {
  readonly database: string;
  readonly table: string;
  /** In the target. */
  readonly rows: number;
}

export interface CarriedSequence {
  readonly database: string;
  readonly sequence: string;
  /** Last value given out by the source, as text: it may be beyond what a number holds. */
  readonly lastValue: string;
}

export interface MoveReport {
  readonly schemaVersion: 1;
  /** `following`: the target has every row so far and goes on; `moved`: the source is fenced. */
  readonly phase: 'following' | 'moved';
  readonly tables: readonly MovedTable[];
  readonly sequences: readonly CarriedSequence[];
  /** Roles of the source that may connect no longer. */
  readonly fencedRoles: readonly string[];
  /** From the fence until the target could be written, in milliseconds; `null` while following. */
  readonly cutoverMs: number | null;
}

/** The move cannot begin, go on or end; nothing of the source's data was changed. */
export class MoveError extends Error {
  public override readonly name = 'MoveError';
}
