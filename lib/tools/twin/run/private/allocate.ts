import type { RegionPlaces, Survey } from '../../plan';
import { choosePort } from '../../processes';

const PORTS = { database: 5432, tables: 8000, gateway: 8080, edge: 8081 } as const;

/**
 * Loopback addresses for Region number i, counted from 1: `127.i.0.10` the databases, `127.i.0.20`
 * the stand-ins, `127.i.0.80` the load balancer. Usual ports where they are free, else others.
 */
export async function allocatePlaces(survey: Survey): Promise<readonly RegionPlaces[]> {
  return Promise.all(
    survey.regions.map(async (region, at): Promise<RegionPlaces> => {
      const network = `127.${at + 1}.0`;
      const clusters = survey.databases[region] ?? [];
      const databases = await Promise.all(
        clusters.map(async (key, number) => {
          const address = `${network}.${10 + number}`;
          return [key, { address, port: await choosePort(address, PORTS.database) }] as const;
        }),
      );
      const place = async (host: number, preferred: number) => {
        const address = `${network}.${host}`;
        return { address, port: await choosePort(address, preferred) };
      };
      return {
        region,
        databases: new Map(databases),
        tables: await place(20, PORTS.tables),
        gateway: await place(80, PORTS.gateway),
        edge: await place(80, PORTS.edge),
      };
    }),
  );
}
