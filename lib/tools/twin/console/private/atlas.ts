import { createRequire } from 'node:module';
import { REGIONS } from '../../../../config/regions';
import type * as Geo from '../../../operations/geo';
import { VANTAGES } from '../../dns';

const load = createRequire(__filename);
let made: string | undefined;

/** Land, Regions and cities in the view of `meridian geo`'s map, as JSON; made when first asked for. */
export function atlas(): string {
  return (made ??= JSON.stringify(draw()));
}

function draw(): object {
  const { landPath, MAP, project } = load('../../../operations/geo') as typeof Geo;
  const places = Object.entries(REGIONS).map(([region, { longitude, latitude }]) => {
    return [region, project(longitude, latitude)] as const;
  });
  const cities = VANTAGES.map(({ city, longitude, latitude }) => {
    return [city, project(longitude, latitude)] as const;
  });
  return {
    ...MAP,
    land: landPath(),
    regions: Object.fromEntries(places),
    cities: Object.fromEntries(cities),
  };
}
