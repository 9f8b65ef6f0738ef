import type { RegionPlaces, Survey } from '../../plan';
import { choosePort } from '../../processes';

const PORTS = {
  database: 5432,
  readers: 5433,
  cache: 6379,
  tables: 8000,
  gateway: 8080,
  edge: 8081,
} as const;

/**
 * Loopback addresses for Region number i, counted from 1: `127.i.0.10` the databases, `127.i.0.20`
 * the stand-ins, `127.i.0.30` the caches, `127.i.0.80` the load balancer, `127.i.0.90` the servers. Usual ports where they are free, else others.
 *
 * @param zones whether readers of a database have an endpoint of their own
 */
export async function allocatePlaces(
  survey: Survey,
  zones = false,
): Promise<readonly RegionPlaces[]> {
  return Promise.all(
    survey.regions.map(async (region, at): Promise<RegionPlaces> => {
      const network = `127.${at + 1}.0`;
      const places = async (keys: readonly string[], first: number, preferred: number) => {
        const chosen = keys.map(async (key, number) => {
          const address = `${network}.${first + number}`;
          return [key, { address, port: await choosePort(address, preferred) }] as const;
        });
        return new Map(await Promise.all(chosen));
      };
      const place = async (host: number, preferred: number) => {
        const address = `${network}.${host}`;
        return { address, port: await choosePort(address, preferred) };
      };
      return {
        region,
        databases: await places(survey.databases[region] ?? [], 10, PORTS.database),
        ...(zones && { readers: await places(written(survey, region), 10, PORTS.readers) }),
        caches: await places(survey.caches[region] ?? [], 30, PORTS.cache),
        tables: await place(20, PORTS.tables),
        gateway: await place(80, PORTS.gateway),
        servers: `${network}.90`,
        edge: await place(80, PORTS.edge),
      };
    }),
  );
}

/** Clusters of a Region that write at first. */
function written({ databases, writers }: Survey, region: string): readonly string[] {
  return (databases[region] ?? []).filter((key) => writers.has(key));
}
