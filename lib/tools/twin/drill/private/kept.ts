import type { ClusterEvent, ClusterView } from '../../cluster';
import { treeOf } from '../../processes';
import type { KeptCluster, KeptInstance, RunningRegion } from '../../run';
import type { Fault } from './faults';
import { processFault } from './faults';
import { DrillRefused } from './refused';
import type { World } from './world';

/** A Region and the clusters that are written there, each of which somebody looks after. */
export interface Kept {
  readonly region: RunningRegion;
  readonly clusters: readonly KeptCluster[];
}

/** @throws DrillRefused where no reader runs that could take over */
export function keptOf({ parts }: World, name: string): Kept {
  const region = parts.regions.find(({ plan }) => plan.name === name);
  const writers = region?.databases.filter(({ of }) => of.role === 'writer') ?? [];
  const clusters = writers.flatMap(({ kept }) => kept ?? []);
  if (region === undefined || clusters.length < writers.length || clusters.length === 0) {
    throw new DrillRefused(
      `a cluster that ${name} writes has no reader that could take over`,
      'declare readers, and start the twin without `--readers none`',
    );
  }
  return { region, clusters };
}

/** The instances of these names are made anew behind those that write. */
export function returnInstances(zones: Kept, names: readonly string[]): Promise<void> {
  return rejoin(zones, ({ identifier }) => names.includes(identifier));
}

/** Those of the instances are made anew behind who writes, one after the other in a cluster. */
export async function rejoin(
  { clusters }: Kept,
  which: (instance: KeptInstance) => boolean,
): Promise<void> {
  const instances = clusters.map((it) => it.instances.filter(which));
  const inTurn = async (of: readonly KeptInstance[]) => {
    for (const it of of) await it.rejoin();
  };
  await Promise.all(instances.map(inTurn));
}

/** Names of the instances that write, one of each cluster. */
export async function writersOf({ clusters }: Kept): Promise<readonly string[]> {
  const views = await Promise.all(clusters.map((it) => it.view()));
  return views.map(({ writer }) => writer);
}

/** The instances that write are killed: whoever connects is refused. */
export async function writerFault(world: World, zones: Kept): Promise<Fault> {
  const names = await writersOf(zones);
  const writers = zones.clusters
    .flatMap(({ instances }) => instances)
    .filter(({ identifier }) => names.includes(identifier));
  const roots = writers.flatMap((it) => it.processes());
  return processFault(world, 'kill', () => treeOf(roots));
}

/** Whether an acknowledged write of every cluster is in two zones. */
export async function areInTwoZones({ clusters }: Kept): Promise<boolean> {
  const views = await Promise.all(clusters.map((it) => it.view()));
  return views.every(({ synchronous }) => synchronous);
}

/** What became of a cluster, on this process's monotonic clock; undefined where it has not. */
export type Found = (kind: ClusterEvent['kind']) => number | undefined;

/** The last of all clusters' events of a kind since the fault; undefined while one of them lacks it. */
export async function since({ clusters }: Kept, fault: number): Promise<Found> {
  const views = await Promise.all(clusters.map((it) => it.view()));
  const epoch = performance.timeOrigin;
  return (kind) => {
    const firsts = views.map(({ events }: ClusterView) => {
      const found = events.find((it) => it.kind === kind && it.at - epoch >= fault);
      return found === undefined ? Infinity : found.at - epoch;
    });
    const last = Math.max(...firsts);
    return Number.isFinite(last) ? last : undefined;
  };
}
