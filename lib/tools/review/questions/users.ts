import { angle, REGIONS } from '../../../config';
import type { Point } from '../../../config';
import { recordSetsOf, servingRegions } from '../private/routing';
import { shardMapsOf } from '../private/shard-map';
import { within } from '../private/view';
import type { View } from '../private/view';

/** Where its users are, on average. */
interface Continent extends Point {
  /** Share of the world's internet users; rounded from public statistics of 2024 (ITU). */
  readonly share: number;
}

/** Continents by their Route 53 code. */
export const CONTINENTS: Readonly<Record<string, Continent>> = {
  AF: { latitude: 6, longitude: 15, share: 0.11 },
  AS: { latitude: 27, longitude: 95, share: 0.56 },
  EU: { latitude: 50, longitude: 12, share: 0.14 },
  NA: { latitude: 37, longitude: -93, share: 0.09 },
  OC: { latitude: -32, longitude: 150, share: 0.01 },
  SA: { latitude: -15, longitude: -55, share: 0.09 },
};

/** For each continent the serving Regions, the one that its users reach first in front. */
export const preferencesOf = (view: View): ReadonlyMap<string, readonly string[]> => {
  const serving = view.once(servingRegions);
  const geo = geolocation(view);
  return new Map(
    Object.entries(CONTINENTS).map(([code, continent]) => {
      const byDistance = [...serving].sort(
        (one, other) => distance(continent, one) - distance(continent, other),
      );
      const chosen = geo.get(code) ?? geo.get('*');
      return [
        code,
        chosen === undefined ? byDistance : [chosen, ...byDistance.filter((it) => it !== chosen)],
      ];
    }),
  );
};

/** Continents that geolocation records send to a Region. */
function geolocation(view: View): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { records } of view.once(recordSetsOf)) {
    for (const { policy, properties, region } of records) {
      if (policy !== 'geolocation' || region === undefined) continue;
      const code =
        within(properties, 'GeoLocation.ContinentCode') ??
        within(properties, 'GeoLocation.CountryCode');
      if (typeof code === 'string') found.set(code, region);
    }
  }
  return found;
}

/** Angle on the globe; Regions that this product does not know are farther than any. */
function distance(continent: Continent, region: string): number {
  const facts = REGIONS[region];
  return facts === undefined ? Math.PI : angle(continent, facts);
}

export function shareOf(codes: readonly string[]): number {
  const sum = codes.reduce((total, code) => total + (CONTINENTS[code]?.share ?? 0), 0);
  return Math.round(sum * 100) / 100;
}

/**
 * Share of users whose data is in these shards, by their logical shards: ids spread evenly over them.
 * A shard that holds no logical ones holds what is everybody's.
 */
export function shareOfShards(view: View, shards: readonly string[]): number {
  const [map] = view.once(shardMapsOf);
  const ranges = map?.ranges ?? [];
  const ofUsers = ranges.filter(({ shard }) => shards.includes(shard));
  const everybodys = shards.some((name) => !ranges.some(({ shard }) => shard === name));
  if (map === undefined || everybodys) return 1;
  const held = ofUsers.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return Math.round((held / map.total) * 10_000) / 10_000;
}
