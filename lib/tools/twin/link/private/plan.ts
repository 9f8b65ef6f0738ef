import type { Place } from '../../plan';
import { choosePort } from '../../processes';
import type { RegionEnd, Route, Traffic } from '..';
import { CONTROL } from '..';

/** The routes between all Regions, and from each to the control table. */
export interface Link {
  readonly routes: readonly Route[];
  /** The place by which a Region reaches another: itself where nothing has to be crossed. */
  readonly via: (from: string, target: Place) => Place;
}

export interface LinkOptions {
  /** In their order, which gives them their addresses. */
  readonly regions: readonly RegionEnd[];
  /** The process of the strongly consistent tables. */
  readonly control: Place;
  /** One way, in milliseconds; `to` may be the control table. @default none */
  readonly delayMs?: (from: string, to: string, kind: Traffic) => number;
  /** Takes a port of an address. @default any that is free at the moment */
  readonly hold?: (address: string, preferred: number) => Promise<number>;
  /** One address for everything, ports apart. @default an address for each end, by its Region */
  readonly onlyAddress?: string | undefined;
}

/**
 * Region number i sees number j on `127.i.(100 + j).x`, on the same port where that is free; the
 * control table is number 0.
 */
export async function planLink(options: LinkOptions): Promise<Link> {
  const { regions, control, delayMs = () => 0, hold = choosePort, onlyAddress } = options;
  const ends = regions.flatMap((end, at) => placesOf(end).map((it) => ({ ...it, number: at + 1 })));
  const shared = { region: CONTROL, kind: 'control' as const, place: control, number: 0 };
  const wanted = regions.flatMap(({ region: from }, at) =>
    [...ends, shared]
      .filter(({ region: to }) => to !== from)
      .map(({ region: to, kind, place: target, number }) => ({
        ...{ from, to, kind, target, delayMs: delayMs(from, to, kind) },
        address: onlyAddress ?? seenFrom(at + 1, number, target),
      })),
  );
  const routes = await Promise.all(
    wanted.map(async ({ address, ...route }): Promise<Route> => {
      const port = await hold(address, route.target.port);
      return { ...route, listen: { address, port } };
    }),
  );
  const via = (from: string, { address, port }: Place): Place => {
    const route = routes.find(
      ({ from: it, target }) => it === from && target.address === address && target.port === port,
    );
    return route?.listen ?? { address, port };
  };
  return { routes, via };
}

interface End {
  readonly region: string;
  readonly kind: Traffic;
  readonly place: Place;
}

function placesOf({ region, databases, tables, gateway }: RegionEnd): readonly End[] {
  return [
    ...[...databases.values()].map((place) => ({ region, kind: 'replication' as const, place })),
    { region, kind: 'tables', place: tables },
    { region, kind: 'requests', place: gateway },
  ];
}

function seenFrom(observer: number, other: number, { address }: Place): string {
  return `127.${observer}.${100 + other}.${address.split('.')[3] ?? '1'}`;
}
