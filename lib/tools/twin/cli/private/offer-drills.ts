import { createRequire } from 'node:module';
import type * as Drills from '../../drill';
import type { Twin } from '../../run';

const load = createRequire(__filename);

/** Lets the page start drills in the twin that it shows. */
export function offerDrills(twin: Twin): void {
  const { DRILLS, findDrill, runDrill } = load('../../drill') as typeof Drills;
  twin.offerDrills({
    available: DRILLS.map(({ name, summary }) => ({ name, summary })),
    run: async (name, onEvent, signal) => {
      const tell = ({ text }: Drills.DrillEvent): void => {
        onEvent(text);
      };
      const result = await runDrill(twin, findDrill(name), { signal, onEvent: tell });
      const { passed, expectations, regions, rpo } = result;
      const [rto, rtoAsConfigured] = [{ ...result.rto }, { ...result.rtoAsConfigured }];
      return { passed, expectations, regions, rto, rtoAsConfigured, rpo };
    },
  });
}
