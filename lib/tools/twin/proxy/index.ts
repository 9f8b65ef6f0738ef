import type { Identity } from '../certificates';
import type { Place } from '../plan';

/** The proxies of one Region: a process for all of them. */
export interface ProxiesConfig {
  readonly proxies: readonly ProxyConfig[];
}

/** A proxy before one cluster, as its templates declare it. */
export interface ProxyConfig {
  /** Of the cluster. */
  readonly identifier: string;
  readonly endpoints: readonly ProxyEndpoint[];
  /** Who may connect: the users of the secrets that it reads. */
  readonly users: readonly { readonly username: string; readonly password: string }[];
  /** What it shows to clients that ask for TLS. @default it has none */
  readonly identity?: Identity;
  /** Whether it refuses those that ask for none. @default false */
  readonly requiresTls?: boolean;
  /** Most connections to one target, and of those that nobody uses. */
  readonly limit: number;
  readonly idleLimit: number;
  /** How long a client waits for a connection, in milliseconds. */
  readonly borrowTimeoutMs: number;
  /** After how long a silent client is let go, in milliseconds. */
  readonly idleClientMs: number;
}

export interface ProxyEndpoint {
  readonly listen: Place;
  readonly target: Place;
  /** Leads to whoever takes writes, and to nobody where the target takes none. */
  readonly writes: boolean;
}

/** Of a proxy at this moment; the topic `proxies` answers them by the cluster's identifier. */
export interface ProxyView {
  readonly clients: number;
  /** To the database, those that nobody uses among them. */
  readonly connections: number;
  /** Clients that wait for a connection. */
  readonly waiting: number;
  /** Clients that keep theirs until they leave. */
  readonly pinned: number;
  readonly limit: number;
  /** Clients that waited in vain, since the start. */
  readonly timedOut: number;
}

export { pins } from './private/pins';
export { startProxies } from './private/proxies';
