import { setTimeout as sleep } from 'node:timers/promises';
import type { Route } from '../../link';
import type { ProcessIdentity } from '../../processes';
import { signal, treeOf } from '../../processes';
import { databaseServersOf, partsOf } from '../../run';
import type { FaultKind } from '../model';
import { DrillRefused } from './refused';
import type { World } from './world';

/** What a fault has to know of the twin. */
type Target = Pick<World, 'parts'>;

/** A fault that is ready to strike. */
export interface Fault {
  /** All of it in one instant: no look-up, no waiting. */
  strike(): void;
  /**
   * What is left of it goes: what stands still wakes up, lines are open again. From then on it does not
   * strike any more: whoever ends a drill early leaves nobody standing still.
   */
  end(): void;
}

/** A cut line swallows what is under way; afterwards dead processes refuse whoever connects. */
const HUSH_MS = 60;
/** A look over all processes takes time from the load. */
const SETTLE_MS = 500;

/** Looks up what the fault is going to hit. */
export async function prepareFault(world: Target, kind: FaultKind, region: string): Promise<Fault> {
  const databasesOnly = kind === 'database';
  const touches = (route: Route) =>
    (route.from === region || route.to === region) &&
    (!databasesOnly || route.kind === 'replication');
  if (kind === 'partition') return cutOf(world, touches);
  const roots = rootsOf(world, region, databasesOnly);
  return processFault(world, kind === 'freeze' ? kind : 'kill', () => treeOf(roots), touches);
}

/** Lines that are silent until the fault ends. */
function cutOf({ parts: { link } }: Target, touches: (route: Route) => boolean): Fault {
  let ended = false;
  const strike = () => {
    if (!ended) link.cut(touches);
  };
  const end = () => {
    ended = true;
    link.heal(touches);
  };
  return { strike, end };
}

/**
 * Processes that end or stand still, and their lines.
 *
 * @param look finds all of them that there are now
 */
export async function processFault(
  world: Target,
  kind: 'kill' | 'freeze',
  look: () => readonly ProcessIdentity[],
  touches: (route: Route) => boolean = () => false,
): Promise<Fault> {
  const lines = cutOf(world, touches);
  let ended = false;
  const found = new Map(look().map((identity) => [identity.pid, identity]));
  await sleep(SETTLE_MS);
  const stopAll = () => {
    for (const identity of found.values()) send(identity, 'SIGSTOP');
    // Whoever starts others stands still now: those that came meanwhile are the last ones.
    for (const late of look()) {
      if (!found.has(late.pid)) signal(late, 'SIGSTOP');
      found.set(late.pid, late);
    }
  };
  return {
    strike: () => {
      if (ended) return;
      lines.strike();
      stopAll();
      if (kind === 'freeze') return;
      for (const identity of found.values()) send(identity, 'SIGKILL');
      setTimeout(() => {
        lines.end();
      }, HUSH_MS);
    },
    end: () => {
      ended = true;
      // Those too that were on their way when it struck; nobody who stands still is anybody else's.
      for (const it of look()) found.set(it.pid, it);
      // The last ones first: a server finds its helpers awake.
      for (const it of [...found.values()].toReversed()) signal(it, 'SIGCONT');
      lines.end();
    },
  };
}

/** The caches of a Region alone. @throws DrillRefused where there is none */
export function cacheFault(world: Target, kind: 'kill' | 'freeze', name: string): Promise<Fault> {
  const { caches } = runningRegion(world, name);
  const roots = caches.flatMap((cache) => cache.processes());
  if (roots.length === 0) throw new DrillRefused(`${name} has no cache`, 'drill one that has');
  return processFault(world, kind, () => treeOf(roots));
}

/** What a Region's queues and scheduler call stands still; the queues take messages. */
export function consumerFault(world: Target, name: string): Promise<Fault> {
  const roots = runningRegion(world, name).tables.processes();
  const pids = new Set(roots.map(({ pid }) => pid));
  const consumers = () => treeOf(roots).filter(({ pid }) => !pids.has(pid));
  if (consumers().length === 0) {
    throw new DrillRefused(`nothing consumes in ${name}`, 'drill a deployment with queues');
  }
  return processFault(world, 'freeze', consumers);
}

function runningRegion({ parts }: Target, name: string): Target['parts']['regions'][number] {
  const region = parts.regions.find(({ plan }) => plan.name === name);
  if (region === undefined) throw new DrillRefused(`no Region ${name} runs`, 'check the topology');
  return region;
}

function rootsOf(world: Target, name: string, databasesOnly: boolean): readonly ProcessIdentity[] {
  const region = runningRegion(world, name);
  const all = databasesOnly ? databaseServersOf(region) : partsOf(region);
  return all.flatMap((it) => it.processes());
}

/** Without a look at whether it is still the same: the look would take time between the blows. */
function send({ pid }: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
