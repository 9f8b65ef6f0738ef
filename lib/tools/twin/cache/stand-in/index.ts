/** What one stand-in serves. */
export interface StandInConfig {
  /** Loopback address to listen on. */
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
  /** What keys and values may take, in bytes. */
  readonly maxMemoryBytes: number;
}

/** What it tells its supervisor. */
export interface StandInReady {
  readonly address: string;
  readonly port: number;
}

export { Hub } from './private/hub';
export { Keyspace } from './private/keyspace';
export { encode } from './private/reply';
export type { Reply } from './private/reply';
export { ProtocolError, RequestParser } from './private/request-parser';
export { Session } from './private/session';
export { startStandIn } from './private/server';
