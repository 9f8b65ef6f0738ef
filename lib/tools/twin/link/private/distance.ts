import { REGIONS } from '../../../../config/regions';
import { distance } from '../../dns';
import { CONTROL } from '..';

/**
 * Light in fibre takes a millisecond for 200 km, and cables take detours: between Regions of AWS
 * about 130 km a millisecond are seen.
 */
const KM_PER_MS = 130;

/** One-way delay between two Regions by their distance, in whole milliseconds. */
export function distanceMs(from: string, to: string): number {
  const [here, there] = [REGIONS[from], REGIONS[to]];
  // The control table has a copy near every Region.
  if (to === CONTROL || here === undefined || there === undefined) return 0;
  return Math.round(distance(here, there) / KM_PER_MS);
}
