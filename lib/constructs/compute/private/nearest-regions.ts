import { angle, regionFacts } from '../../../config';
import type { RegionName } from '../../../config';

/** The Regions in order of distance from one of them or from another Region, nearest first. */
export function nearestRegions(
  from: RegionName,
  regions: readonly RegionName[],
): readonly RegionName[] {
  const away = (region: RegionName): number => angle(regionFacts(from), regionFacts(region));
  return [...regions].sort((one, other) => away(one) - away(other));
}
