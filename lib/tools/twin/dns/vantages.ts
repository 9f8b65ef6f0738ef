import type { Coordinates } from './model';

/** A place from which a test or a person asks: an address block that no real client has. */
export interface Vantage extends Coordinates {
  readonly city: string;
  readonly country: string;
  readonly continent: string;
  /** IPv4 and IPv6 blocks, `ADDRESS/PREFIX`. */
  readonly prefixes: readonly string[];
}

/** Blocks reserved for documentation (RFC 5737, 3849) and for benchmarks (RFC 2544). */
const at = (
  city: string,
  [country, continent]: readonly [string, string],
  [latitude, longitude]: readonly [number, number],
  prefixes: readonly string[],
): Vantage => ({ city, country, continent, latitude, longitude, prefixes });

/**
 * Vantage points near Regions on every continent. A country's centre cannot tell the coasts of the
 * United States apart, and reserved blocks have no or an odd country in the database.
 */
export const VANTAGES: readonly Vantage[] = [
  at('Frankfurt', ['DE', 'EU'], [50.11, 8.68], ['192.0.2.0/24', '2001:db8:1::/48']),
  at('Columbus', ['US', 'NA'], [39.96, -83.0], ['198.51.100.0/24', '2001:db8:2::/48']),
  at('Tokyo', ['JP', 'AS'], [35.68, 139.69], ['203.0.113.0/24', '2001:db8:3::/48']),
  at('Washington', ['US', 'NA'], [38.9, -77.04], ['198.18.1.0/24', '2001:db8:4::/48']),
  at('Portland', ['US', 'NA'], [45.52, -122.68], ['198.18.2.0/24', '2001:db8:5::/48']),
  at('San Francisco', ['US', 'NA'], [37.77, -122.42], ['198.18.3.0/24', '2001:db8:6::/48']),
  at('Montreal', ['CA', 'NA'], [45.5, -73.57], ['198.18.4.0/24', '2001:db8:7::/48']),
  at('São Paulo', ['BR', 'SA'], [-23.55, -46.63], ['198.18.5.0/24', '2001:db8:8::/48']),
  at('London', ['GB', 'EU'], [51.51, -0.13], ['198.18.6.0/24', '2001:db8:9::/48']),
  at('Stockholm', ['SE', 'EU'], [59.33, 18.07], ['198.18.7.0/24', '2001:db8:a::/48']),
  at('Cape Town', ['ZA', 'AF'], [-33.92, 18.42], ['198.18.8.0/24', '2001:db8:b::/48']),
  at('Dubai', ['AE', 'AS'], [25.2, 55.27], ['198.18.9.0/24', '2001:db8:c::/48']),
  at('Mumbai', ['IN', 'AS'], [19.08, 72.88], ['198.18.10.0/24', '2001:db8:d::/48']),
  at('Singapore', ['SG', 'AS'], [1.35, 103.82], ['198.18.11.0/24', '2001:db8:e::/48']),
  at('Seoul', ['KR', 'AS'], [37.57, 126.98], ['198.18.12.0/24', '2001:db8:f::/48']),
  at('Sydney', ['AU', 'OC'], [-33.87, 151.21], ['198.18.13.0/24', '2001:db8:10::/48']),
];
