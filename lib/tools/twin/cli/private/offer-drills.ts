import { createRequire } from 'node:module';
import type * as Drills from '../../drill';
import type * as Operations from '../../operations';
import type { Twin } from '../../run';

const load = createRequire(__filename);

/** What a desktop carries beside a browser; `meridian drill` takes each drill's own rate. */
const WRITES_PER_SECOND = 50;

/** Lets the page start drills in the twin that it shows. */
export function offerDrills(twin: Twin): void {
  const { DRILLS, findDrill, runDrill } = load('../../drill') as typeof Drills;
  twin.offerDrills({
    available: DRILLS.map(({ name, summary }) => ({ name, summary })),
    run: async (name, onEvent, signal) => {
      const tell = ({ text }: Drills.DrillEvent): void => {
        onEvent(text);
      };
      const options = { signal, onEvent: tell, writesPerSecond: WRITES_PER_SECOND };
      const result = await runDrill(twin, findDrill(name), options);
      const { passed, expectations, regions, rpo } = result;
      const recovery =
        result.flow === 'failover'
          ? { rto: { ...result.rto }, rtoAsConfigured: { ...result.rtoAsConfigured } }
          : { rto: null, rtoAsConfigured: null };
      return { passed, expectations, regions, rpo, ...recovery };
    },
  });
}

/** Lets the page break the twin that it shows, fault by fault. */
export function offerFaults(twin: Twin): void {
  const { faultsByHand } = load('../../drill') as typeof Drills;
  twin.offerFaults(faultsByHand(twin.parts));
}

/** Lets `meridian status`, `drain` and so on act on the twin, by its page's server. */
export function offerOperations(twin: Twin): void {
  const { changeLink, operationsDesk } = load('../../operations') as typeof Operations;
  let desk: ReturnType<typeof operationsDesk> | undefined;
  twin.operate((asked) => {
    const call = asked as Operations.Call;
    // The network of any twin can be changed, also where there is no workload to operate.
    if (call.call === 'link') return changeLink(twin.parts, call);
    // Made when it is asked for, so that whoever asks is told why it cannot be.
    return (desk ??= operationsDesk(twin.parts))(call);
  });
}
