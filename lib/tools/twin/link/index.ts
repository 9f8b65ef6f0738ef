import type { RegionPlaces, Place } from '../plan';

/**
 * The wide-area network between Regions: every stream that crosses goes through one process, which
 * delays it and can be cut. What stays inside a Region, and what users and health checkers do, does
 * not.
 */
export interface LinkConfig {
  readonly routes: readonly Route[];
  /** File with one byte a route; see {@link Switchboard}. */
  readonly switchboard: string;
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

/** The far end of routes to what belongs to no Region. */
export const CONTROL = 'control';

/** A Region with all places that others reach. */
export type RegionEnd = Pick<RegionPlaces, 'region' | 'databases' | 'tables' | 'gateway'>;

export { distanceMs } from './private/distance';
export { startLink } from './private/forwarder';
export { planLink } from './private/plan';
export type { Link, LinkOptions } from './private/plan';
export { Switchboard } from './private/switchboard';
