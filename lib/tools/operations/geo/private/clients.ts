import { countries } from 'countries-list';
import { centreOf } from '../../../../config';
import { VANTAGES } from '../../../twin/dns';
import type { Client } from '../model';
import networks from '../data/networks.json';

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
