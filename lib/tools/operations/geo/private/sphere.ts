/** Where something is, in degrees; north and east are positive. */
export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

type Vector = readonly [number, number, number];

const EARTH_RADIUS_KM = 6371;

/**
 * Kilometres along the surface, from the angle between two vectors: another formula than the twin's
 * resolver uses, so that a slip in either shows as a difference.
 */
export function kilometres(from: Coordinates, to: Coordinates): number {
  const [a, b] = [vector(from), vector(to)];
  const cross: Vector = [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  return EARTH_RADIUS_KM * Math.atan2(Math.hypot(...cross), dot);
}

function vector({ latitude, longitude }: Coordinates): Vector {
  const [phi, lambda] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}
