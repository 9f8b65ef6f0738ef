import type { RegionPlaces, Place } from '../plan';
import type { Quality } from './quality';

/**
 * The wide-area network between Regions: every stream that crosses goes through one process, which
 * delays it, loses packets, is as wide as it is said to be, and can be cut. What stays inside a Region, and what users and health checkers do, does
 * not.
 */
export interface LinkConfig {
  readonly routes: readonly Route[];
  /** File with one byte a route; see {@link Switchboard}. */
  readonly switchboard: string;
  /** Of each route at the beginning. @default the routes' delays and nothing else */
  readonly qualities?: readonly Quality[];
  /** Of what is left to chance. @default 1 */
  readonly seed?: number;
}

/** How the processes of one Region reach one place of another. */
export interface Route {
  readonly from: string;
  /** A Region, or {@link CONTROL}. */
  readonly to: string;
  readonly kind: Traffic;
  readonly listen: Place;
  readonly target: Place;
  /** One way, in milliseconds. */
  readonly delayMs: number;
}

/** Database replication, replication of tables, forwarded writes, and the control table. */
export type Traffic = 'replication' | 'tables' | 'requests' | 'control';

/** What is set of lines; what is undefined is as at the beginning. */
export type Condition = { readonly [K in keyof Quality]?: Quality[K] | undefined };

/** The lines that are meant. */
export interface Lines {
  /** Two Regions, or one and {@link CONTROL}. @default all Regions, without the control table */
  readonly between?: readonly [string, string];
  /** @default all kinds */
  readonly traffic?: Traffic;
}

/** How a line is, in the words of status. */
export interface Line {
  readonly between: readonly [string, string];
  readonly traffic: readonly Traffic[];
  /** One way. */
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly lossPercent: number;
  /** In each direction; null: no limit. */
  readonly megabitsPerSecond: number | null;
  readonly cut: boolean;
}

/** Requests that servers of a Region have sent to another one since the beginning. */
export interface Forwarded {
  /** Each attempt. */
  readonly attempts: number;
  /** Those that were made again. */
  readonly repeated: number;
}

/** The far end of routes to what belongs to no Region. */
export const CONTROL = 'control';

/** A Region with all places that others reach. */
export type RegionEnd = Pick<RegionPlaces, 'region' | 'databases' | 'tables' | 'gateway'>;

export { bytesOf, megabitsOf, MOST_LOSS, PERFECT } from './quality';
export type { Quality } from './quality';
export { conditionOf, Conditions, isOf } from './private/conditions';
export { distanceMs } from './private/distance';
export { startLink } from './private/forwarder';
export { planLink } from './private/plan';
export type { Link, LinkOptions } from './private/plan';
export { Switchboard } from './private/switchboard';
