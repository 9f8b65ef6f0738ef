import type { RegionName } from './declaration';
import type { Routing } from './deployment';
import { EVERYBODY_ELSE } from './routing-legality';
import type { RecordShape } from './routing-legality';

/** What makes a record one of its policy. */
export type SteeringPolicy =
  | { readonly kind: 'latency'; readonly region: RegionName }
  | { readonly kind: 'weighted'; readonly weight: number }
  | { readonly kind: 'failover'; readonly role: 'PRIMARY' | 'SECONDARY' }
  | { readonly kind: 'geolocation'; readonly place: Place }
  | { readonly kind: 'geoproximity'; readonly region: RegionName; readonly bias: number }
  | { readonly kind: 'multivalue' }
  /** The location of the deployment's CIDR collection, or `*`. */
  | { readonly kind: 'ip-based'; readonly location: string };

/** A continent or a country by its code, or everybody else. */
export type Place =
  { readonly continent: string } | { readonly country: string } | { readonly everybodyElse: true };

/** A record that a Region has of a name that Regions share. */
export interface SteeringRecord {
  /** Tells the Region's own records apart; empty for the first. */
  readonly id: string;
  readonly name: string;
  readonly setIdentifier: string;
  readonly policy: SteeringPolicy;
  /** The Region's own load balancer, or another name of the zone. */
  readonly target: 'balancer' | { readonly name: string };
  /** Where in the declaration it comes from, below `routing`. */
  readonly path: string;
}

/**
 * A Region's share of the name that all Regions have in common: its records, all owned by its own
 * stack, so that no Region is deployed for another's sake.
 *
 * @param host the common name
 */
export function steeringRecords(
  routing: Routing,
  region: RegionName,
  host: string,
): readonly SteeringRecord[] {
  const own = (policy: SteeringPolicy, changes: Partial<SteeringRecord> = {}): SteeringRecord => ({
    ...{ id: '', name: host, setIdentifier: region, policy, target: 'balancer', path: region },
    ...changes,
  });
  switch (routing.policy) {
    case 'latency':
      return [own({ kind: 'latency', region })];
    case 'weighted':
      return [
        own(
          { kind: 'weighted', weight: routing.weights[region] ?? 0 },
          { path: `weights.${region}` },
        ),
      ];
    case 'geoproximity': {
      const path = `bias.${region}`;
      return [own({ kind: 'geoproximity', region, bias: routing.bias[region] ?? 0 }, { path })];
    }
    case 'geolocation':
      return placesOf(routing, region).map(([id, place, path]) =>
        own({ kind: 'geolocation', place }, { id, path, setIdentifier: `${region}-${id}` }),
      );
    case 'ip-based':
      return locationsOf(routing, region).map(([location, path]) => {
        const id = location === EVERYBODY_ELSE ? 'Else' : '';
        const setIdentifier = id === '' ? region : `${region}-else`;
        return own({ kind: 'ip-based', location }, { id, path, setIdentifier });
      });
    case 'failover':
      return inOrder(routing.order, region, host).map((record) => own(record.policy, record));
  }
}

function placesOf(
  { places, elsewhere }: Extract<Routing, { policy: 'geolocation' }>,
  region: RegionName,
): readonly (readonly [id: string, place: Place, path: string])[] {
  const { continents = [], countries = [] } = places[region] ?? {};
  return [
    ...continents.map(
      (continent, at) => [continent, { continent }, `places.${region}.continents.${at}`] as const,
    ),
    // Some codes are of a continent and of a country: AF, AS, NA, SA.
    ...countries.map(
      (country, at) =>
        [`Country${country}`, { country }, `places.${region}.countries.${at}`] as const,
    ),
    ...(elsewhere === region ? [['Else', { everybodyElse: true }, 'elsewhere'] as const] : []),
  ];
}

function locationsOf(
  { networks, elsewhere }: Extract<Routing, { policy: 'ip-based' }>,
  region: RegionName,
): readonly (readonly [location: string, path: string])[] {
  return [
    ...((networks[region] ?? []).length > 0 ? [[region, `networks.${region}`] as const] : []),
    ...(elsewhere === region ? [[EVERYBODY_ELSE, 'elsewhere'] as const] : []),
  ];
}

/**
 * Route 53 fails over between two. With more Regions the second of a pair is another name, which is
 * a pair of its own: it belongs to the Region that is first there.
 */
function inOrder(
  order: readonly RegionName[],
  region: RegionName,
  host: string,
): readonly (Partial<SteeringRecord> & Pick<SteeringRecord, 'policy'>)[] {
  const at = order.indexOf(region);
  const pair = (index: number): string => (index === 0 ? host : `standby-${index}.${host}`);
  const last = at === order.length - 1;
  const primary = {
    ...{ name: pair(at), policy: { kind: 'failover', role: 'PRIMARY' } as const },
    ...{ path: `order.${at}` },
  };
  const secondary = {
    ...{ id: at === 0 ? '' : 'Standby', name: pair(at - 1), path: `order.${at}` },
    ...{ policy: { kind: 'failover', role: 'SECONDARY' } as const },
    target: last ? ('balancer' as const) : { name: pair(at) },
  };
  return [...(last ? [] : [primary]), ...(at > 0 ? [secondary] : [])];
}

/** Records as the legality table looks at them. Each is watched: all have the Region's health check. */
export function shapesOf(records: readonly SteeringRecord[]): readonly RecordShape[] {
  return records.map(({ path, policy, target, setIdentifier }) => ({
    ...{ path, setIdentifier, policy: policy.kind, watched: true },
    target: target === 'balancer' ? 'balancer' : 'record',
    ...keyed(policy),
  }));
}

function keyed(policy: SteeringPolicy): Pick<RecordShape, 'key' | 'amount'> {
  switch (policy.kind) {
    case 'latency':
      return { key: policy.region };
    case 'geoproximity':
      return { key: policy.region, amount: policy.bias };
    case 'weighted':
      return { amount: policy.weight };
    case 'failover':
      return { key: policy.role };
    case 'ip-based':
      return { key: policy.location };
    case 'geolocation':
      return { key: placeKey(policy.place) };
    case 'multivalue':
      return {};
  }
}

function placeKey(place: Place): string {
  if ('continent' in place) return `continent ${place.continent}`;
  return 'country' in place ? `country ${place.country}` : EVERYBODY_ELSE;
}
