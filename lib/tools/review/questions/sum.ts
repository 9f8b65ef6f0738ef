import { capacitiesOf } from '../private/capacity';
import { clocksOf, failoverClock } from '../private/clocks';
import { alarmsOf } from '../private/alarms';
import { globalDatabasesOf } from '../private/databases';
import type { ConnectionUse } from '../private/connections';
import { connectionsOf } from '../private/connections';
import { quotasOf } from '../private/quotas';
import { servingRegions } from '../private/routing';
import type { View } from '../private/view';
import { availabilityOf } from './availability';
import type { Availability } from './availability';
import { homesOf } from './parts';

/** What failing over from one Region to another takes and may lose, by the declared clocks. */
export interface PairSum {
  readonly from: string;
  readonly to: string;
  readonly detectSeconds: number;
  readonly ttlSeconds: number;
  /** Until users of the lost Region read elsewhere. */
  readonly readSeconds: number;
  /** Until a person has decided, as declared; 0 where nothing is written there, as the next ones. */
  readonly decideSeconds: number;
  readonly leaseSeconds: number;
  readonly promoteSeconds: number;
  /** Until what was written there is written elsewhere. */
  readonly writeSeconds: number;
  /** Most seconds of writes that may be lost; 0 where nothing is written there. */
  readonly rpoSeconds: number | null;
}

export interface CapacitySum {
  readonly resource: string;
  readonly min: number;
  /** Requests a second without one zone. */
  readonly carries: number;
  /** Requests a second without one other Region; `null` where no demand is declared. */
  readonly needs: number | null;
}

export interface QuotaSum {
  readonly what: string;
  readonly region: string;
  readonly count: number;
  readonly quota: number;
  readonly raise: boolean;
}

/** Connections to one cluster's writer when every pool is full. */
export interface ConnectionSum extends Omit<ConnectionUse, 'cluster'> {
  readonly cluster: string;
  readonly region: string;
}

/** Schema: docs/schemas/review-sum.schema.json. */
export interface SumReport {
  readonly schemaVersion: 1;
  readonly pairs: readonly PairSum[];
  readonly availability: Availability;
  readonly capacity: readonly CapacitySum[];
  readonly quotas: readonly QuotaSum[];
  /** Empty where the sizes of pools are not known. */
  readonly connections: readonly ConnectionSum[];
}

/** RTO and RPO of each pair of Regions, availability, capacity and quotas, added up from templates. */
export function sumOf(view: View): SumReport {
  const serving = view.once(servingRegions);
  const peak = view.intent.peakRequestsPerSecond;
  return {
    schemaVersion: 1,
    pairs: serving.flatMap((from) =>
      serving.filter((to) => to !== from).map((to) => pair(view, from, to)),
    ),
    availability: availabilityOf(view),
    capacity: capacitiesOf(view).flatMap(({ resource, min, zones, requestsPerSecond, weight }) => {
      if (min === undefined || requestsPerSecond === undefined) return [];
      const carries = Math.round((min - Math.ceil(min / Math.max(zones, 1))) * requestsPerSecond);
      const needs =
        peak === undefined ? null : Math.round((peak * weight) / Math.max(serving.length - 1, 1));
      return [{ resource: resource.key, min, carries, needs }];
    }),
    quotas: view.once(quotasOf).map(({ what, region, count, quota }) => ({
      what,
      region,
      count,
      quota,
      raise: count > quota,
    })),
    connections: view.once(connectionsOf).map(({ cluster, ...use }) => ({
      cluster: cluster.key,
      region: cluster.stack.region,
      ...use,
    })),
  };
}

function pair(view: View, from: string, to: string): PairSum {
  const clock = view.once(clocksOf).find(({ record }) => record.region === from);
  const [detectSeconds, ttlSeconds] = [clock?.detectSeconds ?? 0, clock?.ttlSeconds ?? 0];
  const writes = view.once(homesOf).has(from);
  const failover = writes ? failoverClock(view, from) : undefined;
  const readSeconds = detectSeconds + ttlSeconds;
  return {
    from,
    to,
    detectSeconds,
    ttlSeconds,
    readSeconds,
    decideSeconds: failover?.decideSeconds ?? 0,
    leaseSeconds: failover?.leaseSeconds ?? 0,
    promoteSeconds: failover?.promoteSeconds ?? 0,
    writeSeconds: failover?.totalSeconds ?? readSeconds,
    rpoSeconds: writes ? rpo(view, to) : 0,
  };
}

/** The lag at which the alarm of the receiving Region rings bounds what is lost unnoticed. */
function rpo(view: View, region: string): number | null {
  if (view.once(globalDatabasesOf).length === 0) return null;
  const alarm = view
    .once(alarmsOf)
    .find(
      ({ resource, metrics }) =>
        resource.stack.region === region &&
        metrics.some(({ name }) => name === 'AuroraGlobalDBRPOLag'),
    );
  return alarm?.threshold === undefined ? null : alarm.threshold / 1000;
}
