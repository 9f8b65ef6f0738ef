import type { Place } from '../plan';

/**
 * A cluster of one Region whose instances stand in zones. Its endpoint leads to the instance that writes,
 * and whoever keeps it promotes another one where that one does not answer: both belong to no zone.
 */
export interface ClusterConfig {
  readonly identifier: string;
  readonly endpoint: Place;
  /** For reads alone; the endpoint itself where there is no other. */
  readonly reader: Place;
  /** The first one writes, the others follow it. */
  readonly instances: readonly ClusterInstance[];
  /** Whether a proxy stands before it, which ends the sessions of an instance that is lost. */
  readonly proxied: boolean;
  /** Of the twin's own role. */
  readonly username: string;
  readonly password: string | undefined;
}

export interface ClusterInstance {
  readonly identifier: string;
  readonly zone: string;
  readonly place: Place;
}

/** What the topic `cluster` answers. */
export interface ClusterView {
  /** Identifier of the instance to which the endpoint leads. */
  readonly writer: string;
  /** Whether a commit waits until another zone has it. */
  readonly synchronous: boolean;
  readonly events: readonly ClusterEvent[];
}

/**
 * - `lost`: an instance does not answer any more.
 * - `promoted`: another one takes writes.
 * - `led`: the endpoint leads to it.
 * - `alone`: commits wait for nobody; on AWS the storage has copies in the zones that are left.
 * - `joined`: commits wait for an instance in another zone.
 */
export interface ClusterEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: 'lost' | 'promoted' | 'led' | 'alone' | 'joined';
  readonly instance: string;
}

export { startCluster } from './private/cluster';
export { Keeper } from './private/keeper';
export { Endpoint } from './private/endpoint';
