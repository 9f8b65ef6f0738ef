import { join } from 'node:path';
import type { Condition, Forwarded, Line, Lines, Route } from '../../link';
import { Conditions, distanceMs, planLink, Switchboard } from '../../link';
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
  /** Sets how lines carry what is sent from now on; what is undefined is as at the beginning. */
  set(lines: Lines, condition: Condition): Promise<void>;
  /** Lines are as at the beginning; those that are cut stay so. */
  reset(lines: Lines): Promise<void>;
  /** What servers have sent to another Region, by the routes in their order. */
  readonly forwarded: () => Promise<readonly Forwarded[]>;
  /** How it is now. */
  readonly lines: () => readonly Line[];
}

export interface RunningLinkOptions {
  readonly places: readonly RegionPlaces[];
  readonly control: Place;
  /** The twin's run directory. */
  readonly directory: string;
  /** Of all lines between Regions from the beginning. @default as far as the Regions are apart */
  readonly condition?: Condition | undefined;
  /** Of what is left to chance. @default 1 */
  readonly seed?: number | undefined;
  readonly hold: (address: string, preferred: number) => Promise<number>;
  readonly onlyAddress: string | undefined;
}

/** Starts the link; `launch` is given its process while it starts. */
export async function startRunningLink(
  context: ChildContext,
  options: RunningLinkOptions,
  launch: (child: Promise<Child>) => Promise<Child>,
): Promise<RunningLink> {
  const { places: regions, control, directory, condition, seed, hold, onlyAddress } = options;
  const ends = { regions, control, delayMs: distanceMs };
  const { routes, via } = await planLink({ ...ends, hold, onlyAddress });
  const switchboard = join(directory, 'link.switchboard');
  const board = Switchboard.create(switchboard, routes.length);
  const conditions = new Conditions(routes, condition);
  const { qualities } = conditions;
  const config = { routes, switchboard, qualities, ...(seed !== undefined && { seed }) };
  const child = await launch(startLinkChild(context, config));
  void child.exited?.then(() => {
    board.close();
  });
  const change = async (how: () => void): Promise<void> => {
    how();
    await child.ask('qualities', conditions.qualities);
  };
  return {
    ...{ routes, via },
    cut: (affects) => {
      board.set(routes, true, affects);
    },
    heal: (affects) => {
      board.set(routes, false, affects);
    },
    set: (lines, wanted) =>
      change(() => {
        conditions.set(lines, wanted);
      }),
    reset: (lines) =>
      change(() => {
        conditions.reset(lines);
      }),
    forwarded: async () => (await child.ask('forwarded')) as readonly Forwarded[],
    lines: () => conditions.lines((route) => board.isCut(route)),
  };
}
