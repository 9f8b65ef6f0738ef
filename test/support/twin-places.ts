import type { Place, RegionPlaces, Survey } from '../../lib/tools/twin/plan';

/** In Region number `at`, counted from 1. */
function placeOf(at: number, host: number, port: number): Place {
  return { address: `127.${at}.0.${host}`, port };
}

/** Where a twin's parts would be, without asking for ports. */
export function placesOf(
  survey: Pick<Survey, 'regions' | 'databases' | 'caches' | 'readers'>,
): RegionPlaces[] {
  return survey.regions.map((region, index) => {
    const at = index + 1;
    return {
      region,
      databases: new Map(survey.databases[region]?.map((key) => [key, placeOf(at, 10, 6000)])),
      readers: new Map(
        survey.databases[region]
          ?.filter((key) => survey.readers.has(key))
          .map((key) => [key, placeOf(at, 10, 6001)]),
      ),
      caches: new Map(survey.caches[region]?.map((key) => [key, placeOf(at, 30, 6400)])),
      tables: placeOf(at, 20, 8000),
      gateway: placeOf(at, 80, 8080),
      answer: `127.${at}.0.80`,
      servers: `127.${at}.0.90`,
      edge: placeOf(at, 80, 8081),
    };
  });
}
