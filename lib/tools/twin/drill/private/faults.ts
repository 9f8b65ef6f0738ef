import { setTimeout as sleep } from 'node:timers/promises';
import type { Route } from '../../link';
import type { ProcessIdentity } from '../../processes';
import { signal, treeOf } from '../../processes';
import type { FaultKind } from '../model';
import { DrillRefused } from './refused';
import type { World } from './world';

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
export async function prepareFault(world: World, kind: FaultKind, region: string): Promise<Fault> {
  const databasesOnly = kind === 'database';
  const touches = (route: Route) =>
    (route.from === region || route.to === region) &&
    (!databasesOnly || route.kind === 'replication');
  const { link } = world.parts;
  let ended = false;
  const heal = () => {
    ended = true;
    link.heal(touches);
  };
  if (kind === 'partition') {
    const strike = () => {
      if (!ended) link.cut(touches);
    };
    return { strike, end: heal };
  }
  const roots = rootsOf(world, region, databasesOnly);
  const found = new Map(treeOf(roots).map((identity) => [identity.pid, identity]));
  await sleep(SETTLE_MS);
  const stopAll = () => {
    for (const identity of found.values()) send(identity, 'SIGSTOP');
    // Whoever starts others stands still now: those that came meanwhile are the last ones.
    for (const late of treeOf(roots)) {
      if (!found.has(late.pid)) signal(late, 'SIGSTOP');
      found.set(late.pid, late);
    }
  };
  return {
    strike: () => {
      if (ended) return;
      link.cut(touches);
      stopAll();
      if (kind === 'freeze') return;
      for (const identity of found.values()) send(identity, 'SIGKILL');
      setTimeout(heal, HUSH_MS);
    },
    end: () => {
      // Those too that were on their way when it struck; nobody who stands still is anybody else's.
      for (const it of treeOf(roots)) found.set(it.pid, it);
      // The last ones first: a server finds its helpers awake.
      for (const it of [...found.values()].toReversed()) signal(it, 'SIGCONT');
      heal();
    },
  };
}

function rootsOf(
  { parts }: World,
  name: string,
  databasesOnly: boolean,
): readonly ProcessIdentity[] {
  const region = parts.regions.find(({ plan }) => plan.name === name);
  if (region === undefined) throw new DrillRefused(`no Region ${name} runs`, 'check the topology');
  const { tables, gateway, databases, caches } = region;
  const all = databasesOnly ? databases : [tables, gateway, ...databases, ...caches];
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
