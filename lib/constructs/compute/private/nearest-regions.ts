import { regionFacts } from '../../../config';
import type { RegionName } from '../../../config';

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Angle between two Regions on the globe, in radians, by the haversine formula. */
function angle(one: RegionName, other: RegionName): number {
  const [from, to] = [regionFacts(one), regionFacts(other)];
  const latitude = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const longitude = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const across = Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * longitude;
  return 2 * Math.asin(Math.sqrt(latitude + across));
}

/** The Regions in order of distance from one of them or from another Region, nearest first. */
export function nearestRegions(
  from: RegionName,
  regions: readonly RegionName[],
): readonly RegionName[] {
  return [...regions].sort((one, other) => angle(from, one) - angle(from, other));
}
