import type { Place, RegionPlaces, Survey } from '../../plan';
import type { Supervisor } from '../../processes';
import { holdPorts } from '../../processes';
import type { Layout } from './allocate';
import { allocatePlaces, layoutOf, SHARED } from './allocate';

/** What a twin has of this machine's addresses and ports. */
export interface Ground {
  readonly layout: Layout;
  /** Of everything, with ports apart. */
  readonly onlyAddress: string | undefined;
  readonly places: readonly RegionPlaces[];
  /** The process of the strongly consistent tables, which belongs to no Region. */
  readonly control: Place;
  /** Takes another port, until the twin ends. */
  readonly hold: (address: string, preferred: number) => Promise<number>;
}

const CONTROL_PORT = 8009;

export async function takeGround(
  survey: Survey,
  wanted: Layout | undefined,
  supervisor: Supervisor,
): Promise<Ground> {
  const held = holdPorts();
  supervisor.add({
    ...{ label: 'ports', processes: () => [], kill: () => undefined },
    stop: () => {
      held.release();
      return Promise.resolve();
    },
  });
  const layout = await layoutOf(wanted);
  const places = await allocatePlaces(survey, held, layout);
  const control = { address: SHARED, port: await held.hold(SHARED, CONTROL_PORT) };
  const hold = (address: string, preferred: number) => held.hold(address, preferred);
  const onlyAddress = layout === 'ports' ? SHARED : undefined;
  return { layout, onlyAddress, places, control, hold };
}
