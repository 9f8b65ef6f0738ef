import { countries } from 'countries-list';
import type { RegionName } from './declaration';
import type { Deployment, Routing } from './deployment';
import { angle, centreOf } from './globe';
import { REGIONS } from './regions';

/** Policies that a CDN can follow that knows a viewer's country and nothing else. */
export const VIEWER_POLICIES: readonly Routing['policy'][] = ['latency', 'geolocation', 'failover'];

/** Which Regions a CDN asks for a viewer, the first first. */
export interface ViewerRegions {
  /** By country, ISO 3166 in capitals; every Region once. */
  readonly byCountry: Readonly<Record<string, readonly RegionName[]>>;
  /** For viewers whose country is not known. */
  readonly otherwise: readonly RegionName[];
}

/**
 * The Regions for viewers of each country: the routing policy's choice first, then the others by their
 * distance from the country's middle, which stands for latency at the edge, where nobody measures it.
 */
export function viewerRegions({
  routing,
  regions,
}: Pick<Deployment, 'routing' | 'regions'>): ViewerRegions {
  const names = regions.map(({ name }) => name);
  if (routing.policy === 'failover') return { byCountry: {}, otherwise: routing.order };
  const entries = Object.entries(countries).map(([country, { continent }]) => {
    const chosen = chosenFor(routing, country, continent);
    return [country, leading(chosen, byDistance(country, names))] as const;
  });
  const elsewhere = routing.policy === 'geolocation' ? routing.elsewhere : undefined;
  return { byCountry: Object.fromEntries(entries), otherwise: leading(elsewhere, names) };
}

function chosenFor(routing: Routing, country: string, continent: string): RegionName | undefined {
  if (routing.policy !== 'geolocation') return undefined;
  const places = Object.entries(routing.places);
  const found =
    places.find(([, it]) => it.countries.includes(country)) ??
    places.find(([, it]) => it.continents.includes(continent));
  return found?.[0] ?? routing.elsewhere;
}

function leading(first: RegionName | undefined, names: readonly RegionName[]): RegionName[] {
  return first === undefined ? [...names] : [first, ...names.filter((name) => name !== first)];
}

function byDistance(country: string, names: readonly RegionName[]): readonly RegionName[] {
  const centre = centreOf(country);
  if (centre === undefined) return names;
  const away = (name: RegionName): number => {
    const region = REGIONS[name];
    return region === undefined ? Infinity : angle(centre, region);
  };
  return [...names].sort((one, other) => away(one) - away(other));
}
