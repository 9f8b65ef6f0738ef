import type { FaultChoice, FaultRunner } from '../../console';
import type { RunningParts } from '../../run';
import type { Fault } from './faults';
import { cacheFault, consumerFault, prepareFault } from './faults';

/** A fault that a person causes at the page, to see what comes of it. */
interface Hand extends Omit<FaultChoice, 'name' | 'regions'> {
  /** Whether a Region has what it breaks. */
  readonly has: (region: RunningParts['regions'][number]) => boolean;
  readonly prepare: (target: { readonly parts: RunningParts }, region: string) => Promise<Fault>;
}

const HANDS: Readonly<Record<string, Hand>> = {
  freeze: {
    label: 'Freeze',
    undo: 'Wake up',
    summary: 'every process stands still: nobody is refused, nobody is answered',
    has: () => true,
    prepare: (target, region) => prepareFault(target, 'freeze', region),
  },
  partition: {
    label: 'Cut off',
    undo: 'Reconnect',
    summary: 'it runs and serves its users, and reaches no other Region nor the control table',
    has: () => true,
    prepare: (target, region) => prepareFault(target, 'partition', region),
  },
  'cache-freeze': {
    label: 'Freeze the cache',
    undo: 'Wake the cache up',
    summary: 'the cache takes connections and answers nobody',
    has: ({ caches }) => caches.length > 0,
    prepare: (target, region) => cacheFault(target, 'freeze', region),
  },
  consumers: {
    label: 'Stop consumers',
    undo: 'Start consumers',
    summary: 'queues take messages, and nobody works on them',
    has: ({ plan }) => plan.queues.work.length > 0,
    prepare: (target, region) => Promise.resolve(consumerFault(target, region)),
  },
  database: {
    label: 'Kill databases',
    undo: null,
    summary: 'its databases are gone; its servers go on without them',
    has: ({ databases }) => databases.length > 0,
    prepare: (target, region) => prepareFault(target, 'database', region),
  },
  kill: {
    label: 'Kill',
    undo: null,
    summary: 'every process is gone, and whoever connects is refused',
    has: () => true,
    prepare: (target, region) => prepareFault(target, 'kill', region),
  },
};

/** The faults of drills one by one, for a person: no load, no verdict, and nobody recovers but people. */
export function faultsByHand(parts: RunningParts): FaultRunner {
  const available = Object.entries(HANDS).map(([name, { label, undo, summary, has }]) => {
    const regions = parts.regions.filter(has).map(({ plan }) => plan.name);
    return { name, label, undo, summary, regions };
  });
  return {
    available: available.filter(({ regions }) => regions.length > 0),
    strike: async (name, region) => {
      const hand = HANDS[name];
      if (hand === undefined) throw new Error(`there is no fault ${name}`);
      const fault = await hand.prepare({ parts }, region);
      fault.strike();
      return () => {
        fault.end();
      };
    },
  };
}
