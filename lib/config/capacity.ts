import type { CapacityUnits } from './stores';
import type { Demand } from './declaration';

/** Zones that a Region's servers are spread over. */
const ZONES = 3;
const SECONDS_PER_DAY = 86_400;

/** Requests a second of the whole product at its peak. */
export function peakRequestsPerSecond(demand: Required<Demand>): number {
  const perDay = demand.users * demand.dailyActive * demand.requestsPerUserDay;
  return (perDay / SECONDS_PER_DAY) * demand.peakFactor;
}

/**
 * Requests a second that each Region must carry: an equal share of the peak among those that are
 * left when one is lost. Nothing is scaled in the moment of the loss, when everybody wants capacity.
 */
export function regionalRequestsPerSecond(demand: Required<Demand>, regions: number): number {
  if (!Number.isInteger(regions) || regions < 1) {
    throw new RangeError(`\`regions\` must be an integer from 1 on, got: ${regions}`);
  }
  return peakRequestsPerSecond(demand) / Math.max(regions - 1, 1);
}

export interface ServerLoad {
  readonly demand: Required<Demand>;
  /** Number of serving Regions. */
  readonly regions: number;
  /** Share of the requests that servers get, above 0 and at most 1; functions get the others. */
  readonly share: number;
  /** Requests a second that one task carries. */
  readonly requestsPerSecond: number;
}

/**
 * Fewest tasks in a Region, equally many in each zone: without one Region *and* without one zone, the
 * tasks that are left carry the servers' share of the peak.
 *
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/static-stability.html
 */
export function fewestTasks({ demand, regions, share, requestsPerSecond }: ServerLoad): number {
  const load = regionalRequestsPerSecond(demand, regions) * share;
  const perZone = Math.ceil(load / (ZONES - 1) / requestsPerSecond);
  return Math.max(perZone, 1) * ZONES;
}

/** Memory of a `large` of the memory-optimized classes, in GiB; each next size has twice as much. */
const LARGE_GIB = 16;
const GIB = 2 ** 30;
/** Below what the class is sold with, for what the engine and the system keep for themselves. */
const USABLE = 0.9;

/** Class of instances that grow and shrink by themselves. */
export const SERVERLESS_CLASS = 'db.serverless';
/** Of a capacity unit. */
const UNIT_GIB = 2;
/** Connections are fewer while an instance may shrink to half a unit. */
const [SMALLEST_UNITS, SMALLEST_CONNECTIONS] = [0.5, 2000];

/**
 * Memory of a memory-optimized instance class, in bytes; of a serverless one what it grows to, by which
 * CloudWatch tells how much is free.
 * @throws RangeError for a class of another form than `db.r8g.2xlarge`, and a serverless one without units
 */
export function databaseMemory(instanceClass: string, units?: CapacityUnits): number {
  if (instanceClass === SERVERLESS_CLASS && units !== undefined) return units.max * UNIT_GIB * GIB;
  const [, size, times] = /^db\.r\w+\.((\d*)xlarge|large)$/.exec(instanceClass) ?? [];
  if (size === undefined) {
    throw new RangeError(`\`instanceClass\` must be like db.r8g.2xlarge, got: ${instanceClass}`);
  }
  const factor = size === 'large' ? 1 : 2 * Number(times === '' ? 1 : times);
  return factor * LARGE_GIB * GIB;
}

/** Of a connection, by the default parameter, which goes to so many connections. */
const [BYTES_EACH, MOST_CONNECTIONS] = [9_531_392, 5000];

/**
 * Connections that Aurora PostgreSQL takes by its default parameter,
 * `LEAST(DBInstanceClassMemory / 9531392, 5000)`, on the careful side.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html
 */
export function databaseConnections(instanceClass: string, units?: CapacityUnits): number {
  const most =
    units !== undefined && units.min <= SMALLEST_UNITS ? SMALLEST_CONNECTIONS : MOST_CONNECTIONS;
  const memory = databaseMemory(instanceClass, units) * USABLE;
  return Math.floor(Math.min(memory / BYTES_EACH, most));
}
