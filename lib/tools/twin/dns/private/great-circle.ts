import type { Coordinates } from '../model';

const EARTH_RADIUS_KM = 6371;

/** Kilometres between two places along the surface (haversine). */
export function distance(from: Coordinates, to: Coordinates): number {
  const [a, b] = [radians(from.latitude), radians(to.latitude)];
  const half = (difference: number) => Math.sin(difference / 2) ** 2;
  const chord =
    half(b - a) + Math.cos(a) * Math.cos(b) * half(radians(to.longitude - from.longitude));
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
