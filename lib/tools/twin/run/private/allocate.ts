import type { Place, RegionPlaces, Survey } from '../../plan';
import type { HeldPorts } from '../../processes';
import { hasAddress } from '../../processes';

const PORTS = {
  ...{ database: 5432, readers: 5433, cache: 6379 },
  ...{ proxy: 5432, proxyReaders: 5433 },
  ...{ tables: 8000, gateway: 8080, edge: 8081 },
} as const;
/** Last number of the address of each part's first one. */
const HOSTS = {
  ...{ database: 10, readers: 10, cache: 30 },
  ...{ proxy: 50, proxyReaders: 50 },
  ...{ tables: 20, gateway: 80, edge: 80, servers: 90 },
} as const;
/** Of what belongs to no Region; with ports, of everything. */
export const SHARED = '127.0.0.1';

/** Whether each part has an address of its own, as on AWS, or all have one and ports apart. */
export type Layout = 'addresses' | 'ports';

/** @param wanted by whoever started the twin; @default addresses where this machine has them */
export async function layoutOf(
  wanted: Layout | undefined,
  has: (address: string) => Promise<boolean> = hasAddress,
): Promise<Layout> {
  return wanted ?? ((await has(addressOf(1, HOSTS.gateway))) ? 'addresses' : 'ports');
}

/**
 * Loopback addresses for Region number i, counted from 1: `127.i.0.10` the databases, `127.i.0.20`
 * the stand-ins, `127.i.0.30` the caches, `127.i.0.80` the load balancer, `127.i.0.90` the servers,
 * `127.i.0.50` proxies of databases.
 * Usual ports where they are free, else others. With ports apart all is `127.0.0.1`, on usual ports
 * for the first Region and other ones for the next; then the address of a load balancer is but the
 * sign by which DNS names its Region.
 */
export async function allocatePlaces(
  survey: Survey,
  held: HeldPorts,
  layout: Layout,
): Promise<readonly RegionPlaces[]> {
  const regions: RegionPlaces[] = [];
  // One after the other: with ports apart the first Region gets the usual ones.
  for (const [at, region] of survey.regions.entries()) {
    const number = at + 1;
    const own = (host: number) => (layout === 'ports' ? SHARED : addressOf(number, host));
    const place = async (kind: keyof typeof PORTS, further = 0): Promise<Place> => {
      const address = own(HOSTS[kind] + further);
      return { address, port: await held.hold(address, PORTS[kind]) };
    };
    const places = async (keys: readonly string[], kind: keyof typeof PORTS) => {
      const entries = keys.map(async (key, further) => [key, await place(kind, further)] as const);
      return new Map(await Promise.all(entries));
    };
    const proxies = async (of: string) => {
      const keys = (survey.databases[of] ?? []).filter((key) => survey.proxied.has(key));
      if (keys.length === 0) return {};
      const [writers, readers] = [await places(keys, 'proxy'), await places(keys, 'proxyReaders')];
      const found = keys.flatMap((key) => {
        const [writer, reader] = [writers.get(key), readers.get(key)];
        return writer && reader ? [[key, { writer, reader }] as const] : [];
      });
      return { proxies: new Map(found) };
    };
    regions.push({
      region,
      databases: await places(survey.databases[region] ?? [], 'database'),
      readers: await places(readOf(survey, region), 'readers'),
      ...(await proxies(region)),
      caches: await places(survey.caches[region] ?? [], 'cache'),
      tables: await place('tables'),
      gateway: await place('gateway'),
      answer: addressOf(number, HOSTS.gateway),
      servers: own(HOSTS.servers),
      edge: await place('edge'),
    });
  }
  return regions;
}

function addressOf(region: number, host: number): string {
  return `127.${region}.0.${host}`;
}

/** Clusters of a Region that have a reader. */
function readOf({ databases, readers }: Survey, region: string): readonly string[] {
  return (databases[region] ?? []).filter((key) => readers.has(key));
}
