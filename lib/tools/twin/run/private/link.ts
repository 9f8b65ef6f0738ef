import { join } from 'node:path';
import type { Route, Traffic } from '../../link';
import { distanceMs, planLink, Switchboard } from '../../link';
import type { Place, RegionPlaces } from '../../plan';
import type { Child, ChildContext } from './children';
import { startLinkChild } from './children';

/** The network between Regions while it runs. */
export interface RunningLink {
  readonly routes: readonly Route[];
  /** The place by which a Region reaches another's; itself where nothing has to be crossed. */
  readonly via: (from: string, target: Place) => Place;
  /** Silences the routes that the predicate names, all in the same instant. */
  cut(affects: (route: Route) => boolean): void;
  /** Opens them again; connections that lived through the cut are reset. */
  heal(affects: (route: Route) => boolean): void;
  /**
   * Sets the one-way delay of a kind of traffic, of what is sent from now on; `undefined` for that
   * of the distance.
   */
  delay(kind: Traffic, delayMs: number | undefined): Promise<void>;
}

export interface RunningLinkOptions {
  readonly places: readonly RegionPlaces[];
  readonly control: Place;
  /** The twin's run directory. */
  readonly directory: string;
}

/** Starts the link; `launch` is given its process while it starts. */
export async function startRunningLink(
  context: ChildContext,
  { places: regions, control, directory }: RunningLinkOptions,
  launch: (child: Promise<Child>) => Promise<Child>,
): Promise<RunningLink> {
  const { routes, via } = await planLink({ regions, control, delayMs: distanceMs });
  const switchboard = join(directory, 'link.switchboard');
  const board = Switchboard.create(switchboard, routes.length);
  const child = await launch(startLinkChild(context, { routes, switchboard }));
  void child.exited?.then(() => {
    board.close();
  });
  const set = new Map<Traffic, number>();
  return {
    ...{ routes, via },
    cut: (affects) => {
      board.set(routes, true, affects);
    },
    heal: (affects) => {
      board.set(routes, false, affects);
    },
    delay: async (kind, delayMs) => {
      if (delayMs === undefined) set.delete(kind);
      else set.set(kind, delayMs);
      await child.ask(
        'delays',
        routes.map((route) => set.get(route.kind) ?? route.delayMs),
      );
    },
  };
}
