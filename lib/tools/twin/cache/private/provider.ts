import type { EngineUser } from './user';

/** A server program that was run and said its version. */
export interface ServerProvider {
  readonly kind: 'server';
  readonly real: true;
  /** Such as `valkey 9.1.2`. */
  readonly engine: string;
  /** For people: what runs, and where it was found. */
  readonly label: string;
  readonly command: string;
  readonly user: EngineUser | undefined;
  /** What was found wanting before it, each with its remedy. */
  readonly notes: readonly string[];
}

/** No server was found: a program of our own with the commands that the workload uses. */
export interface StandInProvider {
  readonly kind: 'stand-in';
  readonly real: false;
  readonly engine: 'stand-in';
  readonly label: string;
  /** How to have a real server in its place. */
  readonly remedy: string;
  readonly user: EngineUser | undefined;
  readonly notes: readonly string[];
}

/** Who serves the caches of a twin; the same for all its Regions. */
export type CacheProvider = ServerProvider | StandInProvider;
