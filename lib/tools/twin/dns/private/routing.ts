import { isIP } from 'node:net';
import type { ClientLocation, Coordinates, GeoPolicy, RecordSet } from '../model';
import { Blocks } from './blocks';
import { distance } from './great-circle';

/** Most records in a multivalue answer. */
const MULTIVALUE_LIMIT = 8;

export interface RoutingContext {
  isHealthy(set: RecordSet): boolean;
  /** Asked only where the policy needs it. */
  location(): ClientLocation;
  coordinates(region: string): Coordinates | undefined;
  /** Address of the client, or of the network that its resolver told. Asked only where needed. */
  address(): string;
  /** A number from 0 to below 1. */
  random(): number;
}

/**
 * Record sets of one name and type that Route 53 would answer with; none where geolocation has no
 * place for the client. If all are unhealthy, all count as healthy.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
export function choose(sets: readonly RecordSet[], context: RoutingContext): readonly RecordSet[] {
  const first = sets[0];
  if (first === undefined || first.policy.kind === 'simple') return sets;
  const chosen = byPolicy(
    sets.filter((set) => context.isHealthy(set)),
    context,
  );
  return chosen.length > 0 ? chosen : byPolicy(sets, context);
}

function byPolicy(sets: readonly RecordSet[], context: RoutingContext): readonly RecordSet[] {
  switch (sets[0]?.policy.kind) {
    case 'latency':
    case 'geoproximity':
      return nearest(sets, context);
    case 'ip-based':
      return one(longestBlock(sets, context.address()));
    case 'weighted':
      return weighted(sets, context);
    case 'failover':
      return one(sets.find(isPrimary) ?? sets[0]);
    case 'geolocation':
      return one(mostSpecific(sets, context.location()));
    case 'multivalue':
      return shuffled(sets, context).slice(0, MULTIVALUE_LIMIT);
    default:
      return sets;
  }
}

function isPrimary({ policy }: RecordSet): boolean {
  return policy.kind === 'failover' && policy.role === 'PRIMARY';
}

/** Latency as far as a map tells it: the nearest Region. Without a place the first one answers. */
function nearest(sets: readonly RecordSet[], context: RoutingContext): readonly RecordSet[] {
  const client = context.location().coordinates;
  if (client === undefined) return one(sets[0]);
  let best: { set: RecordSet; away: number } | undefined;
  for (const set of sets) {
    const { place, bias } = placeOf(set, context);
    const away = place === undefined ? Infinity : biased(distance(client, place), bias);
    if (best === undefined || away < best.away) best = { set, away };
  }
  return one(best?.set);
}

function placeOf(
  { policy }: RecordSet,
  context: RoutingContext,
): { readonly place: Coordinates | undefined; readonly bias: number } {
  if (policy.kind === 'latency') return { place: context.coordinates(policy.region), bias: 0 };
  if (policy.kind !== 'geoproximity') return { place: undefined, bias: 0 };
  const { at, bias } = policy;
  return { place: 'region' in at ? context.coordinates(at.region) : at, bias };
}

/**
 * A distance as geoproximity counts it.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geoproximity.html
 */
function biased(kilometres: number, bias: number): number {
  const factor = 1 - Math.abs(bias) / 100;
  return bias >= 0 ? kilometres * factor : kilometres / factor;
}

/** The set whose block is the longest around the client, else that of the default location. */
function longestBlock(sets: readonly RecordSet[], address: string): RecordSet | undefined {
  let best: { set: RecordSet; bits: number } | undefined;
  for (const set of sets) {
    if (set.policy.kind !== 'ip-based') continue;
    const { blocks } = set.policy;
    const bits =
      blocks === undefined ? 0 : isIP(address) === 0 ? -1 : Blocks.longest(blocks, address);
    if (bits >= 0 && (best === undefined || bits > best.bits)) best = { set, bits };
  }
  return best?.set;
}

/** Sets of weight zero are left out while another has weight; if all are zero, each is as likely. */
function weighted(sets: readonly RecordSet[], context: RoutingContext): readonly RecordSet[] {
  const weights = sets.map(({ policy }) => (policy.kind === 'weighted' ? policy.weight : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return one(sets[Math.floor(context.random() * sets.length)]);
  let left = context.random() * total;
  return one(sets.find((_, at) => (left -= weights[at] ?? 0) < 0));
}

/** Country before continent before the default location. */
function mostSpecific(sets: readonly RecordSet[], client: ClientLocation): RecordSet | undefined {
  const find = (matches: (policy: GeoPolicy) => boolean) =>
    sets.find(({ policy }) => policy.kind === 'geolocation' && matches(policy));
  return (
    find(({ country }) => country !== undefined && country === client.country) ??
    find(({ continent }) => continent !== undefined && continent === client.continent) ??
    find(({ country, continent }) => country === undefined && continent === undefined)
  );
}

function shuffled(sets: readonly RecordSet[], context: RoutingContext): RecordSet[] {
  const keyed = sets.map((set) => ({ set, order: context.random() }));
  return keyed.sort((a, b) => a.order - b.order).map(({ set }) => set);
}

function one(set: RecordSet | undefined): readonly RecordSet[] {
  return set === undefined ? [] : [set];
}
